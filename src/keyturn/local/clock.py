"""The local AWS's own time: it runs as real time does, and can be moved forward."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Action = Callable[[], None]

LONGEST = 900.0
"""Seconds; a function of Lambda's runs no longer."""

_log = logging.getLogger(__name__)


class Alarm:
    """Something that will be done at a moment, unless it is cancelled before."""

    def __init__(self, moment: datetime, action: Action) -> None:
        self.moment = moment
        self.action: Action | None = action

    def cancel(self) -> None:
        self.action = None

    def ring(self) -> None:
        action, self.action = self.action, None
        if action is not None:
            _do(action)


class Clock:
    """
    Tells the time and does things when it comes.

    Moving the clock waits for what is under way, then passes through every moment on the way at which something is due, and waits
    until it is done: after `advance(timedelta(days=30))` the rotations of thirty days have run, in their order, each at its time.
    """

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._due: list[tuple[datetime, int, Alarm]] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._turn = threading.RLock()
        self._stopped = False
        self._under_way: set[threading.Thread] = set()
        self._thread = threading.Thread(target=self._tick, name="keyturn-clock", daemon=True)
        self._thread.start()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    @property
    def ahead(self) -> timedelta:
        """How far it was moved from the machine's own time."""
        return self._ahead

    def resume(self, ahead: timedelta) -> None:
        """Tell the time as a former clock did; nothing is due yet."""
        self._ahead = ahead

    def at(self, moment: datetime, action: Action) -> Alarm:
        """Have `action` done at a moment: in a thread of its own, or in that of whoever moves the clock past it."""
        alarm = Alarm(moment, action)
        with self._changed:
            heapq.heappush(self._due, (moment, next(self._numbers), alarm))
            self._changed.notify_all()
        return alarm

    def after(self, delay: timedelta, action: Action) -> Alarm:
        return self.at(self.now() + delay, action)

    def work(self, action: Action) -> None:
        """Do something now, in a thread of its own; time is not moved on before it is done."""

        def run() -> None:
            try:
                _do(action)
            finally:
                self._under_way.discard(threading.current_thread())

        thread = threading.Thread(target=run, name="keyturn-work", daemon=True)
        self._under_way.add(thread)
        thread.start()

    def advance(self, by: timedelta) -> None:
        """
        Move the clock forward.

        Raises:
            ValueError: `by` is negative; time does not run back.
        """
        if by < timedelta():
            raise ValueError("the clock only moves forward")
        with self._turn:
            self.settle(LONGEST)
            target = self.now() + by
            while not self._stopped and (alarm := self._next(target)):
                self._move_to(alarm.moment)
                alarm.ring()
                self.settle(LONGEST)
            self._move_to(target)

    def settle(self, patience: float) -> None:
        """Wait for what is under way, so many seconds at the most."""
        for thread in tuple(self._under_way):
            if thread is not threading.current_thread():
                thread.join(patience)

    def stop(self) -> None:
        """Nothing is done any more once this returns, except what is being done already."""
        with self._changed:
            self._stopped = True
            self._due.clear()
            self._changed.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)

    def _move_to(self, moment: datetime) -> None:
        self._ahead += max(moment - self.now(), timedelta())

    def _next(self, until: datetime) -> Alarm | None:
        with self._changed:
            while self._due and self._due[0][2].action is None:
                heapq.heappop(self._due)
            return heapq.heappop(self._due)[2] if self._due and self._due[0][0] <= until else None

    def _tick(self) -> None:
        while True:
            with self._changed:
                if self._stopped:
                    return
                wait = (self._due[0][0] - self.now()).total_seconds() if self._due else None
                if wait is None or wait > 0:
                    self._changed.wait(wait)
                    continue
            with self._turn:
                if alarm := self._next(self.now()):
                    # What it does may take long, and must not hold up what is due after it.
                    self.work(alarm.ring)


def _do(action: Action) -> None:
    try:
        action()
    except Exception:  # noqa: BLE001 - a fault of ours must not stop the clock
        _log.exception("what was due failed")
