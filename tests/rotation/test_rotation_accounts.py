"""Accounts as they are found in the world: on several hosts, older than the secret, limited, expired, half made."""

from __future__ import annotations

import pytest

from keyturn.rotation.errors import Postponed, Refused, Unsupported
from secretsmanager import ARN, PENDING
from servers import Database
from world import DAY, HOUR, World, make, stop_before


def sql(world: World, statement: str) -> list[tuple[object, ...]]:
    """Run a statement in which `{user}` stands for the application's user."""
    return list(world.database.server.execute(statement.format(user=f"'{world.user}'")))


def retained(world: World) -> bool:
    return any(
        row[0]
        for row in sql(world, "SELECT User_attributes->>'$.additional_password' FROM mysql.user WHERE user = {user}")
    )


def privileges(world: World) -> set[str]:
    return {str(row[0]).split(" TO ")[0] for row in sql(world, "SHOW GRANTS FOR {user}@'%'")}


# Options of the account that trip a rotation by plain passwords


@pytest.mark.parametrize(
    "option",
    [
        "PASSWORD HISTORY 5",
        "PASSWORD REUSE INTERVAL 365 DAY",
        "PASSWORD REQUIRE CURRENT",
        "PASSWORD EXPIRE INTERVAL 90 DAY",
        "FAILED_LOGIN_ATTEMPTS 1 PASSWORD_LOCK_TIME UNBOUNDED",
        "WITH MAX_USER_CONNECTIONS 4",
        "COMMENT 'the shop'",
    ],
)
def test_an_account_with_an_option_keeps_it_and_is_rotated(world: World, option: str) -> None:
    world.rotate()
    sql(world, f"ALTER USER {{user}}@'%' {option}")
    [(before,)] = sql(world, "SHOW CREATE USER {user}@'%'")
    for _ in range(2):
        world.rotate()
        world.assert_invariant()
        world.manager.pass_time(DAY + HOUR)
        world.tick()
    [(after,)] = sql(world, "SHOW CREATE USER {user}@'%'")
    assert str(after).split("' REQUIRE ")[1] == str(before).split("' REQUIRE ")[1]


def test_an_expired_password_is_replaced(world: World) -> None:
    world.rotate()
    sql(world, "ALTER USER {user}@'%' PASSWORD EXPIRE")
    world.rotate()
    world.assert_invariant()


def test_a_strict_password_policy_does_not_stop_it(world: World) -> None:
    world.database.server.execute("INSTALL COMPONENT 'file://component_validate_password'")
    try:
        world.database.server.execute("SET GLOBAL validate_password.policy = STRONG")
        world.rotate()
        world.rotate()
        world.assert_invariant()
    finally:
        world.database.server.execute("UNINSTALL COMPONENT 'file://component_validate_password'")


def test_an_account_that_checks_its_password_otherwise_is_left_alone(world: World) -> None:
    sql(world, "CREATE USER {user}@'%' IDENTIFIED WITH sha256_password BY 'its own'")
    with pytest.raises(Unsupported, match="checks its password with sha256_password"):
        world.rotate()
    assert world.logs_in("its own")


# Several hosts


def test_all_hosts_of_a_user_change_together(world: World) -> None:
    world.rotate()
    first = world.password() or ""
    sql(world, "CREATE USER {user}@'127.%' IDENTIFIED BY '" + first + "'")
    sql(world, "GRANT SELECT ON " + world.database.schema + ".* TO {user}@'127.%'")
    world.rotate()
    assert world.runs()[-3]["sql"]["alter user"] == 1
    world.assert_invariant()  # The server takes the row for 127.%.
    sql(world, "DROP USER {user}@'127.%'")
    world.assert_invariant()  # And now the one for %.


def test_a_host_added_during_a_rotation_does_not_lose_the_current_password(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new row has AWSCURRENT alone while the old row has both: neither may get a second RETAIN."""
    world.rotate()
    current = world.password() or ""
    stop_before(world, "testSecret")
    sql(world, "CREATE USER {user}@'127.%' IDENTIFIED BY '" + current + "'")
    sql(world, "GRANT SELECT ON " + world.database.schema + ".* TO {user}@'127.%'")
    world.recover()
    world.assert_invariant()
    sql(world, "DROP USER {user}@'127.%'")
    world.assert_invariant()


def test_the_old_password_is_discarded_on_all_hosts(world: World) -> None:
    world.rotate()
    old = world.password() or ""
    sql(world, "CREATE USER {user}@'127.%' IDENTIFIED BY '" + old + "'")
    sql(world, "GRANT SELECT ON " + world.database.schema + ".* TO {user}@'127.%'")
    world.rotate()
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    assert not retained(world)
    assert not world.logs_in(old)


def test_a_current_password_that_is_discarded_during_a_rotation_is_noticed(world: World) -> None:
    """By testSecret, which tries both; the next try of the rotation makes it good."""
    world.rotate()
    stop_before(world, "testSecret")
    sql(world, "ALTER USER {user}@'%' DISCARD OLD PASSWORD")
    with pytest.raises(Refused, match="access denied"):
        world.handle({"Step": "testSecret", "SecretId": ARN, "ClientRequestToken": world.manager.holder(PENDING)})
    world.recover()
    world.assert_invariant()


# The first rotation


def test_an_account_older_than_the_secret_is_taken_over_without_an_outage(world: World) -> None:
    """Its users' password is in nobody's secret; it keeps working for the grace period, and its privileges stay."""
    sql(world, "CREATE USER {user}@'%' IDENTIFIED BY 'known to the application'")
    sql(world, "GRANT SELECT ON " + world.database.schema + ".* TO {user}@'%'")
    before = privileges(world)
    world.rotate()
    assert world.logs_in("known to the application")
    assert world.logs_in(world.password() or "")
    assert privileges(world) == before
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    assert not world.logs_in("known to the application")
    assert world.logs_in(world.password() or "")


def test_a_first_rotation_abandoned_between_create_and_grant_leaves_nothing_half_made(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql(world, "CREATE USER {user}@'%' IDENTIFIED BY 'of a version that is gone'")
    world.rotate()
    assert any("INSERT" in grant for grant in privileges(world))
    world.assert_invariant()


@pytest.mark.parametrize("name", ["a_b", "a%b", "a`b", "a b", "ünï", "a\\b"])
def test_a_database_of_any_name_is_granted_and_no_other(database: Database, name: str) -> None:
    quoted = f"`{name.replace('`', '``')}`"
    database.server.execute(f"CREATE DATABASE {quoted}")
    database.server.execute("CREATE DATABASE axb")  # What `_` and `%` stand for, where they are patterns.
    try:
        world = make(database, DB_NAME=name)
        world.rotate()
        with world.database.server.connect(world.user, world.password() or "") as client, client.cursor() as cursor:
            cursor.execute("SHOW DATABASES")
            assert {row[0] for row in cursor.fetchall()} & {name, "axb"} == {name}
    finally:
        database.server.execute(f"DROP DATABASE {quoted}")


def test_partial_revokes_take_the_name_as_it_stands(database: Database) -> None:
    database.server.execute("SET GLOBAL partial_revokes = ON")
    world = make(database)
    world.rotate()
    world.assert_invariant()
    assert any(f"`{database.schema}`" in grant for grant in privileges(world))


def test_a_database_that_is_missing_is_said_so(database: Database) -> None:
    world = make(database, DB_NAME="nowhere")
    with pytest.raises(Refused, match="no such database"):
        world.rotate()


def test_the_first_rotation_grants_what_is_configured(world: World) -> None:
    world.rotate()
    granted = [row[0] for row in world.database.server.execute("SHOW GRANTS FOR %s@'%%'", (world.user,))]
    escaped = world.database.schema.replace("_", "\\_")  # Or else `_` would stand for any character.
    assert f"GRANT SELECT, INSERT, UPDATE, DELETE ON `{escaped}`.* TO `{world.user}`@`%`" in granted
    ((tls,),) = world.database.server.execute("SELECT ssl_type FROM mysql.user WHERE user = %s", (world.user,))
    assert tls == "ANY"


def test_it_never_logs_in_with_a_password_that_cannot_be_right(world: World) -> None:
    """An account that locks after two failed logins must survive any number of rotations."""
    world.rotate()
    world.database.server.execute(
        "ALTER USER %s@'%%' FAILED_LOGIN_ATTEMPTS 2 PASSWORD_LOCK_TIME UNBOUNDED", (world.user,)
    )
    for _ in range(3):
        world.rotate()
        world.manager.pass_time(DAY + HOUR)
        world.tick()
        assert world.logs_in(world.password() or "")
    assert sum(run["logins"]["refused"] for run in world.runs()) == 0


def test_a_retained_password_that_is_not_ours_gets_its_grace(world: World) -> None:
    world.rotate()
    current = world.password() or ""
    sql(world, "ALTER USER {user}@'%' IDENTIFIED BY 'by hand'")
    sql(world, "ALTER USER {user}@'%' IDENTIFIED BY '" + current + "' RETAIN CURRENT PASSWORD")
    with pytest.raises(Postponed, match="keep working"):
        world.rotate()
    assert world.logs_in("by hand")
    world.manager.pass_time(DAY + HOUR)
    world.recover()
    assert not world.logs_in("by hand")
    world.assert_invariant()


def test_a_restored_snapshot_is_brought_up_to_date(world: World) -> None:
    """The database is older than the secret: it has what is now AWSPREVIOUS, alone."""
    world.rotate()
    old = world.password() or ""
    world.rotate()
    sql(world, "ALTER USER {user}@'%' IDENTIFIED BY '" + old + "'")
    sql(world, "ALTER USER {user}@'%' DISCARD OLD PASSWORD")
    world.tick()
    world.assert_invariant()
    assert world.runs()[-1]["repaired"] == ["AWSCURRENT did not log in"]


def test_privileges_taken_away_stay_away(world: World) -> None:
    world.rotate()
    world.database.server.execute(
        f"REVOKE DELETE ON `{world.database.schema.replace('_', chr(92) + '_')}`.* FROM %s@'%%'", (world.user,)
    )
    world.tick()
    world.rotate()
    world.tick()
    assert not any("DELETE" in grant for grant in privileges(world))
