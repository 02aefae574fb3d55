"""What happened in rotations, by the names of CloudTrail's events; and each step, which CloudTrail does not tell of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from keyturn.local.secretsmanager.secret import Secret

KEPT = 1000


@dataclass(frozen=True, slots=True)
class Happened:
    """
    One event.

    Attributes:
        event: E.g. `RotationStarted`; for a step its name and how it went: `setSecret done`, `setSecret failed`.
        version: The id of the version that was to be current.
    """

    time: datetime
    event: str
    secret: str
    version: str


class Chronicle:
    """Keeps the events, the newest thousand of them."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: deque[Happened] = deque(maxlen=KEPT)

    def tell(self, event: str, secret: Secret, version: str) -> None:
        self._kept.append(Happened(self._now(), event, secret.name, version))

    def __iter__(self) -> Iterator[Happened]:
        return iter(tuple(self._kept))
