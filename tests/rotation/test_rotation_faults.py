"""
Faults that a run survives: answers lost, calls refused, at every boundary of a rotation.

A crash ends the process; here it lives on, and has to find out what became of what it asked for.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from crashes import SCENES, assert_current_logs_in, discard, points_of
from keyturn.rotation.errors import ConnectionLost, Postponed, Rejected, RotationError, Unreachable
from keyturn.rotation.redact import MARK
from kinds import Kind
from secretsmanager import ADMIN_ARN, ARN, CURRENT, PREVIOUS
from servers import Database
from world import World, boundaries, make


@pytest.fixture
def world(any_world: World) -> World:
    return any_world


class Fault:
    """Ends one call: before it was carried out or after, as the network or the service does."""

    def __init__(self, number: int, kind: Kind) -> None:
        self.left = number
        self.kind = kind

    def reached(self, when: str, what: str) -> None:
        self.left -= 1
        if self.left == -1:
            raise self.error(when, what)

    def error(self, when: str, what: str) -> Exception:
        if what in ("login", "statement"):
            return self.kind.lost(what)
        if when == "before":
            return ClientError({"Error": {"Code": "InternalServiceError", "Message": "An error occurred"}}, what)
        return ReadTimeoutError(endpoint_url="https://secretsmanager.eu-west-1.amazonaws.com")


@pytest.mark.parametrize(("prepare", "act"), SCENES, ids=[act.__name__ for _, act in SCENES])
def test_the_invariant_holds_when_any_answer_is_lost(
    any_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[World], None],
    act: Callable[[World], None],
) -> None:
    for number in range(len(points_of(any_database, monkeypatch, prepare, act))):
        world = make(any_database)
        prepare(world)
        kept = world.password(CURRENT)
        fault = Fault(number, world.kind)
        retriable = contextlib.suppress(Unreachable, Postponed)  # Nothing else may come of it.
        with boundaries(world, monkeypatch, fault.reached), retriable:
            act(world)
        assert_current_logs_in(world, kept)
        world.recover()
        if act is discard:
            world.tick()
        assert_current_logs_in(world, kept)
        assert world.password(CURRENT)
        world.assert_nothing_leaked()


@pytest.mark.parametrize(("when", "times"), [("before", 2), ("after", 1)])
def test_a_lost_connection_during_the_change_is_got_over_in_the_same_run(
    world: World, monkeypatch: pytest.MonkeyPatch, when: str, times: int
) -> None:
    """Whether or not the server made the change: the run looks and goes on, and Secrets Manager hears of no failure."""
    world.rotate()
    changes: list[str] = []
    run = world.kind.server.run

    def lose(self: Any, kind: str, *words: Any) -> Any:
        changing = kind.startswith("alter")
        changes.extend([kind] if changing else [])
        if not changing or len(changes) > 1:
            return run(self, kind, *words)
        if when == "after":
            run(self, kind, *words)
        self.close()
        raise ConnectionLost("the connection ended")

    with monkeypatch.context() as patch:
        patch.setattr(world.kind.server, "run", lose)
        world.rotate()
    world.assert_invariant()
    assert len(changes) == times


@pytest.mark.parametrize(
    ("code", "failure", "says"),
    [
        ("ThrottlingException", Postponed, "not able to do"),
        ("InternalServiceError", Postponed, "not able to do"),
        ("LimitExceededException", Postponed, "not able to do"),
        ("AccessDeniedException", Rejected, "role"),
        ("DecryptionFailure", Rejected, "KMS key"),
        ("InvalidRequestException", Rejected, "InvalidRequestException"),
        ("ResourceNotFoundException", Rejected, "finds nothing"),
    ],
)
def test_secrets_manager_refuses(
    world: World, monkeypatch: pytest.MonkeyPatch, code: str, failure: type[RotationError], says: str
) -> None:
    world.rotate()
    world.restart()

    def reached(when: str, what: str) -> None:
        if (when, what) == ("before", "DescribeSecret"):
            raise ClientError({"Error": {"Code": code, "Message": "its own text with a hunter2 in it"}}, what)

    with pytest.raises(failure, match=says), boundaries(world, monkeypatch, reached):
        world.rotate()
    assert "hunter2" not in world.written.getvalue()
    world.assert_invariant()
    world.recover()
    world.assert_invariant()


def test_kms_lost_between_the_steps(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pending value cannot be read any more: nothing happens to the account, and the next run goes on."""
    world.rotate()

    def deny(when: str, what: str) -> None:
        if (when, what) == ("before", "GetSecretValue"):
            raise ClientError({"Error": {"Code": "DecryptionFailure", "Message": ""}}, what)

    def handle(event: dict[str, object]) -> None:
        if event["Step"] == "setSecret":
            world.restart()
            with boundaries(world, monkeypatch, deny):
                world.handle(event)
        world.handle(event)

    with pytest.raises(Rejected, match="DecryptionFailure"):
        world.manager.rotate(handle)
    world.assert_invariant()
    world.recover()
    world.assert_invariant()
    assert world.password(PREVIOUS)


def test_the_proof_of_identity_is_passed_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets Manager hands it to a function whose role is of another account, and wants it back with the new value."""
    put, proofs = world.manager.put_secret_value, []

    def noted(*, RotationToken: str | None = None, **request: Any) -> Any:  # noqa: N803
        proofs.append(RotationToken)
        return put(**request)

    monkeypatch.setattr(world.manager, "put_secret_value", noted)
    world.manager.rotate(lambda event: world.handle({**event, "RotationToken": "proof"}))
    world.rotate()
    assert proofs == ["proof", None]


def test_the_redactor_knows_every_password_that_was_read(world: World) -> None:
    world.rotate()
    world.rotate()
    administrator = world.database.administrator.password
    for secret in (administrator, world.password(CURRENT) or "", world.password(PREVIOUS) or ""):
        assert world.container.redactor.clean(f"<{secret}>") == f"<{MARK}>"


def test_the_administrator_is_asked_for_each_time(world: World) -> None:
    """RDS rotates the master password itself; a kept one would be refused, and refused logins are noise."""
    world.rotate()
    world.rotate()
    assert world.manager.read.count(ADMIN_ARN) >= 2


@pytest.mark.parametrize("step", ["setSecret", "testSecret", "finishSecret"])
def test_a_step_out_of_its_order_changes_nothing(world: World, step: str) -> None:
    """Somebody who may invoke the function replays or forges steps; AWSCURRENT never moves to what does not log in."""
    world.rotate()

    def forge(event: dict[str, object]) -> None:
        world.handle({**event, "Step": step})

    with pytest.raises(RotationError):
        world.manager.rotate(forge)
    world.assert_invariant()
    assert world.rotating
    world.recover()
    world.assert_invariant()


@pytest.mark.parametrize("step", ["createSecret", "setSecret", "testSecret", "finishSecret"])
def test_a_step_of_an_earlier_rotation_is_refused(world: World, step: str) -> None:
    """Somebody invokes the function with an old event; its password still logs in, and could be made current by it."""
    world.rotate()
    old = world.manager.holder(CURRENT)
    world.rotate()
    with pytest.raises(Rejected, match="not pending"):
        world.handle({"Step": step, "SecretId": ARN, "ClientRequestToken": old})
    assert world.manager.holder(PREVIOUS) == old
    world.assert_invariant()


@pytest.mark.parametrize("step", ["testSecret", "finishSecret"])
def test_finish_before_set_does_not_move_the_label(world: World, step: str) -> None:
    world.rotate()
    current = world.manager.holder(CURRENT)

    def skip(event: dict[str, object]) -> None:
        if event["Step"] in ("createSecret", step):
            world.handle(event)

    with pytest.raises(RotationError, match="access denied"):
        world.manager.rotate(skip)
    assert world.manager.holder(CURRENT) == current
    world.recover()
    world.assert_invariant()


def test_rotation_switched_off_meanwhile_is_respected(world: World) -> None:
    world.rotate()
    world.manager.rotation_enabled = False
    with pytest.raises(Rejected, match="not enabled"):
        world.rotate()
    world.assert_invariant()


@pytest.mark.parametrize("left", [0, 4_999, 11_999])
def test_too_little_time_changes_nothing(world: World, left: int) -> None:
    world.rotate()
    world.remaining = left
    with pytest.raises(Postponed, match="s are left"):
        world.rotate()
    assert not {"alter user", "alter role"} & set(world.runs()[-1]["sql"])
    assert bool(world.runs()[-1]["api"]) == (left > 5_000), "not even a call is begun"
    world.remaining = 60_000
    world.recover()
    world.assert_invariant()


@pytest.mark.parametrize("harm", ["change", "drop"])
def test_too_little_time_repairs_nothing(world: World, harm: str) -> None:
    world.rotate()
    if harm == "drop":
        world.kind.drop(world)
    else:
        world.kind.change_by_hand(world, "by a DBA, 1")
    world.remaining = 11_999
    with pytest.raises(Postponed, match="s are left"):
        world.tick()
    assert not {"alter user", "alter role", "create user", "create role"} & set(world.runs()[-1]["sql"])
    world.remaining = 60_000
    world.tick()
    world.assert_invariant()


def test_what_was_lost_is_not_done_again_with_too_little_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.rotate()

    def lose(self: Any) -> Any:
        self.close()
        world.remaining = 11_999
        raise ConnectionLost("the connection ended")

    with monkeypatch.context() as patch:
        patch.setattr(world.kind.server, "account", lose)
        with pytest.raises(Postponed, match="another try may take"):
            world.rotate()
    world.remaining = 60_000
    world.recover()
    world.assert_invariant()


def test_a_fault_of_our_own_is_reported_without_its_text(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.rotate()

    def fail(*_: object) -> None:
        raise ValueError(world.password())

    monkeypatch.setattr("keyturn.rotation.secret.compose", fail)
    with pytest.raises(RotationError, match="ValueError in fail") as caught:
        world.rotate()
    assert (world.password() or "?") not in str(caught.value)
    assert caught.value.__suppress_context__
    assert world.runs()[-1]["outcome"] == "failed"
