"""What happened in rotations, by the names of CloudTrail's events; and each step, which CloudTrail does not tell of."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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


Publish = Callable[[str, str, str, dict[str, Any]], None]
"""Gives an event to EventBridge: region, source, detail-type, detail."""


class Chronicle:
    """
    Keeps the events, the newest thousand of them; and publishes what CloudTrail tells of.

    Source: Secrets Manager user guide, "Log AWS Secrets Manager events with AWS CloudTrail" and "Match AWS Secrets Manager events with
    Amazon EventBridge".
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.publish: Publish | None = None
        self._now = now
        self._kept: deque[Happened] = deque(maxlen=KEPT)

    def tell(self, event: str, secret: Secret, version: str) -> None:
        self._kept.append(Happened(self._now(), event, secret.name, version))
        if self.publish and " " not in event:  # not a step
            self.publish(
                secret.region, "aws.secretsmanager", "AWS Service Event via CloudTrail", self._detail(event, secret)
            )

    def _detail(self, event: str, secret: Secret) -> dict[str, Any]:
        return {
            "eventVersion": "1.05",
            "userIdentity": {"accountId": secret.arn.split(":")[4], "invokedBy": "secretsmanager.amazonaws.com"},
            "eventTime": self._now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "eventSource": "secretsmanager.amazonaws.com",
            "eventName": event,
            "awsRegion": secret.region,
            "eventType": "AwsServiceEvent",
            "additionalEventData": {"SecretId": secret.arn},
        }

    def __iter__(self) -> Iterator[Happened]:
        return iter(tuple(self._kept))
