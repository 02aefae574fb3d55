"""The engines, each on a real server of its own: one list for all parts of the drill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, cast

from keyturn.local import mariadb, mysql, postgresql
from keyturn.local.tls import Authority
from servers import ADMINISTRATOR, Database

SCHEMA = "shop"


class Start(Protocol):
    """Starts a server with an empty database in it, gone when the block ends."""

    def __call__(self, folder: Path, authority: Authority) -> AbstractContextManager[Database]: ...


@contextmanager
def _mysql(folder: Path, authority: Authority) -> Iterator[Database]:
    with mysql.Server.start(folder, authority=authority, administrator=ADMINISTRATOR, temporary=True) as server:
        server.execute(f"CREATE DATABASE {SCHEMA}")
        yield Database(server, SCHEMA)


@contextmanager
def _mariadb(folder: Path, authority: Authority) -> Iterator[Database]:
    with mariadb.Server.start(folder, authority=authority, administrator=ADMINISTRATOR, temporary=True) as server:
        server.execute(f"CREATE DATABASE {SCHEMA}")
        yield Database(server, SCHEMA)


@contextmanager
def _postgresql(folder: Path, authority: Authority) -> Iterator[Database]:
    with postgresql.Server.start(folder, authority=authority, administrator=ADMINISTRATOR, temporary=True) as server:
        server.create_database(SCHEMA, ADMINISTRATOR.user)
        yield Database(cast("mysql.Server", server), SCHEMA)


ENGINES: dict[str, Start] = {"mysql": _mysql, "mariadb": _mariadb, "postgresql": _postgresql}
