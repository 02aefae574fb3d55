"""
What Secrets Manager allows an account: sizes, numbers, and how often an operation may be called.

Source: Secrets Manager user guide, "AWS Secrets Manager quotas", read 2026-11. The copies read end after BatchGetSecretValue, so the rates
of CreateSecret, DeleteSecret, GetRandomPassword, ListSecretVersionIds and ListSecrets are not known and not held to.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Protocol

from keyturn.local.secretsmanager import errors

MOST_BYTES = 65_536
"""In a value."""
MOST_LABELS = 20
"""On all versions of a secret together."""
MOST_VERSIONS = 100
KEPT_AT_LEAST = timedelta(hours=24)
"""Versions without a label are removed when there are more than MOST_VERSIONS, but never one that is younger than this."""
MOST_TAGS = 50
"""On a secret; AWS General Reference, "Service quotas for tagging"."""

REPLICATING = ("RemoveRegionsFromReplication", "ReplicateSecretToRegions", "StopReplicationToReplica")
PER_SECOND = (
    ({"DeleteResourcePolicy", "GetResourcePolicy", "PutResourcePolicy", "ValidateResourcePolicy"}, 50),
    ({"DescribeSecret", "GetSecretValue"}, 10_000),
    ({"PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage", *REPLICATING}, 50),
    ({"RestoreSecret"}, 50),
    ({"CancelRotateSecret", "RotateSecret"}, 50),
    ({"TagResource", "UntagResource"}, 50),
    ({"BatchGetSecretValue"}, 100),
)
"""Operations, together, and how often they may be called in a region."""


class Time(Protocol):
    def now(self) -> datetime: ...


class Rates:
    """Counts calls, each group of operations in each region by itself: as many at once as there may be in a second, no more after it."""

    def __init__(self, clock: Time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._groups = {name: (number, most) for number, (names, most) in enumerate(PER_SECOND) for name in names}
        self._left: dict[tuple[str, int], tuple[float, datetime]] = {}

    def count(self, operation: str, region: str) -> None:
        """
        Count a call.

        Raises:
            Refused: There were too many.
        """
        if operation not in self._groups:
            return
        group, most = self._groups[operation]
        now = self._clock.now()
        with self._lock:
            left, since = self._left.get((region, group), (float(most), now))
            left = min(left + max((now - since).total_seconds(), 0.0) * most, float(most))
            enough = left >= 1
            self._left[region, group] = left - enough, now
        if not enough:
            raise errors.throttled()
