"""Gives each test a world of its own, and contract tests one on each kind of server."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import cast

import pytest
from pg8000.native import identifier

from keyturn.local import mariadb, mysql, postgresql
from keyturn.local.tls import Authority
from keyturn.problem import Problem
from kinds import drop_database
from servers import ADMINISTRATOR, REMEMBERING, Database
from world import World, make

_numbers = itertools.count(1)


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """A secret without a value; whatever happens to it, nothing secret may have been written in the end."""
    world = make(database)
    yield world
    world.assert_nothing_leaked()


@pytest.fixture(params=["mysql", "mariadb", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> Database:
    """One on each kind of server, for tests of what all must do."""
    name = "database" if request.param == "mysql" else f"{request.param}_database"
    database: Database = request.getfixturevalue(name)
    return database


@pytest.fixture
def any_world(any_database: Database) -> Iterator[World]:
    world = make(any_database)
    yield world
    world.assert_nothing_leaked()


@pytest.fixture(scope="session")
def mariadb_server(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[mariadb.Server]:
    try:
        mariadb.binary()
    except Problem as problem:
        pytest.skip(f"no MariaDB server: {problem}")
    folder = tmp_path_factory.mktemp("mariadb")
    with mariadb.Server.start(
        folder, authority=authority, administrator=ADMINISTRATOR, temporary=True, options=REMEMBERING
    ) as server:
        yield server


@pytest.fixture
def mariadb_database(mariadb_server: mariadb.Server) -> Database:
    schema = f"shop_{next(_numbers)}"
    mariadb_server.execute(f"CREATE DATABASE {schema}")
    return Database(mariadb_server, schema)


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[postgresql.Server]:
    folder = tmp_path_factory.mktemp("postgresql")
    options = {"shared_preload_libraries": "pg_stat_statements"}
    with postgresql.Server.start(
        folder, authority=authority, administrator=ADMINISTRATOR, temporary=True, options=options
    ) as server:
        yield server


@pytest.fixture
def postgresql_database(postgresql_server: postgresql.Server) -> Iterator[Database]:
    """A database of the test's own; the application's roles, which all databases have, go with it."""
    name, master = f"shop_{next(_numbers)}", ADMINISTRATOR.user
    before = {role for (role,) in postgresql_server.execute("SELECT rolname FROM pg_roles")}
    postgresql_server.create_database(name, master)
    yield Database(cast("mysql.Server", postgresql_server), name)
    drop_database(postgresql_server, name)
    made = [role for (role,) in postgresql_server.execute("SELECT rolname FROM pg_roles") if role not in before]
    if made:
        postgresql_server.execute(f"DROP ROLE {', '.join(map(identifier, made))}")
