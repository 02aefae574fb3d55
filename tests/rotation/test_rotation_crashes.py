"""
A crash before and after every API call and every SQL statement of a rotation, on a real server.

The boundaries are not listed anywhere: an undisturbed run is watched, and each point that it comes to is where another run ends.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

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


@pytest.mark.parametrize(("prepare", "act"), SCENES, ids=[act.__name__ for _, act in SCENES])
def test_the_invariant_holds_at_every_crash_point(
    any_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[World], None],
    act: Callable[[World], None],
) -> None:
    for number in range(len(points_of(any_database, monkeypatch, prepare, act))):
        crash_at(make(any_database), monkeypatch, prepare, act, number, crashes=1)


@pytest.mark.parametrize(("prepare", "act"), SCENES, ids=[act.__name__ for _, act in SCENES])
def test_the_invariant_holds_after_a_second_crash_at_the_same_point(
    database: Database, monkeypatch: pytest.MonkeyPatch, prepare: Callable[[World], None], act: Callable[[World], None]
) -> None:
    for number in range(len(points_of(database, monkeypatch, prepare, act))):
        crash_at(make(database), monkeypatch, prepare, act, number, crashes=2)


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


def test_no_login_fails_while_it_rotates(any_world: World) -> None:
    """Threads log in with whatever AWSCURRENT is, and with what it was, from before a rotation until after it."""
    world = any_world
    world.rotate()
    stop, refused, tried = threading.Event(), [], [0]

    def log_in(stage: str) -> None:
        while not stop.is_set():
            password = world.password(stage) or world.password(CURRENT) or ""
            if not world.logs_in(password):
                refused.append(stage)
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
    assert refused == []
    assert tried[0] > 20
