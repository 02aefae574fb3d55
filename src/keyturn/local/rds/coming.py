"""
Databases that are being made: whoever asks for one is answered soon, as by AWS, also where its server has to be fetched first.

Clients give up on an answer after a minute, and some ask again then; so what takes long goes on behind the answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from keyturn.local.call import Refused

SOON = 20.0
"""Seconds until the answer goes out, however far the server is; one that is here already takes two or three."""

Answer = TypeVar("Answer")


class Coming(Generic[Answer]):
    """One that is being made, in a thread of its own."""

    def __init__(self, make: Callable[[], Answer], end: Callable[[], None], failed: Callable[[str], None]) -> None:
        """
        Args:
            end: Ends what was made, when nobody wants it any more.
            failed: Is told why it was not made, when the answer had gone out before.
        """
        self._make = make
        self._end = end
        self._failed = failed
        self._made: Answer | None = None
        self._error: BaseException | None = None
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._unwanted = self._answered = False
        threading.Thread(target=self._run, name="keyturn-database", daemon=True).start()

    @property
    def status(self) -> str:
        """As AWS has it."""
        if not self._over.is_set():
            return "creating"
        return "failed" if self._error else "available"

    def soon(self, planned: Answer | None) -> Answer:
        """
        What was made, or what it will be, if that is known and it takes long.

        Raises:
            Refused: It could not be made.
        """
        self._over.wait(None if planned is None else SOON)
        with self._lock:
            if not self._over.is_set() and planned is not None:
                self._answered = True
                return planned
        if self._error is not None:
            raise self._error
        assert self._made is not None
        return self._made

    def give_up(self) -> None:
        """Nobody wants it any more: it goes as soon as it is there."""
        with self._lock:
            self._unwanted = True

    def _run(self) -> None:
        try:
            self._made = self._make()
        except BaseException as error:  # noqa: BLE001 - whoever has asked for it gets it
            self._error = error
        with self._lock:
            self._over.set()
            unwanted, answered = self._unwanted, self._answered
        if self._error is None and unwanted:
            self._end()
        if self._error is not None and answered and not unwanted:
            why = self._error.message if isinstance(self._error, Refused) else str(self._error)
            self._failed(why)
