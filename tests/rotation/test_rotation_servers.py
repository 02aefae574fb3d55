"""Servers that cannot, may not or should not be talked to, and what an operator is told."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pymysql
import pytest

from keyturn.local import mysql
from keyturn.rotation import custody, mysql_connection, mysql_server
from keyturn.rotation.errors import ConnectionLost, Postponed, Refused, Unreachable, Unsupported
from secretsmanager import CURRENT, PREVIOUS
from servers import Database
from world import DAY, HOUR, World, make


def administrator(world: World, user: str, password: str) -> None:
    world.manager.administrator = json.dumps({"username": user, "password": password})


# Whom it talks to


@contextmanager
def rogue_server(plugin: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that offers no TLS and asks for the password with this plugin; with everything it was sent."""
    received: list[bytes] = []
    capabilities = 0x00000200 | 0x00008000 | 0x00080000 | 0x00200000  # protocol 4.1, SECURE_CONNECTION, PLUGIN_AUTH
    greeting = b"\x0a8.0.36\0" + struct.pack("<I", 1) + b"12345678\0" + struct.pack("<H", capabilities & 0xFFFF)
    greeting += (
        b"\xff" + struct.pack("<HHB", 2, capabilities >> 16, 21) + bytes(10) + b"123456789012\0" + plugin + b"\0"
    )

    def serve(listener: socket.socket) -> None:
        client, _ = listener.accept()
        with client:
            client.sendall(struct.pack("<I", len(greeting))[:3] + b"\0" + greeting)
            while data := client.recv(4096):
                received.append(data)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield listener.getsockname()[1], received
        thread.join()


@pytest.mark.parametrize("plugin", [b"mysql_clear_password", b"mysql_native_password", b"caching_sha2_password"])
def test_a_server_without_tls_is_sent_nothing(database: Database, plugin: bytes) -> None:
    with rogue_server(plugin) as (port, received):
        world = make(database, DB_PORT=str(port))
        with pytest.raises(Unreachable, match="does not offer TLS"):
            world.rotate()
    assert received == []


def test_a_certificate_for_another_name_is_not_believed(database: Database) -> None:
    world = make(database, DB_HOST="127.1")  # The same address; the certificate has no such name.
    with pytest.raises(Unreachable, match="did not prove its identity"):
        world.rotate()


def test_nothing_listens(database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    world = make(database, DB_PORT=str(port))
    with pytest.raises(Unreachable, match=r"cannot be reached .*security groups"):
        world.rotate()


# Whom it acts as


def test_a_wrong_administrator_is_told_apart_from_no_server(world: World) -> None:
    administrator(world, "admin", "wrong")
    with pytest.raises(Refused, match=r"admin may not log in .*access denied"):
        world.rotate()


def test_an_administrator_who_may_not_is_told_what_is_missing(world: World) -> None:
    clerk = world.database.new_user()
    administrator(world, clerk.user, clerk.password)
    with pytest.raises(Unsupported, match=r"CREATE USER, SELECT on mysql\.user"):
        world.rotate()


# When it acts


def test_a_server_that_became_a_reader_is_not_changed(world: World) -> None:
    """The administrator has CONNECTION_ADMIN, with which `read_only` alone would not stop it."""
    world.rotate()
    world.database.server.execute("SET GLOBAL read_only = ON")
    with pytest.raises(Postponed, match="read-only"):
        world.rotate()
    assert world.runs()[-1]["sql"].get("alter user") is None
    world.database.server.execute("SET GLOBAL read_only = OFF")
    world.recover()
    world.assert_invariant()


def test_aurora_says_otherwise_that_it_became_a_reader(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """By `innodb_read_only`, which a server cannot be given while it runs; `read_only` it leaves as it was."""
    world.rotate()
    run = mysql_server.MySQLServer.run

    def as_a_reader(self: mysql_server.MySQLServer, kind: str, *words: Any) -> Any:
        rows = run(self, kind, *words)
        return [(version, 0, 1, *rest) for version, _, _, *rest in rows] if kind == "lock" else rows

    with monkeypatch.context() as patch:
        patch.setattr(mysql_server.MySQLServer, "run", as_a_reader)
        with pytest.raises(Postponed, match="read-only"):
            world.rotate()
    assert world.runs()[-1]["sql"].get("alter user") is None
    world.recover()
    world.assert_invariant()


@contextmanager
def everything_locked(world: World) -> Iterator[Callable[[], None]]:
    """No change is carried out on the server, as during a backup, until what is yielded is called."""
    root = pymysql.connect(unix_socket=str(world.database.server.socket), user="root", ssl_disabled=True)
    with root:
        with root.cursor() as cursor:
            cursor.execute("FLUSH TABLES WITH READ LOCK")
        yield lambda: root.cursor().execute("UNLOCK TABLES") and None


def test_a_lock_in_the_server_is_not_waited_for_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mysql_server, "LOCK_WAIT", 1)
    world.rotate()
    with everything_locked(world), pytest.raises(Postponed, match="holds a lock"):
        world.rotate()
    world.assert_invariant()
    world.recover()
    world.assert_invariant()


def test_a_session_killed_under_its_change_does_not_cost_a_password(world: World) -> None:
    """The server may carry the change out after the client was told that the connection is lost."""
    world.rotate()
    failed: list[BaseException] = []

    def rotate() -> None:
        try:
            world.rotate()
        except BaseException as error:  # noqa: BLE001 - told to the test below.
            failed.append(error)

    with everything_locked(world) as unlock:
        thread = threading.Thread(target=rotate)
        thread.start()
        kill(world, waiting_change(world))
        unlock()
        thread.join()
    if failed:
        assert isinstance(failed[0], Postponed | ConnectionLost)
        world.recover()
    world.assert_invariant()
    assert world.password(PREVIOUS)


def waiting_change(world: World) -> int:
    for _ in range(300):
        query = "SELECT id FROM information_schema.processlist WHERE info LIKE 'ALTER USER%'"
        if found := world.database.server.execute(query):
            return int(found[0][0])
        time.sleep(0.01)
    raise AssertionError("no change waits")


def kill(world: World, session: int) -> None:
    world.database.server.execute(f"KILL {session}")


def test_an_account_without_a_connection_left_is_tried_later(world: World) -> None:
    world.rotate()
    current = world.password() or ""
    world.database.server.execute("ALTER USER %s@'%%' WITH MAX_USER_CONNECTIONS 1", (world.user,))
    with (
        world.database.server.connect(world.user, current),
        pytest.raises(Postponed, match=r"connection left|resource"),
    ):
        world.rotate()
    world.assert_invariant()
    world.recover()
    world.assert_invariant()


# Readers


def test_readers_are_asked_before_awscurrent_moves(
    start_mysql: Callable[..., mysql.Server], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replica that has not heard of the new password holds the rotation up; nobody notices."""
    host = "127.0.0.2"
    reader = start_mysql(host=host, port=database.server.port)
    reader.execute(f"CREATE DATABASE `{database.schema}`")
    monkeypatch.setattr(custody, "READER_PAUSE", 0.01)
    world = make(database, DB_READER_HOST=host)
    with pytest.raises(Postponed, match=host):
        world.rotate()  # The reader has not even heard of the user.
    assert world.password(CURRENT) is None
    replicate(world, reader)
    world.recover()
    first = world.password(CURRENT)
    with pytest.raises(Postponed, match=host):
        world.rotate()
    assert world.password(CURRENT) == first
    world.assert_invariant()
    replicate(world, reader)
    reader.execute(f"DROP DATABASE `{database.schema}`")
    with pytest.raises(Refused, match=f"on {host}: there is no such database"):
        world.recover()  # It has heard, and the application cannot log in there all the same.
    assert world.password(CURRENT) == first
    reader.execute(f"CREATE DATABASE `{database.schema}`")
    world.recover()
    world.assert_invariant()
    assert world.password(PREVIOUS) == first

    with pytest.raises(Postponed, match=host):
        world.ask("rollback")
    replicate(world, reader)
    reader.execute(f"DROP DATABASE `{database.schema}`")
    with pytest.raises(Refused, match=f"on {host}: there is no such database"):
        world.ask("rollback")
    assert world.password(PREVIOUS) == first
    reader.execute(f"CREATE DATABASE `{database.schema}`")
    world.tick()  # AWSCURRENT is the newest again.
    replicate(world, reader)

    world.manager.pass_time(DAY + HOUR)
    with pytest.raises(Postponed, match=host):
        world.tick()  # Discarded on the writer; the reader accepts it until it hears.
    replicate(world, reader)
    world.tick()
    assert not world.logs_in(first or "")
    assert sum(run["logins"]["refused"] for run in world.runs()) == 2  # where there was no database


def test_a_reader_that_hears_a_little_later_is_waited_for(
    start_mysql: Callable[..., mysql.Server], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Aurora's readers do. Without the wait, the new password would be refused there, and that counts as a failed login."""
    host = "127.0.0.3"
    reader = start_mysql(host=host, port=database.server.port)
    reader.execute(f"CREATE DATABASE `{database.schema}`")
    world = make(database, DB_READER_HOST=host)
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            replicate(world, reader)

    monkeypatch.setattr("keyturn.rotation.custody.time.sleep", sleep)
    world.rotate()
    assert len(looks) == 3
    assert [run["outcome"] for run in world.runs()] == ["done"] * 4


def replicate(world: World, reader: mysql.Server) -> None:
    """Copy the account to the reader, as replication does in its own time."""
    columns = "plugin, authentication_string, User_attributes"
    [(plugin, stored, attributes)] = world.database.server.execute(
        f"SELECT {columns} FROM mysql.user WHERE user = %s", (world.user,)
    )
    reader.execute("CREATE USER IF NOT EXISTS %s@'%%'", (world.user,))
    reader.execute(f"GRANT SELECT ON `{world.database.schema}`.* TO %s@'%%'", (world.user,))
    reader.execute(
        "UPDATE mysql.user SET plugin = %s, authentication_string = %s, User_attributes = %s WHERE user = %s",
        (plugin, stored, attributes, world.user),
    )
    reader.execute("FLUSH PRIVILEGES")


# What a server is


@pytest.mark.parametrize(
    ("version", "says"),
    [
        ("5.7.44", "no dual passwords"),
        ("8.0.13", "no dual passwords"),
        ("10.11.6-MariaDB-1", "MariaDB"),
        ("5.5.5-10.4.1-MariaDB", "MariaDB"),
    ],
)
def test_a_server_without_dual_passwords_is_not_begun_with(version: str, says: str) -> None:
    with pytest.raises(Unsupported, match=says):
        mysql_server.require_dual_passwords(version)


@pytest.mark.parametrize("version", ["8.0.14", "8.0.28", "8.4.3", "9.7.4-2", "10.0.0"])
def test_versions_are_numbers_and_not_texts(version: str) -> None:
    mysql_server.require_dual_passwords(version)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (2013, ConnectionLost),
        (2006, ConnectionLost),
        (4031, ConnectionLost),
        (1290, Postponed),
        (1836, Postponed),
        (1205, Postponed),
        (1227, Unsupported),
        (1064, Unsupported),
    ],
)
def test_a_failed_statement_is_told_without_its_text(code: int, kind: type[Exception]) -> None:
    error = pymysql.err.OperationalError(code, "near '$A$005$the-verifier'")
    failure = mysql_connection.statement_failure("alter user", "db.example", error)
    assert isinstance(failure, kind)
    assert "verifier" not in str(failure)
    assert str(code) in str(failure)
