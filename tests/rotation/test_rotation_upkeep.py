"""What happens between rotations: discarding for a leak, going back, and saying what is so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crashes import distinct
from keyturn.rotation.errors import Postponed, Rejected
from keyturn.rotation.report import Report
from keyturn.rotation.secret import Login
from secretsmanager import ARN, CURRENT, PREVIOUS
from world import DAY, HOUR, Crash, World, boundaries, make, stop_before


@pytest.fixture
def world(any_world: World) -> World:
    return any_world


def test_a_leaked_password_is_discarded_at_once(world: World) -> None:
    world.rotate()
    leaked = world.password() or ""
    world.rotate()
    assert world.ask("discard")["outcome"] == "done"
    assert not world.logs_in(leaked)
    assert world.logs_in(world.password() or "")
    assert world.ask("discard")["outcome"] == "nothing"


def test_discarding_during_a_rotation_does_not_take_the_current_password(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.rotate()
    stop_before(world, "testSecret")
    assert world.ask("discard")["because"] == "a rotation is under way"
    world.assert_invariant()


def test_going_back_keeps_both_passwords_working(world: World) -> None:
    world.rotate()
    old = world.password()
    world.rotate()
    new = world.password()
    world.ask("rollback")
    assert (world.password(CURRENT), world.password(PREVIOUS)) == (old, new)
    world.assert_invariant()
    world.tick()
    world.assert_invariant()
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    assert not world.logs_in(new or "")
    assert world.logs_in(old or "")
    world.rotate()
    world.assert_invariant()


def test_going_back_to_a_password_that_was_discarded_revives_it(world: World) -> None:
    world.rotate()
    old = world.password()
    world.rotate()
    world.ask("discard")
    world.ask("rollback")
    assert world.password() == old
    world.assert_invariant()


def test_going_back_twice_is_going_forward(world: World) -> None:
    world.rotate()
    world.rotate()
    before = world.password()
    world.ask("rollback")
    world.ask("rollback")
    assert world.password() == before
    world.assert_invariant()


def test_there_is_nothing_to_go_back_to_before_the_second_rotation(world: World) -> None:
    with pytest.raises(Rejected, match="no AWSPREVIOUS"):
        world.ask("rollback")
    world.rotate()
    with pytest.raises(Rejected, match="no AWSPREVIOUS"):
        world.ask("rollback")


def test_going_back_waits_for_a_rotation_to_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.rotate()
    world.rotate()
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    stop_before(world, "testSecret")
    with pytest.raises(Rejected, match="a rotation is under way"):
        world.ask("rollback")
    world.assert_invariant_of_current()


def test_the_invariant_holds_at_every_crash_point_of_going_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    points: list[str] = []
    world.rotate()
    world.rotate()
    with boundaries(world, monkeypatch, lambda when, what: points.append(f"{when} {what}")):
        world.ask("rollback")
    for number in distinct(points, world.database):
        other = make(world.database)
        other.rotate()
        other.rotate()
        left = [number]

        def reached(when: str, what: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise Crash

        with pytest.raises(Crash), boundaries(other, monkeypatch, reached):
            other.ask("rollback")
        other.assert_invariant()
        other.restart()
        other.tick()
        other.assert_invariant()
        other.assert_nothing_leaked()


def test_status_says_what_is_so_and_changes_nothing(world: World) -> None:
    assert world.ask("status")["retained"] is False
    world.rotate()
    world.rotate()
    told = world.ask("status")
    assert told["passwords"] == {CURRENT: "newest", PREVIOUS: "retained"}
    assert told["retained"] is True
    assert told["grace_left"] == DAY
    world.kind.change_by_hand(world, "by hand")
    assert world.ask("status")["passwords"] == {CURRENT: "refused", PREVIOUS: "retained"}
    assert not world.logs_in(world.password() or "")
    world.kind.drop(world)
    assert world.ask("status")["passwords"] == {CURRENT: "no account", PREVIOUS: "no account"}
    assert "repaired" not in world.runs()[-1]


@pytest.mark.parametrize(
    "event",
    [
        {"keyturn": "status"},
        {"keyturn": "tick", "SecretId": ARN},
        {"keyturn": "drop", "SecretId": ARN},
        {"keyturn": "rollback", "SecretId": ARN.replace("app", "other")},
    ],
)
def test_what_an_operator_may_not_ask_for(world: World, event: dict[str, str]) -> None:
    world.rotate()
    with pytest.raises(Rejected, match=r"asks for nothing known|does not rotate that secret"):
        world.handle(event)
    world.assert_invariant()


def test_the_hourly_run_finds_nothing_to_do(world: World) -> None:
    world.tick()
    assert world.runs()[-1]["because"] == "the secret has no password before its first rotation"
    world.rotate()
    world.tick()
    assert world.runs()[-1]["outcome"] == "nothing"
    assert {"grant", "alter user", "create user", "discard"}.isdisjoint(world.runs()[-1]["sql"])


def test_an_account_changed_while_its_old_password_is_discarded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.rotate()
    world.rotate()
    world.manager.pass_time(DAY + HOUR)
    discard = world.kind.server.discard

    def discard_while_a_dba_works(self: Any) -> Any:
        discard(self)
        world.kind.change_by_hand(world, "by hand")
        return discard(self)

    with monkeypatch.context() as patch:
        patch.setattr(world.kind.server, "discard", discard_while_a_dba_works)
        with pytest.raises(Postponed, match="changed by someone else"):
            world.tick()
    world.tick()
    assert world.logs_in(world.password() or "")


def test_an_old_password_that_still_works_after_its_discard_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a reader that has not heard, or a server that keeps what it has once checked."""
    world.rotate()
    world.rotate()
    engine = type(world.container._engine(Report("test")))
    log_in, old = engine.log_in, world.password(PREVIOUS)

    def lenient(self: Any, login: Login, host: str) -> None:
        if login.password != old:
            log_in(self, login, host)

    monkeypatch.setattr(engine, "log_in", lenient)
    with pytest.raises(Postponed, match="still accepts the old password"):
        world.ask("discard")


def test_an_account_changed_while_it_goes_back_keeps_the_label_where_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.rotate()
    world.rotate()
    current, establish = world.manager.holder(CURRENT), world.kind.server.establish

    def establish_while_a_dba_works(self: Any, *logins: Any) -> Any:
        establish(self, *logins)
        world.kind.change_by_hand(world, "by hand")
        return self.account()

    with monkeypatch.context() as patch:
        patch.setattr(world.kind.server, "establish", establish_while_a_dba_works)
        with pytest.raises(Postponed, match="would stop working"):
            world.ask("rollback")
    assert world.manager.holder(CURRENT) == current
    world.tick()
    assert world.logs_in(world.password() or "")


def test_an_answer_lost_at_the_move_is_not_taken_for_somebody_elses(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK repeats the call by itself; the repetition finds the label on the new version already."""
    world.rotate()
    move = world.manager.update_secret_version_stage
    monkeypatch.setattr(
        world.manager, "update_secret_version_stage", lambda **request: (move(**request), move(**request))[1]
    )
    world.rotate()
    assert world.runs()[-1]["outcome"] == "done"
    world.assert_invariant()


def test_what_the_function_returns_is_its_line(world: World) -> None:
    told = world.ask("status")
    assert json.loads(json.dumps(told))["step"] == world.runs()[-1]["step"] == "status"
