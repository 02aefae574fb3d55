"""
What wakes the function: one of the four steps of a rotation, or the clock.

Source: Secrets Manager user guide, "Lambda rotation functions"; EventBridge user guide, "Scheduled events".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .errors import Rejected


class Step(StrEnum):
    CREATE = "createSecret"
    SET = "setSecret"
    TEST = "testSecret"
    FINISH = "finishSecret"


@dataclass(frozen=True, slots=True)
class RotationEvent:
    """
    One step, for one version of one secret.

    `token` is the id of the version being made. `rotation_token` is the proof of identity that
    Secrets Manager hands to functions which write from another role; it is passed on unread.
    """

    step: Step
    secret: str
    token: str
    rotation_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Tick:
    """The hourly event. Its own time is not used: only Secrets Manager's clock counts."""


def parse(event: Any) -> RotationEvent | Tick:
    """
    Read an event.

    Raises:
        Rejected: It is neither a step nor the clock.
    """
    if not isinstance(event, dict):
        raise Rejected("the event is not a JSON object")
    if event.get("source") == "aws.events" and event.get("detail-type") == "Scheduled Event":
        return Tick()
    step = event.get("Step")
    if step not in tuple(Step):
        raise Rejected(f"unknown step {step!r}" if isinstance(step, str) else "the event names no step")
    secret, token, rotation_token = (event.get(key) for key in ("SecretId", "ClientRequestToken", "RotationToken"))
    if not isinstance(secret, str) or not isinstance(token, str) or not token:
        raise Rejected("the event lacks SecretId or ClientRequestToken")
    return RotationEvent(Step(step), secret, token, rotation_token if isinstance(rotation_token, str) else None)
