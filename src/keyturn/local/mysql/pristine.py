"""A data folder as a new server has it: made once for each server program, which takes seconds, then copied."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from keyturn.local import guard
from keyturn.local.mysql.options import TUNED, WITHOUT_KEYS, arguments, private
from keyturn.local.mysql.trouble import explain
from keyturn.local.servers import cache
from keyturn.local.servers.copying import copy

if TYPE_CHECKING:
    from pathlib import Path

    from keyturn.local.mysql.mysqld import Binary
    from keyturn.local.servers.progress import Progress


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
