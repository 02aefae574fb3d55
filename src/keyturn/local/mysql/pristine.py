"""A data folder as a new server has it: made once for each server program, which takes seconds, then copied."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from keyturn.local import guard
from keyturn.local.mysql import cache
from keyturn.local.mysql.options import TUNED, WITHOUT_KEYS, arguments, private
from keyturn.local.mysql.trouble import explain

if TYPE_CHECKING:
    from keyturn.local.mysql.mysqld import Binary
    from keyturn.local.mysql.progress import Progress

BLOCK = 256 << 10
EMPTY = bytes(BLOCK)


def folder(binary: Binary, progress: Progress) -> Path:
    """
    The pristine data folder for `binary`, in the user's cache. It holds one user: root@localhost, without a password.

    Raises:
        Problem: The server cannot make one, or the cache cannot be written.
    """

    def make(scratch: Path) -> None:
        progress(f"preparing MySQL {binary.version}")
        _initialise(binary, scratch)

    def waiting() -> None:
        progress(f"waiting for another keyturn that is preparing MySQL {binary.version}")

    return cache.once(cache.folder() / "mysql" / f"data-{binary.fingerprint}", make, waiting=waiting) / "data"


def copy(source: Path, target: Path) -> None:
    """
    Copy a folder of files that are mostly zeros, without the zeros.

    Raises:
        OSError: It cannot be written; `shutil.Error` when that concerns single files.
    """
    shutil.copytree(source, target, copy_function=_copy_file)


def _initialise(binary: Binary, scratch: Path) -> None:
    data, log = scratch / "data", scratch / "mysqld.log"
    (scratch / "tmp").mkdir(parents=True)
    scratch.chmod(0o700)
    written = scratch / "written"
    options = arguments({**TUNED, **WITHOUT_KEYS, **private(scratch, written)})
    with (
        log.open("wb") as output,
        guard.start([*binary.command, "--initialize-insecure", *options], stdout=output, stderr=output) as server,
    ):
        failed = server.wait() != 0
    if failed:
        raise explain(log, scratch, binary)
    (written / "auto.cnf").unlink(missing_ok=True)  # the server's identity
    copy(written, data)  # a third of the size
    for leftover in (written, scratch / "tmp"):
        shutil.rmtree(leftover)


def _copy_file(source: str, target: str) -> None:
    with Path(source).open("rb", buffering=0) as original, Path(target).open("wb", buffering=0) as duplicate:
        while block := original.read(BLOCK):
            if block == EMPTY[: len(block)]:
                duplicate.seek(len(block), os.SEEK_CUR)
            else:
                duplicate.write(block)
        duplicate.truncate()
