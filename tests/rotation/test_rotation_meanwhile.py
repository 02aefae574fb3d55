"""What others do to the account or to the secret while it rotates, on every kind of server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keyturn.rotation.errors import Postponed, Refused
from keyturn.rotation.secret import Login
from secretsmanager import CURRENT, PENDING, PREVIOUS
from world import DAY, HOUR, World, boundaries, make, stop_before


@pytest.fixture
def world(any_world: World) -> World:
    return any_world


def test_a_rotation_abandoned_after_the_change_does_not_cost_the_current_password(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has a password that no label names, and retains AWSCURRENT: another RETAIN would end its life."""
    world.rotate()
    current = world.password() or ""
    stop_before(world, "testSecret")
    world.manager.cancel()
    world.rotate()
    assert world.password(PREVIOUS) == current
    world.assert_invariant()


def test_an_abandoned_rotation_is_cleaned_up_within_the_hour(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.rotate()
    current = world.password() or ""
    stop_before(world, "testSecret")
    abandoned = world.password(PENDING) or ""
    assert world.logs_in(abandoned)
    world.manager.cancel()
    world.tick()
    assert world.logs_in(current)
    assert not world.logs_in(abandoned)


def test_a_value_put_by_hand_during_a_rotation_ends_it_and_is_made_true(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.rotate()
    stop_before(world, "finishSecret")
    world.manager.put_by_hand(json.dumps({"password": "put by hand"}))
    assert not world.rotating
    world.tick()
    world.assert_invariant()
    world.manager.pass_time(DAY + HOUR)
    world.rotate()
    world.assert_invariant()


@pytest.mark.parametrize(
    "moment", ["after DescribeSecret", "before UpdateSecretVersionStage", "after UpdateSecretVersionStage"]
)
def test_awscurrent_moved_during_finish_is_not_overwritten(
    world: World, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Between the last look and the move somebody puts a value by hand: the compare-and-swap notices."""
    world.rotate()
    looks = world.manager.calls.count("DescribeSecret")

    def reached(when: str, what: str) -> None:
        if f"{when} {what}" == moment and world.manager.calls.count("DescribeSecret") == looks + 4:
            world.manager.around = original
            world.manager.put_by_hand(json.dumps({"password": "put by hand"}))

    original = world.manager.around
    if moment != "after UpdateSecretVersionStage":
        with pytest.raises(Postponed, match="moved by someone else"), boundaries(world, monkeypatch, reached):
            world.rotate()
    else:
        with boundaries(world, monkeypatch, reached):
            world.rotate()
    assert world.password() == "put by hand"
    world.tick()
    world.assert_invariant()


@pytest.fixture
def hourly(world: World) -> World:
    """Another run of the same function, at the same time."""
    other = make(world.database, DB_USER=world.user)
    other.manager = other.container.client = world.manager
    return other


def test_nobody_comes_between_the_last_login_and_the_move(
    world: World, hourly: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rotation is cancelled at that moment, and the hourly run would put AWSCURRENT first, in place of the new password."""
    world.rotate()
    world.kind.impatient(monkeypatch)

    def reached(when: str, what: str) -> None:
        if (when, what) == ("before", "UpdateSecretVersionStage"):
            world.manager.around = original
            world.manager.cancel()
            with pytest.raises(Postponed, match="another rotation of this user"):
                hourly.tick()

    original = world.manager.around
    with boundaries(world, monkeypatch, reached):
        world.rotate()
    world.assert_invariant()
    hourly.tick()
    world.assert_invariant()


def test_a_password_taken_away_before_the_lock_is_had_does_not_become_current(
    world: World, hourly: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.rotate()
    current, looks = world.password(), world.manager.calls.count("DescribeSecret")
    cancelled: list[str] = []

    def reached(when: str, what: str) -> None:
        finishing = world.manager.calls.count("DescribeSecret") == looks + 4
        if finishing and (when, what) == ("after", "login") and not cancelled:
            cancelled.append(what)
            world.manager.cancel()
            hourly.tick()

    with pytest.raises(Refused), boundaries(world, monkeypatch, reached):
        world.rotate()
    assert world.password() == current
    world.assert_invariant()


def test_an_account_changed_during_the_change_holds_the_rotation_up(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock keeps our own runs away, and no DBA."""
    world.rotate()
    admit = world.kind.server.admit

    def admit_while_a_dba_works(self: Any, pending: Login) -> Any:
        admit(self, pending)
        world.kind.change_by_hand(world, "by a DBA, 1")
        return admit(self, pending)

    with monkeypatch.context() as patch:
        patch.setattr(world.kind.server, "admit", admit_while_a_dba_works)
        with pytest.raises(Postponed, match="changed by someone else"):
            world.rotate()
    world.recover()
    world.assert_invariant()


def test_a_label_moved_back_is_followed_by_the_database(world: World) -> None:
    """An operator moves AWSCURRENT back to the older version; both must work from then on, for the whole grace period."""
    world.rotate()
    world.rotate()
    older, newer = world.manager.holder(PREVIOUS), world.manager.holder(CURRENT)
    world.manager.pass_time(DAY - HOUR)
    world.manager.move_back()
    assert (world.manager.holder(CURRENT), world.manager.holder(PREVIOUS)) == (older, newer)
    world.tick()
    world.assert_invariant()
    world.manager.pass_time(2 * HOUR)
    world.tick()
    world.assert_invariant()
    world.manager.pass_time(DAY)
    world.tick()
    assert world.runs()[-1]["retained"] is False
    assert world.logs_in(world.password() or "")


def test_a_stuck_rotation_does_not_keep_an_old_password_alive(world: World) -> None:
    world.rotate()
    old = world.password() or ""
    world.rotate()
    with pytest.raises(Postponed):
        world.rotate()
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    assert world.rotating
    assert not world.logs_in(old)
    world.recover()
    world.assert_invariant()
