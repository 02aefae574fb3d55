"""The request log: every API call that the local AWS answered. It holds no parameters, so it cannot hold a secret."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

KEPT = 20_000
"""Calls; older ones are forgotten, so that a cloud that runs for weeks does not grow."""


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One API call.

    Attributes:
        time: By the local AWS's clock.
        action: As in policies, e.g. `secretsmanager:GetSecretValue`.
        caller: The ARN of who called.
        resource: The ARN of what it was about, where that is known.
        status: The HTTP status; 0 for a call that the network does not let through.
        code, message: The error, as AWS words it; empty when there was none.
        seconds: How long it took.
    """

    time: datetime
    action: str
    caller: str
    region: str
    status: int
    code: str = ""
    message: str = ""
    resource: str = ""
    seconds: float = 0.0

    @property
    def refused(self) -> bool:
        return self.status >= 400 or bool(self.code)

    def __str__(self) -> str:
        outcome = f"{self.status} {self.code}: {self.message}" if self.refused else str(self.status)
        return f"{self.time:%Y-%m-%dT%H:%M:%S.%f}Z {self.action} {self.caller} {outcome}"


class Journal:
    """Collects the calls; reading it never disturbs who writes."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._lock = threading.Lock()
        self.total = 0

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)
            self.total += 1

    def __iter__(self) -> Iterator[Entry]:
        with self._lock:
            return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def of(self, *actions: str) -> tuple[Entry, ...]:
        """The calls of these actions, oldest first."""
        return tuple(entry for entry in self if entry.action in actions)
