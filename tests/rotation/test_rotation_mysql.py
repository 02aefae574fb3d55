"""The rotation on a real MySQL server: what each step does, and what it refuses."""

from __future__ import annotations

import json

import pytest

from keyturn.rotation.errors import Postponed, Rejected, RotationError
from secretsmanager import CURRENT, PENDING, PREVIOUS
from servers import Database
from world import DAY, HOUR, World, make


def test_the_first_rotation_provisions_the_user(world: World) -> None:
    world.rotate()
    secret = json.loads(world.manager.value(CURRENT) or "")
    assert {key: secret[key] for key in ("engine", "host", "port", "username", "dbname")} == {
        "engine": "mysql",
        "host": world.database.server.host,
        "port": world.database.server.port,
        "username": world.user,
        "dbname": world.database.schema,
    }
    assert world.logs_in(secret["password"])
    assert len(secret["password"]) >= 32
    granted = [row[0] for row in world.database.server.execute("SHOW GRANTS FOR %s@'%%'", (world.user,))]
    escaped = world.database.schema.replace("_", "\\_")  # Or else `_` would stand for any character.
    assert f"GRANT SELECT, INSERT, UPDATE, DELETE ON `{escaped}`.* TO `{world.user}`@`%`" in granted
    ((tls,),) = world.database.server.execute("SELECT ssl_type FROM mysql.user WHERE user = %s", (world.user,))
    assert tls == "ANY"


def test_after_a_rotation_both_passwords_log_in(world: World) -> None:
    world.rotate()
    first = world.password()
    world.rotate()
    assert world.password(PREVIOUS) == first != world.password(CURRENT)
    world.assert_invariant()


def test_the_old_password_is_discarded_when_its_grace_is_over(world: World) -> None:
    world.rotate()
    old = world.password()
    world.rotate()
    world.manager.pass_time(DAY - HOUR)
    world.tick()
    assert world.runs()[-1]["outcome"] == "nothing"
    world.assert_invariant()
    world.manager.pass_time(2 * HOUR)
    world.tick()
    assert world.runs()[-1]["outcome"] == "done"
    assert old
    assert not world.logs_in(old)
    assert world.logs_in(world.password() or "")


def test_steps_can_be_repeated(world: World) -> None:
    world.rotate()
    token = world.manager.holder(CURRENT)
    assert token
    before = world.password()
    world.manager.run_steps(world.handle, token)
    assert world.password() == before
    assert {run["outcome"] for run in world.runs()[-4:]} == {"already", "done"}
    world.assert_invariant()


def test_a_third_rotation_within_the_grace_waits_for_its_end(world: World) -> None:
    world.rotate()
    world.rotate()
    with pytest.raises(Postponed, match="keep working"):
        world.rotate()
    world.assert_invariant()
    world.manager.pass_time(DAY + HOUR)
    world.recover()
    world.assert_invariant()


def test_a_test_only_run_passes_before_and_after_the_first_rotation(world: World) -> None:
    world.manager.test_rotation(world.handle)
    world.rotate()
    world.manager.test_rotation(world.handle)


@pytest.mark.parametrize(
    ("key", "value"),
    [("host", "rogue.example"), ("username", "root"), ("port", 1), ("masterarn", "arn:aws:x"), ("engine", "postgres")],
)
def test_a_secret_that_was_rewritten_is_refused(world: World, key: str, value: object) -> None:
    world.rotate()
    world.manager.put_by_hand(json.dumps(json.loads(world.manager.value(CURRENT) or "") | {key: value}))
    with pytest.raises(Rejected, match="not the one that this function was deployed for"):
        world.rotate()
    assert world.logs_in(world.password(PREVIOUS) or "")


@pytest.mark.parametrize(
    "event",
    [
        {},
        [],
        {"Step": "dropSecret", "SecretId": "x", "ClientRequestToken": "y"},
        {
            "Step": "setSecret",
            "SecretId": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:other-AbCdEf",
            "ClientRequestToken": "y",
        },
        {
            "Step": "setSecret",
            "SecretId": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-AbCdEf",
            "ClientRequestToken": "forged",
        },
    ],
)
def test_what_it_does_not_serve_is_refused_and_changes_nothing(world: World, event: object) -> None:
    world.rotate()
    with pytest.raises(RotationError):
        world.handle(event)  # type: ignore[arg-type]
    assert world.runs()[-1]["outcome"] == "rejected"
    world.assert_invariant()


def test_a_password_changed_behind_its_back_is_repaired(world: World) -> None:
    world.rotate()
    world.database.server.execute("ALTER USER %s@'%%' IDENTIFIED BY 'by a DBA, 1'", (world.user,))
    assert not world.logs_in(world.password() or "")
    world.tick()
    assert world.logs_in(world.password() or "")
    assert world.runs()[-1]["repaired"]


def test_a_rotation_repairs_drift_first(world: World) -> None:
    world.rotate()
    world.database.server.execute("ALTER USER %s@'%%' IDENTIFIED BY 'by a DBA, 1'", (world.user,))
    world.rotate()
    world.assert_invariant()


def test_a_dropped_user_is_made_again(world: World) -> None:
    world.rotate()
    world.database.server.execute("DROP USER %s@'%%'", (world.user,))
    world.rotate()
    world.assert_invariant()


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


def test_it_makes_few_calls(world: World) -> None:
    world.rotate()
    before = len(world.manager.calls)
    world.rotate()
    assert len(world.manager.calls) - before == 8


def test_a_secret_marked_for_deletion_is_left_alone(world: World) -> None:
    world.rotate()
    world.manager.deleted = world.manager.now
    with pytest.raises(Rejected, match="scheduled for deletion"):
        world.rotate()
    world.manager.deleted = None
    world.assert_invariant()


def test_a_server_without_our_certificate_gets_no_password(database: Database) -> None:
    world = make(database, CA_BUNDLE="")  # The RDS certificates of the package: the local server has none of them.
    with pytest.raises(RotationError, match="did not prove its identity"):
        world.rotate()
    assert not world.database.server.execute("SELECT user FROM mysql.user WHERE user = %s", (world.user,))
    assert world.manager.holder(PENDING)
