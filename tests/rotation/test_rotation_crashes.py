"""
A crash before and after every API call and every SQL statement of a rotation, on a real server.

On MySQL at each of these points; on the others, and for a second crash in a row, at each state that there is between two calls.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from crashes import SCENES, crash_at, distinct, each_state_of, points_of
from secretsmanager import CURRENT, PREVIOUS
from servers import Database
from world import World, make


@pytest.mark.parametrize(("prepare", "act"), SCENES, ids=[act.__name__ for _, act in SCENES])
def test_the_invariant_holds_at_every_crash_point(
    any_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[World], None],
    act: Callable[[World], None],
) -> None:
    for number in distinct(points_of(any_database, monkeypatch, prepare, act), any_database):
        crash_at(make(any_database), monkeypatch, prepare, act, number, crashes=1)


@pytest.mark.parametrize(("prepare", "act"), SCENES, ids=[act.__name__ for _, act in SCENES])
def test_the_invariant_holds_after_a_second_crash_at_the_same_point(
    database: Database, monkeypatch: pytest.MonkeyPatch, prepare: Callable[[World], None], act: Callable[[World], None]
) -> None:
    for number in each_state_of(points_of(database, monkeypatch, prepare, act)):
        crash_at(make(database), monkeypatch, prepare, act, number, crashes=2)


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
