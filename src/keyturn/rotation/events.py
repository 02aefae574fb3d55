"""
What wakes the function: one of the four steps of a rotation, the clock, or an operator.

An operator invokes the function with `{"keyturn": "status", "SecretId": "arn:…"}`; see `Operation`.

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


class Operation(StrEnum):
    """What is done outside a rotation; see `upkeep`."""

    TICK = "tick"
    DISCARD = "discard"
    ROLLBACK = "rollback"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class UpkeepEvent:
    """
    Something to be done outside a rotation.

    The clock's event names no secret. Its own time is not used: only Secrets Manager's clock counts.
    """

    operation: Operation
    secret: str | None = None


def parse(event: Any) -> RotationEvent | UpkeepEvent:
    """
    Read an event.

    Raises:
        Rejected: It is none of these.
    """
    if not isinstance(event, dict):
        raise Rejected("the event is not a JSON object")
    if event.get("source") == "aws.events" and event.get("detail-type") == "Scheduled Event":
        return UpkeepEvent(Operation.TICK)
    if "keyturn" in event:
        return _operators(event)
    step = event.get("Step")
    if step not in tuple(Step):
        raise Rejected(f"unknown step {step!r}" if isinstance(step, str) else "the event names no step")
    secret, token, rotation_token = (event.get(key) for key in ("SecretId", "ClientRequestToken", "RotationToken"))
    if not isinstance(secret, str) or not isinstance(token, str) or not token:
        raise Rejected("the event lacks SecretId or ClientRequestToken")
    return RotationEvent(Step(step), secret, token, rotation_token if isinstance(rotation_token, str) else None)


def _operators(event: dict[str, Any]) -> UpkeepEvent:
    asked, secret = event["keyturn"], event.get("SecretId")
    if asked not in (Operation.DISCARD, Operation.ROLLBACK, Operation.STATUS) or not isinstance(secret, str):
        raise Rejected(
            "the event asks for nothing known", hint="it can be discard, rollback or status, and names SecretId"
        )
    return UpkeepEvent(Operation(asked), secret)
