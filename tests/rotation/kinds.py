"""What tests do to each kind of server behind the function's back, and how its driver fails."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import pg8000
import pymysql
import pytest
from pg8000.native import identifier, literal

from keyturn.local import mariadb, postgresql
from keyturn.local.postgresql.server import code
from keyturn.rotation import mysql_server, postgresql_connection, postgresql_server
from keyturn.rotation import postgresql as rotation_postgresql
from keyturn.rotation.mariadb_server import MariaDBServer
from keyturn.rotation.mysql_server import MySQLServer
from keyturn.rotation.postgresql_server import PostgreSQLServer

if TYPE_CHECKING:
    from world import World

Around = Callable[[str], AbstractContextManager[None]]
"""Tells, before and after, what is done: `statement` or `login`."""


class Kind(Protocol):
    """One kind of server."""

    engine: str
    """What ENGINE says."""
    server: Any
    """The class of its administrators' sessions."""

    def logs_in(self, world: World, username: str, password: str) -> bool:
        """Whether an application can."""

    def verifiers(self, world: World) -> list[str]:
        """What the server stores for the application's passwords now."""

    def change_by_hand(self, world: World, password: str) -> None:
        """A DBA gives the account that AWSCURRENT names another password."""

    def drop(self, world: World) -> None:
        """A DBA removes the application's user, or a snapshot has been restored that is older."""

    def lock(self, world: World) -> None:
        """A DBA locks the account that AWSCURRENT names."""

    def unlock(self, world: World) -> None: ...

    def make(self, world: World, password: str) -> None:
        """The application's user, as it was before there was a secret."""

    def watched(self, patch: pytest.MonkeyPatch, around: Around) -> None:
        """Have every statement and every login told."""

    def lost(self, what: str) -> Exception:
        """What the driver raises when the connection is lost during a statement or a login."""

    def impatient(self, patch: pytest.MonkeyPatch) -> None:
        """Have a run wait for the account's lock for a moment only."""

    def bored(self, patch: pytest.MonkeyPatch) -> None:
        """Have the server end a session that says nothing for a second."""


class MySQL:
    engine = "aurora-mysql"
    server: Any = MySQLServer

    def logs_in(self, world: World, username: str, password: str) -> bool:
        try:
            world.database.server.connect(username, password).close()
        except pymysql.err.OperationalError as error:
            if error.args[0] != 1045:
                raise
            return False
        return True

    def verifiers(self, world: World) -> list[str]:
        rows = world.database.server.execute(
            "SELECT authentication_string, User_attributes->>'$.additional_password' FROM mysql.user WHERE user = %s",
            (world.user,),
        )
        return [verifier for row in rows for verifier in row if verifier]

    def change_by_hand(self, world: World, password: str) -> None:
        world.in_clear.add(password)
        self._alter(world, "IDENTIFIED BY %s", password)

    def drop(self, world: World) -> None:
        world.database.server.execute("DROP USER %s@'%%'", (world.user,))

    def lock(self, world: World) -> None:
        self._alter(world, "ACCOUNT LOCK")

    def unlock(self, world: World) -> None:
        self._alter(world, "ACCOUNT UNLOCK")

    def make(self, world: World, password: str) -> None:
        world.in_clear.add(password)
        world.database.server.execute("CREATE USER %s@'%%' IDENTIFIED BY %s", (world.user, password))
        world.database.server.execute(f"GRANT SELECT ON {world.database.schema}.* TO %s@'%%'", (world.user,))

    def watched(self, patch: pytest.MonkeyPatch, around: Around) -> None:
        query, connect = pymysql.connections.Connection.query, pymysql.connections.Connection.connect

        def watched_query(self: Any, *words: Any, **options: Any) -> Any:
            with around("statement"):
                return query(self, *words, **options)

        def watched_connect(self: Any, *words: Any, **options: Any) -> Any:
            with around("login"):
                return connect(self, *words, **options)

        patch.setattr(pymysql.connections.Connection, "query", watched_query)
        patch.setattr(pymysql.connections.Connection, "connect", watched_connect)

    def lost(self, what: str) -> Exception:
        if what == "login":
            return pymysql.err.OperationalError(2003, "Can't connect")
        return pymysql.err.OperationalError(2013, "Lost connection to MySQL server during query")

    def impatient(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(mysql_server, "LOCK_PATIENCE", 0)

    def bored(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(mysql_server, "LONGEST_SILENCE", 1)

    def _alter(self, world: World, clause: str, *arguments: str) -> None:
        world.database.server.execute(f"ALTER USER %s@'%%' {clause}", (world.user, *arguments))


class MariaDBKind(MySQL):
    engine = "mariadb"
    server = MariaDBServer

    def verifiers(self, world: World) -> list[str]:
        rows = world.database.server.execute("SELECT Priv FROM mysql.global_priv WHERE user = %s", (world.user,))
        return [found for (stored,) in rows for found in re.findall(r"\*[0-9A-F]{40}", stored)]

    def change_by_hand(self, world: World, password: str) -> None:
        world.in_clear.add(password)
        world.database.server.execute("SET PASSWORD FOR %s@'%%' = PASSWORD(%s)", (world.user, password))


class PostgreSQL:
    engine = "aurora-postgresql"
    server: Any = PostgreSQLServer

    def logs_in(self, world: World, username: str, password: str) -> bool:
        try:
            connection = world.database.server.connect(username, password, database=world.database.schema)
        except pg8000.exceptions.DatabaseError as error:
            if code(error) not in ("28P01", "28000"):
                raise
            return False
        with connection:
            assert connection.run("SELECT current_user") == [[world.user]], "it does not act as the owner"
        return True

    def verifiers(self, world: World) -> list[str]:
        names = ", ".join(literal(name) for name in world.configuration.logins)
        rows = self.sql(world, f"SELECT rolpassword FROM pg_authid WHERE rolname IN ({names})")
        return [verifier for (verifier,) in rows if verifier]

    def change_by_hand(self, world: World, password: str) -> None:
        world.in_clear.add(password)
        self.sql(world, f"ALTER ROLE {self.current(world)} PASSWORD {literal(password)}")

    def drop(self, world: World) -> None:
        self.sql(world, f"DROP OWNED BY {identifier(world.user)}")
        there = {name for (name,) in self.sql(world, "SELECT rolname FROM pg_roles")}
        for name in reversed(world.configuration.logins):
            if name in there:
                self.sql(world, f"DROP ROLE {identifier(name)}")

    def lock(self, world: World) -> None:
        self.sql(world, f"ALTER ROLE {self.current(world)} NOLOGIN")

    def unlock(self, world: World) -> None:
        self.sql(world, f"ALTER ROLE {self.current(world)} LOGIN")

    def make(self, world: World, password: str) -> None:
        world.in_clear.add(password)
        self.by_the_master(world, f"CREATE ROLE {identifier(world.user)} LOGIN PASSWORD {literal(password)}")

    def watched(self, patch: pytest.MonkeyPatch, around: Around) -> None:
        connect, run = postgresql_connection.Connection, pg8000.native.Connection.run

        def watched_connect(*words: Any, **options: Any) -> Any:
            try:
                with around("login"):
                    return connect(*words, **options)
            except BaseException:
                options["sock"].close()
                raise

        def watched_run(self: Any, *words: Any, **options: Any) -> Any:
            with around("statement"):
                return run(self, *words, **options)

        patch.setattr(postgresql_connection, "Connection", watched_connect)
        patch.setattr(pg8000.native.Connection, "run", watched_run)

    def lost(self, what: str) -> Exception:
        if what == "login":
            return pg8000.exceptions.DatabaseError({"C": "57P03"})
        return pg8000.exceptions.InterfaceError("network error")

    def impatient(self, patch: pytest.MonkeyPatch) -> None:
        patch.setitem(rotation_postgresql.SESSION, "lock_timeout", "100")

    def bored(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(postgresql_server, "LONGEST_SILENCE", 1)

    def current(self, world: World) -> str:
        """The role that AWSCURRENT names, quoted."""
        return identifier(json.loads(world.manager.value("AWSCURRENT") or "")["username"])

    def by_the_master(self, world: World, statement: str) -> None:
        """Run a statement as a DBA on RDS, in the application's database: since PostgreSQL 16 it matters who has made a role."""
        master = world.database.administrator
        with world.database.server.connect(master.user, master.password, database=world.database.schema) as connection:
            connection.run(statement)

    def sql(self, world: World, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement as the superuser, in the application's database."""
        return world.database.server.execute(statement, database=world.database.schema)


MYSQL, MARIADB, POSTGRESQL = MySQL(), MariaDBKind(), PostgreSQL()


def kind_of(server: object) -> Kind:
    if isinstance(server, mariadb.Server):
        return MARIADB
    return POSTGRESQL if isinstance(server, postgresql.Server) else MYSQL


def drop_database(server: postgresql.Server, name: str) -> None:
    """With its connections. PostgreSQL 12 has no `WITH (FORCE)`."""
    server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name", name=name)
    server.execute(f"DROP DATABASE {identifier(name)}")


@contextmanager
def told(reached: Callable[[str, str], None], what: str) -> Iterator[None]:
    """Tell `reached(when, what)` before and after."""
    reached("before", what)
    yield
    reached("after", what)
