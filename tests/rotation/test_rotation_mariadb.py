"""The same rotation on a real MariaDB server, which keeps two passwords for an account in another way."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pymysql
import pytest

import mariadb
from keyturn.local import mysql
from keyturn.local.tls import Authority
from keyturn.problem import Problem
from keyturn.rotation.errors import Postponed, Unsupported
from keyturn.rotation.mariadb_server import MariaDBServer
from keyturn.rotation.mysql_verifier import native
from keyturn.rotation.redact import forms
from secretsmanager import CURRENT, PREVIOUS
from servers import ADMINISTRATOR, Database
from test_rotation_crashes import SCENES, crash_at
from world import DAY, HOUR, World, boundaries, make

SCHEMA = "shop_1"
NATIVE = "mysql_native_password USING '{}'"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[mariadb.MariaDB]:
    try:
        mariadb.find()
    except Problem as problem:
        pytest.skip(f"no MariaDB server: {problem}")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    folder: Path = tmp_path_factory.mktemp("mariadb")
    with mariadb.running(folder, authority, ADMINISTRATOR, port) as running:
        running.execute(f"CREATE DATABASE {SCHEMA}")
        yield running


@pytest.fixture
def database(server: mariadb.MariaDB) -> Database:
    return Database(cast("mysql.Server", server), SCHEMA)


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    world = make(database)
    yield world
    world.assert_nothing_leaked()


def test_the_life_of_a_secret(world: World) -> None:
    world.rotate()
    assert json.loads(world.manager.value(CURRENT) or "")["engine"] == "mariadb"
    first = world.password() or ""
    world.rotate()
    world.assert_invariant()
    assert world.ask("status")["passwords"] == {CURRENT: "newest", PREVIOUS: "retained"}
    with pytest.raises(Postponed, match="keep working"):
        world.rotate()
    world.assert_invariant()
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    assert world.runs()[-1]["outcome"] == "done"
    assert not world.logs_in(first)
    world.recover()
    world.assert_invariant()
    world.ask("rollback")
    world.assert_invariant()
    granted = [row[0] for row in world.database.server.execute("SHOW GRANTS FOR %s@'%%'", (world.user,))]
    assert any("shop\\_1`.* TO" in grant for grant in granted)
    assert any("REQUIRE SSL" in grant for grant in granted)


@pytest.mark.parametrize(("prepare", "act"), SCENES, ids=[act.__name__ for _, act in SCENES])
def test_the_invariant_holds_at_every_crash_point(
    database: Database, monkeypatch: pytest.MonkeyPatch, prepare: Callable[[World], None], act: Callable[[World], None]
) -> None:
    points: list[str] = []
    watched = make(database)
    prepare(watched)
    with boundaries(watched, monkeypatch, lambda when, what: points.append(f"{when} {what}")):
        act(watched)
    assert len(points) > 10
    for number in range(len(points)):
        crash_at(make(database), monkeypatch, prepare, act, number, crashes=1)


def test_no_login_fails_while_it_rotates(world: World) -> None:
    world.rotate()
    stop, failed, tried = threading.Event(), [], [0]

    def log_in(stage: str) -> None:
        while not stop.is_set():
            try:
                password = world.password(stage) or world.password(CURRENT) or ""
                world.database.server.connect(world.user, password).close()
            except pymysql.Error as error:
                failed.append(error.args[0])
            tried[0] += 1

    threads = [threading.Thread(target=log_in, args=(stage,)) for stage in (CURRENT, CURRENT, PREVIOUS, PREVIOUS)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    world.rotate()
    time.sleep(0.2)
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert tried[0] > 20


def test_a_password_changed_by_hand_is_repaired(world: World) -> None:
    """SET PASSWORD replaces the first verifier only and leaves the other: AWSPREVIOUS stays, AWSCURRENT comes back."""
    world.rotate()
    world.rotate()
    world.database.server.execute("SET PASSWORD FOR %s@'%%' = PASSWORD('by hand')", (world.user,))
    assert not world.logs_in(world.password() or "")
    world.tick()
    world.assert_invariant()
    assert not world.logs_in("by hand")


def test_an_account_older_than_the_secret_is_taken_over(world: World) -> None:
    world.database.server.execute("CREATE USER %s@'%%' IDENTIFIED BY 'its own'", (world.user,))
    world.database.server.execute(f"GRANT SELECT ON {SCHEMA}.* TO %s@'%%'", (world.user,))
    world.rotate()
    assert world.logs_in("its own")
    assert world.logs_in(world.password() or "")


@pytest.mark.parametrize(
    ("account", "says"),
    [
        ("IDENTIFIED VIA unix_socket", "unix_socket"),
        (f"IDENTIFIED VIA {NATIVE.format(native('x'))} OR unix_socket", "unix_socket"),
        ("IDENTIFIED VIA " + " OR ".join(NATIVE.format(native(word)) for word in "xyz"), "more than two"),
        ("IDENTIFIED BY 'x' ACCOUNT LOCK", "is locked"),
    ],
)  # fmt: skip
def test_an_account_that_cannot_be_rotated_is_left_alone(world: World, account: str, says: str) -> None:
    world.database.server.execute(f"CREATE USER '{world.user}'@'%' {account}")
    before = world.verifiers()
    with pytest.raises(Unsupported, match=says):
        world.rotate()
    assert world.verifiers() == before


@pytest.mark.parametrize(
    ("version", "right"),
    [
        ("10.3.39-MariaDB", False),
        ("10.4.0-MariaDB-log", True),
        ("5.5.5-10.6.1-MariaDB", True),
        ("11.8.9-MariaDB", True),
        ("8.0.36", False),
    ],
)
def test_versions(version: str, right: bool) -> None:
    server = object.__new__(MariaDBServer)
    if right:
        server.require_version(version)
    else:
        with pytest.raises(Unsupported):
            server.require_version(version)


def test_the_servers_log_has_no_password(world: World, server: mariadb.MariaDB) -> None:
    """MariaDB hides nothing in its general log: whoever sends a password has published it."""
    world.rotate()
    world.rotate()
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    text = (server.socket.parent / "general.log").read_text(errors="replace")
    assert "IDENTIFIED VIA" in text
    assert world.password()
    passwords = {form for value in world.passwords for form in forms(value) if form not in world.verifiers()}
    digests = {form for form in passwords if form.upper() == form and len(form) == 40}  # Of which verifiers are made.
    assert [form for form in passwords - digests if form in text] == []
