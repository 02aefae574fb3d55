"""
Real servers for tests: one of a kind for each worker of pytest-xdist, with fresh schemas and users for each test.

A test asks for `database`. One that needs a server with other options, or one that it may end, asks for `start_mysql` or
`start_postgresql`.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from keyturn.local import mysql, postgresql
from keyturn.local.tls import Authority

ADMINISTRATOR = mysql.Credentials("admin", "The-Master's 1st %s password")

# What a new server has; the rest was made by a test.
SYSTEM_USERS = ("root", "mysql.sys", "mysql.session", "mysql.infoschema", ADMINISTRATOR.user)
SYSTEM_SCHEMAS = ("mysql", "sys", "information_schema", "performance_schema")

REMEMBERING: mysql.Options = {
    "log_bin": True,
    "loose_gtid_mode": "OFF",  # of it the server makes a setting that changes
    "performance_schema": True,
    "performance_schema_digests_size": 500,
    "performance_schema_events_statements_history_long_size": 2000,
    "performance_schema_max_sql_text_length": 4096,
    "server_id": 1,
}
"""Options of a server that also remembers statements, for tests to search: see `server_sinks`."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Database:
    """A schema of a test's own on the worker's server, and names that no other test has had."""

    server: mysql.Server
    schema: str
    administrator: mysql.Credentials = ADMINISTRATOR

    def new_name(self) -> str:
        """A user name that has never existed on this server."""
        return f"app_{next(_numbers)}"

    def new_user(self, password: str = "The first Password, 1") -> mysql.Credentials:
        """A user who may do everything in the schema."""
        user = mysql.Credentials(self.new_name(), password)
        self.server.execute("CREATE USER %s@'%%' IDENTIFIED BY %s", (user.user, user.password))
        self.server.execute(f"GRANT ALL ON `{self.schema}`.* TO %s@'%%'", (user.user,))
        return user


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.open(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def mysql_server(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[mysql.Server]:
    """The worker's server; tests ask for `database`, which cleans up after them."""
    folder = tmp_path_factory.mktemp("mysql")
    with mysql.Server.start(
        folder, authority=authority, administrator=ADMINISTRATOR, temporary=True, options=REMEMBERING
    ) as server:
        yield server


@pytest.fixture
def database(mysql_server: mysql.Server) -> Iterator[Database]:
    """An empty schema; afterwards the schemas and users that the test has made are gone, and its global settings undone."""
    settings = dict(mysql_server.execute("SHOW GLOBAL VARIABLES"))
    schema = f"app_{next(_numbers)}"
    mysql_server.execute(f"CREATE DATABASE `{schema}`")
    yield Database(mysql_server, schema)
    for (name,) in mysql_server.execute("SHOW DATABASES"):
        if name not in SYSTEM_SCHEMAS:
            mysql_server.execute(f"DROP DATABASE `{name}`")
    made = [
        account
        for account in mysql_server.execute("SELECT user, host FROM mysql.user")
        if account[0] not in SYSTEM_USERS
    ]
    if made:  # a crash matrix makes a hundred
        mysql_server.execute(
            f"DROP USER {', '.join(['%s@%s'] * len(made))}", [word for account in made for word in account]
        )
    for name, value in mysql_server.execute("SHOW GLOBAL VARIABLES"):
        if value != settings[name]:
            before = settings[name]
            mysql_server.execute(
                f"SET GLOBAL {name} = %s", (Decimal(before) if before.replace(".", "", 1).isdigit() else before,)
            )


@pytest.fixture
def start_mysql(tmp_path: Path, authority: Authority) -> Iterator[Callable[..., mysql.Server]]:
    """Starts servers of the test's own, with the arguments of `Server.start`; they and their folders go when it ends."""
    started: list[mysql.Server] = []

    def start(folder: Path | None = None, **arguments: object) -> mysql.Server:
        arguments = {"authority": authority, "administrator": ADMINISTRATOR, "temporary": True, **arguments}
        server = mysql.Server.start(folder or tmp_path / f"mysql-{len(started)}", **arguments)  # type: ignore[arg-type]
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def start_postgresql(tmp_path: Path, authority: Authority) -> Iterator[Callable[..., postgresql.Server]]:
    """Starts servers of the test's own, with the arguments of `Server.start`; they and their folders go when it ends."""
    started: list[postgresql.Server] = []

    def start(folder: Path | None = None, **arguments: object) -> postgresql.Server:
        arguments = {"authority": authority, "administrator": ADMINISTRATOR, "temporary": True, **arguments}
        folder = folder or tmp_path / f"postgresql-{len(started)}"
        server = postgresql.Server.start(folder, **arguments)  # type: ignore[arg-type]
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()
