"""The same rotation on a real MariaDB server, which keeps two passwords for an account in another way."""

from __future__ import annotations

import pytest

from keyturn.local import mariadb, mysql
from keyturn.rotation.errors import Unsupported
from keyturn.rotation.mariadb_server import MariaDBServer
from keyturn.rotation.mysql_verifier import native
from keyturn.rotation.redact import forms
from servers import Database
from world import DAY, HOUR, World, make

NATIVE = "mysql_native_password USING '{}'"


@pytest.fixture
def database(mariadb_database: Database) -> Database:
    return mariadb_database


def test_the_first_rotation_grants_on_this_database_alone_and_wants_tls(world: World) -> None:
    world.rotate()
    granted = [row[0] for row in world.database.server.execute("SHOW GRANTS FOR %s@'%%'", (world.user,))]
    escaped = world.database.schema.replace("_", "\\_")
    assert any(f"`{escaped}`.* TO" in grant for grant in granted)
    assert any("REQUIRE SSL" in grant for grant in granted)


def test_a_password_changed_by_hand_is_repaired(world: World) -> None:
    """SET PASSWORD replaces the first verifier only and leaves the other: AWSPREVIOUS stays, AWSCURRENT comes back."""
    world.rotate()
    world.rotate()
    world.database.server.execute("SET PASSWORD FOR %s@'%%' = PASSWORD('by hand')", (world.user,))
    assert not world.logs_in(world.password() or "")
    world.tick()
    world.assert_invariant()
    assert not world.logs_in("by hand")


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


def test_an_account_that_is_blocked_after_wrong_passwords_sees_none(world: World) -> None:
    """Not even the old password is tried after its discard."""
    world.rotate()
    world.rotate()
    world.database.server.execute("SET GLOBAL max_password_errors = 2")
    try:
        assert world.ask("discard")["logins"]["refused"] == 0
    finally:
        world.database.server.execute("SET GLOBAL max_password_errors = DEFAULT")


def test_a_role_is_left_alone(world: World) -> None:
    world.database.server.execute(f"CREATE ROLE {world.user}")
    with pytest.raises(Unsupported, match="is a role"):
        world.rotate()


def test_a_server_of_the_other_kind_is_told(mariadb_database: Database, mysql_server: mysql.Server) -> None:
    with pytest.raises(Unsupported, match="the server is MariaDB; ENGINE says MySQL"):
        make(mariadb_database, ENGINE="aurora-mysql").rotate()
    with pytest.raises(Unsupported, match="the server is not MariaDB; ENGINE says it is"):
        make(Database(mysql_server, "shop"), ENGINE="mariadb").rotate()


def test_the_servers_log_has_no_password(world: World, mariadb_server: mariadb.Server) -> None:
    """MariaDB hides nothing in its general log: whoever sends a password has published it."""
    world.rotate()
    world.rotate()
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    text = (mariadb_server.socket.parent / "general.log").read_text(errors="replace")
    assert "IDENTIFIED VIA" in text
    assert world.password()
    passwords = {form for value in world.passwords for form in forms(value) if form not in world.verifiers()}
    digests = {form for form in passwords if form.upper() == form and len(form) == 40}  # Of which verifiers are made.
    assert [form for form in passwords - digests if form in text] == []
