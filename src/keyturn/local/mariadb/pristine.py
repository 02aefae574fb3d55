"""A data folder as a new server has it: made once for each server program, then copied."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from keyturn.local import guard
from keyturn.local.mysql.options import TUNED, arguments, private
from keyturn.local.mysql.trouble import explain
from keyturn.local.servers import cache
from keyturn.local.servers.copying import copy
from keyturn.local.servers.trouble import Unsuitable

if TYPE_CHECKING:
    from pathlib import Path

    from keyturn.local.mysql.mysqld import Binary
    from keyturn.local.servers.progress import Progress

TABLES = ("mysql_system_tables.sql", "mysql_system_tables_data.sql", "mysql_sys_schema.sql")
NEWER = {name: name.replace("mysql_", "mariadb_", 1) for name in TABLES}
"""What they are called since MariaDB 11."""
ALONE = "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys' AND (User, Host) <> ('root', 'localhost');\n"
"""A new server would let anyone of this machine in as root, by TCP too."""


READING = ("/bin/sh", "-c", 'exec "$@" <"$0"')
"""Runs a command with a file for its standard input; the file and the command follow."""


def own(folder: Path) -> dict[str, str]:
    """What MariaDB reads otherwise than MySQL: NULL would be a folder's name to it."""
    return {"secure_file_priv": str(folder / "tmp")}


def folder(binary: Binary, progress: Progress) -> Path:
    """
    The pristine data folder for `binary`, in the user's cache. It holds one user: root@localhost, without a password.

    Raises:
        Problem: The server cannot make one, or the cache cannot be written.
    """

    def make(scratch: Path) -> None:
        progress(f"preparing {binary}")
        _bootstrap(binary, scratch)

    def waiting() -> None:
        progress(f"waiting for another keyturn that is preparing {binary}")

    return cache.once(cache.folder() / "mariadb" / f"data-{binary.fingerprint}", make, waiting=waiting) / "data"


def _bootstrap(binary: Binary, scratch: Path) -> None:
    log, written, statements = scratch / "mysqld.log", scratch / "written", scratch / "tables.sql"
    (scratch / "tmp").mkdir(parents=True)
    scratch.chmod(0o700)
    written.mkdir()
    tables = "".join(path.read_text(encoding="utf-8") for path in _tables(binary))
    statements.write_text(f"CREATE DATABASE mysql;\nUSE mysql;\n{tables}\nUSE mysql;\n{ALONE}", encoding="utf-8")
    options = arguments({**TUNED, **private(scratch, written), **own(scratch)})
    command = [*READING, str(statements), *binary.command, "--bootstrap", *options]
    with log.open("wb") as output, guard.start(command, stdout=output, stderr=output) as server:
        failed = server.wait() != 0
    if failed:
        raise explain(log, scratch, binary)
    copy(written, scratch / "data")
    for leftover in (written, scratch / "tmp"):
        shutil.rmtree(leftover)


def _tables(binary: Binary) -> list[Path]:
    """The statements that make a server's own tables, which come with it."""
    for share in sorted(binary.path.parents[1].glob("share/*")):
        for name in (lambda each: each, NEWER.__getitem__):
            if all((share / name(each)).exists() for each in TABLES):
                return [share / name(each) for each in TABLES]
    raise Unsuitable(f"{binary.path} comes without the statements that make its tables")
