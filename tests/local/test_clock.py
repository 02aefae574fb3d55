"""The clock: moved on, it passes through all that is due."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from keyturn.local.clock import Clock
from processes import eventually

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Iterator[Clock]:
    started = Clock()
    yield started
    started.stop()


def test_moves_through_what_is_due_in_its_order(clock: Clock) -> None:
    begun = clock.now()
    done: list[tuple[str, float]] = []

    def note(name: str) -> None:
        done.append((name, round((clock.now() - begun) / HOUR)))

    clock.after(3 * HOUR, lambda: note("third"))
    clock.after(1 * HOUR, lambda: note("first"))
    clock.after(2 * HOUR, lambda: note("second"))
    clock.after(9 * HOUR, lambda: note("later"))
    clock.advance(4 * HOUR)
    assert done == [("first", 1), ("second", 2), ("third", 3)]
    assert round((clock.now() - begun) / HOUR) == 4


def test_does_what_comes_up_on_the_way(clock: Clock) -> None:
    done: list[int] = []

    def again() -> None:
        done.append(len(done))
        clock.after(HOUR, again)

    clock.after(HOUR, again)
    clock.advance(10 * HOUR + timedelta(minutes=1))
    assert done == list(range(10))


def test_does_not_do_what_was_cancelled(clock: Clock) -> None:
    done: list[str] = []
    clock.after(HOUR, lambda: done.append("cancelled")).cancel()
    clock.after(HOUR, lambda: done.append("kept"))
    clock.advance(2 * HOUR)
    assert done == ["kept"]


def test_does_what_is_due_by_itself(clock: Clock) -> None:
    done = threading.Event()
    clock.after(timedelta(milliseconds=20), done.set)
    assert done.wait(30)


def test_is_not_held_up_by_what_takes_long(clock: Clock) -> None:
    go_on, done = threading.Event(), threading.Event()
    clock.after(timedelta(milliseconds=10), lambda: go_on.wait(60) and None)
    clock.after(timedelta(milliseconds=20), done.set)
    assert done.wait(30)
    go_on.set()


def test_waits_for_what_is_under_way(clock: Clock) -> None:
    go_on, done = threading.Event(), []

    def work() -> None:
        go_on.wait(60)
        clock.after(HOUR, lambda: done.append("due"))

    clock.work(work)
    threading.Timer(0.05, go_on.set).start()
    clock.advance(2 * HOUR)
    assert done == ["due"]


def test_goes_on_after_a_failure(clock: Clock) -> None:
    done: list[str] = []

    def fail() -> None:
        raise RuntimeError("a fault")

    clock.after(HOUR, fail)
    clock.after(2 * HOUR, lambda: done.append("after"))
    clock.advance(3 * HOUR)
    assert done == ["after"]


def test_does_not_run_back(clock: Clock) -> None:
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-HOUR)


def test_does_nothing_once_it_is_stopped() -> None:
    clock = Clock()
    done: list[str] = []
    clock.after(HOUR, lambda: done.append("late"))
    clock.stop()
    clock.advance(2 * HOUR)
    assert done == []
    assert eventually(
        lambda: not any(thread.name == "keyturn-clock" and thread is clock._thread for thread in threading.enumerate())
    )
