"""
The contract: what every rotation does and refuses, on every kind of server.

What is one kind's own stands in `test_rotation_accounts` (MySQL), `test_rotation_mariadb` and `test_rotation_postgresql`.
"""

from __future__ import annotations

import json
import re
from contextlib import AbstractContextManager

import pytest

from keyturn.local import postgresql
from keyturn.rotation.engine import Server
from keyturn.rotation.errors import Postponed, Rejected, RotationError, Unsupported
from keyturn.rotation.report import Report
from keyturn.rotation.secret import ENGINE_KEY, Login
from kinds import POSTGRESQL
from secretsmanager import ARN, CURRENT, PENDING, PREVIOUS
from servers import Database
from world import DAY, HOUR, World, make


@pytest.fixture
def world(any_world: World) -> World:
    return any_world


def test_the_first_rotation_provisions_the_user(world: World) -> None:
    world.rotate()
    secret = json.loads(world.manager.value(CURRENT) or "")
    assert {key: secret[key] for key in ("engine", "host", "port", "username", "dbname")} == {
        "engine": ENGINE_KEY[world.kind.engine],
        "host": world.database.server.host,
        "port": world.database.server.port,
        "username": world.configuration.login_after(None),
        "dbname": world.database.schema,
    }
    assert world.logs_in(world.password() or "")
    assert len(secret["password"]) >= 32


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


def test_a_step_that_is_repeated_at_once_changes_nothing(world: World) -> None:
    world.rotate()

    def twice(event: dict[str, object]) -> None:
        world.handle(event)
        world.handle(event)

    world.manager.rotate(twice)
    again = world.runs()[-7::2]
    assert [run["step"] for run in again] == ["createSecret", "setSecret", "testSecret", "finishSecret"]
    assert not {"alter user", "alter role"} & {kind for run in again for kind in run["sql"]}
    assert [run["outcome"] for run in again] == ["already", "already", "done", "already"]
    world.assert_invariant()


def test_no_value_is_kept_in_memory_when_its_work_is_done(world: World) -> None:
    world.rotate()
    assert world.container.kept == {}
    world.rotate()
    world.ask("status")
    assert world.container.kept == {}
    world.ask("rollback")
    assert world.container.kept == {}
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    assert world.container.kept == {}
    for step in ("createSecret", "finishSecret"):
        world.handle({"Step": step, "SecretId": ARN, "ClientRequestToken": world.manager.holder(CURRENT)})
    assert world.container.kept == {}


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
    [
        ("host", "rogue.example"),
        ("username", "root"),
        ("port", 1),
        ("masterarn", "arn:aws:x"),
        ("engine", "oracle"),
        ("dbname", "other"),
    ],
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
    world.kind.change_by_hand(world, "by a DBA, 1")
    assert not world.logs_in(world.password() or "")
    world.tick()
    assert world.logs_in(world.password() or "")
    assert world.runs()[-1]["repaired"]


def test_a_rotation_repairs_drift_first(world: World) -> None:
    world.rotate()
    world.kind.change_by_hand(world, "by a DBA, 1")
    world.rotate()
    world.assert_invariant()


def test_a_dropped_user_is_made_again(world: World) -> None:
    world.rotate()
    world.kind.drop(world)
    world.rotate()
    world.assert_invariant()


def test_no_login_ever_fails_in_a_rotation(world: World) -> None:
    """But for the one by which a discard is seen to have worked."""
    for _ in range(2):
        world.rotate()
        world.manager.pass_time(DAY + HOUR)
        world.tick()
    assert sum(run["logins"]["refused"] for run in world.runs() if run["step"] != "discard") == 0


def test_it_makes_few_calls(world: World) -> None:
    world.rotate()
    before = len(world.manager.calls)
    world.rotate()
    assert len(world.manager.calls) - before <= 9


def test_a_secret_marked_for_deletion_is_left_alone(world: World) -> None:
    world.rotate()
    world.manager.deleted = world.manager.now
    with pytest.raises(Rejected, match="scheduled for deletion"):
        world.rotate()
    world.manager.deleted = None
    world.assert_invariant()


def test_a_server_without_our_certificate_gets_no_password(any_database: Database) -> None:
    world = make(any_database, CA_BUNDLE="")  # The RDS certificates of the package: the local server has none of them.
    with pytest.raises(RotationError, match="did not prove its identity"):
        world.rotate()
    assert not world.verifiers()
    assert world.manager.holder(PENDING)


def test_an_account_older_than_the_secret_is_taken_over(world: World) -> None:
    """Its users' password is in nobody's secret; it keeps working for the grace period."""
    world.kind.make(world, "its own")
    world.rotate()
    assert world.logs_in("its own")
    assert world.logs_in(world.password() or "")
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    assert not world.logs_in("its own")
    assert world.logs_in(world.password() or "")


@pytest.mark.parametrize("initial", ["initial and generated", "Grüße, 密码 ☃"])
def test_a_secret_with_an_initial_password_keeps_it(world: World, initial: str) -> None:
    world.manager.put_by_hand(json.dumps({"password": initial}))
    world.rotate()
    assert world.password(PREVIOUS) == initial
    world.assert_invariant()


def test_a_locked_account_stays_locked(world: World) -> None:
    world.rotate()
    world.kind.lock(world)
    with pytest.raises(Unsupported, match="is locked"):
        world.rotate()
    world.kind.unlock(world)
    world.recover()
    world.assert_invariant()


def holding_the_lock(world: World, login: Login | None = None) -> AbstractContextManager[Server]:
    """Another run of the function, in the middle of its work; the administrator's unless said otherwise."""
    other = make(world.database, DB_USER=world.user)
    administrator = Login(world.database.administrator.user, world.database.administrator.password)
    return other.container._engine(Report("test")).administer(login or administrator)


def test_another_rotation_holds_the_lock(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.kind.impatient(monkeypatch)
    world.rotate()
    with holding_the_lock(world), pytest.raises(Postponed, match="another rotation of this user"):
        world.rotate()
    world.recover()
    world.assert_invariant()


def test_who_has_the_applications_password_and_holds_the_lock_is_told_and_can_be_ended(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever logs in can take the lock, the thief of a password too, whom it would keep from being locked out."""
    world.kind.impatient(monkeypatch)
    world.rotate()
    world.rotate()
    leaked = world.password(PREVIOUS) or ""
    with holding_the_lock(world, Login(world.usernames[leaked], leaked)):
        with pytest.raises(Postponed) as told:
            world.ask("discard")
        held = re.fullmatch(r".*, in session (\d+); if there is none, .*: end that session", str(told.value))
        assert held
        ending = "SELECT pg_terminate_backend({})" if world.kind is POSTGRESQL else "KILL {}"
        world.database.server.execute(ending.format(held[1]))
        monkeypatch.undo()
        world.ask("discard")
    assert not world.logs_in(leaked)
    world.assert_invariant_of_current()


def test_the_lock_of_a_function_that_is_gone_is_given_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lambda may end a function without closing its connections; the server ends a session that says nothing."""
    server = world.database.server
    if isinstance(server, postgresql.Server) and server.version.major < 14:
        pytest.skip("PostgreSQL does so since version 14")
    world.rotate()
    world.kind.bored(monkeypatch)
    with holding_the_lock(world):
        monkeypatch.undo()
        world.rotate()
    world.assert_invariant()


def test_the_administrator_is_never_rotated(world: World) -> None:
    world.manager.administrator = json.dumps({"username": world.configuration.logins[-1], "password": "x"})
    with pytest.raises(Rejected, match="DB_USER is the administrator"):
        world.rotate()
