"""
Runs that end before and after each call and statement of them, for tests and for the drill.

The boundaries are not listed anywhere: an undisturbed run is watched, and each point that it comes to is where another run ends.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kinds import MYSQL, kind_of
from secretsmanager import CURRENT, PREVIOUS
from servers import Database
from world import DAY, HOUR, Crash, World, boundaries, make


def first(world: World) -> None:
    """The rotation that provisions the user."""
    world.rotate()


def second(world: World) -> None:
    """A rotation while the current password is in use."""
    world.rotate()


def discard(world: World) -> None:
    """The hourly run after the grace period."""
    world.tick()


def nothing(world: World) -> None:
    """Before the first rotation there is nothing."""


def rotated(world: World) -> None:
    world.rotate()


def grace_over(world: World) -> None:
    world.rotate()
    world.rotate()
    world.manager.pass_time(DAY + HOUR)


SCENES: list[tuple[Callable[[World], None], Callable[[World], None]]] = [
    (nothing, first),
    (rotated, second),
    (grace_over, discard),
]


def distinct(points: list[str], database: Database) -> list[int]:
    """Where to end a run, among its points: on MySQL at all of them, on the others at each state that there is between two calls."""
    return list(range(len(points))) if kind_of(database.server) is MYSQL else each_state_of(points)


def each_state_of(points: list[str]) -> list[int]:
    """All points but those before a call that have another one right before them: nothing happens from there to here."""
    after = [point.startswith("after ") for point in points]
    return [number for number in range(len(points)) if after[number] or number == 0 or not after[number - 1]]


def points_of(
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[World], None],
    act: Callable[[World], None],
) -> list[str]:
    """All that an undisturbed run comes to."""
    points: list[str] = []
    watched = make(database)
    prepare(watched)
    with boundaries(watched, monkeypatch, lambda when, what: points.append(f"{when} {what}")):
        act(watched)
    assert len(points) > 10
    return points


def crash_at(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[World], None],
    act: Callable[[World], None],
    number: int,
    crashes: int,
) -> None:
    """End the run at one of its points, perhaps its repetition at the same, then let it run through."""
    prepare(world)
    kept = world.password(CURRENT)
    for _ in range(crashes):
        left = [number]

        def reached(when: str, what: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == -1:
                raise Crash

        try:
            with boundaries(world, monkeypatch, reached):
                if world.rotating:
                    world.recover()
                elif world.password(CURRENT) == kept:
                    act(world)
        except Crash:
            world.restart()
        assert_current_logs_in(world, kept)
    world.recover()
    if act is discard:
        world.tick()
    assert_current_logs_in(world, kept)
    if act is not discard:
        world.assert_invariant()
    assert world.password(CURRENT)
    world.assert_nothing_leaked()


def assert_current_logs_in(world: World, kept: str | None) -> None:
    """The value under AWSCURRENT logs in; so does the password that applications had when it all began, if its grace is not over."""
    if current := world.password(CURRENT):
        assert world.logs_in(current)
    previous = world.password(PREVIOUS)
    if kept and kept in (current, previous):
        assert world.logs_in(kept)
