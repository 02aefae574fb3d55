"""A MariaDB server of one's own; what is not here is as with MySQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from keyturn.local import mysql
from keyturn.local.mariadb import finder, pristine

if TYPE_CHECKING:
    from pathlib import Path

    from keyturn.local.mysql.mysqld import Binary
    from keyturn.local.mysql.options import Options
    from keyturn.local.servers.progress import Progress

# RDS guide, "Master user account privileges", RDS for MariaDB; read 2026-11. The server calls two of them otherwise since 10.5.
PRIVILEGES = (
    "ALTER, ALTER ROUTINE, BINLOG MONITOR, CREATE, CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE USER, CREATE VIEW, DELETE, DROP, EVENT,"
    " EXECUTE, INDEX, INSERT, LOCK TABLES, PROCESS, REFERENCES, RELOAD, REPLICATION CLIENT, REPLICATION SLAVE, SELECT,"
    " SHOW CREATE ROUTINE, SHOW DATABASES, SHOW VIEW, TRIGGER, UPDATE"
)


class Server(mysql.Server):
    """A running MariaDB server; see `mysql.Server`."""

    privileges: ClassVar[str] = PRIVILEGES

    @classmethod
    def _made_ready(cls, binary: Binary | None, progress: Progress) -> tuple[Binary, Path]:
        binary = binary or finder.binary(progress)
        return binary, pristine.folder(binary, progress)

    @classmethod
    def _own(cls, folder: Path) -> Options:
        return pristine.own(folder)
