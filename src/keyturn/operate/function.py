"""
The rotation function, asked by its operator.

It answers with the line of JSON that it writes; where it fails, the line is in the end of its log, which Lambda sends along.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from botocore.exceptions import ClientError

from keyturn.operate.account import Account
from keyturn.operate.refusals import code_of, refusals
from keyturn.operate.secret import Secret
from keyturn.problem import Problem

Operation = Literal["status", "discard", "rollback"]


class NotDone(Problem):
    """The function answered that it could not; `outcome` is its word for why."""

    def __init__(self, outcome: str, because: str) -> None:
        message, _, hint = because.partition("; ")
        super().__init__(f"{outcome}: {message}", hint=hint)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What the function said of a run; the fields are those of `rotation/report.py`. Times are in seconds.

    Attributes:
        passwords: How the password under each label stands with the server: `newest`, `retained`, `refused` or `no account`.
        retained: Whether an old password works beside the newest.
    """

    outcome: str
    because: str
    retained: bool
    repaired: tuple[str, ...] = ()
    passwords: Mapping[str, str] = field(default_factory=dict)
    old_password_age: int | None = None
    grace_left: int | None = None
    overdue: int = 0

    @property
    def discarded(self) -> bool:
        """Of a discard: whether there was an old password, and it works no more."""
        return self.outcome == "done" and not self.retained and (self.old_password_age is not None or not self.repaired)


def ask(account: Account, secret: Secret, operation: Operation) -> Answer:
    """
    Have a secret's rotation function do something.

    Raises:
        NotDone: It says that it could not.
        Problem: There is no such function, it is not keyturn's, it may not be invoked, or it gave no answer.
    """
    arn = secret.rotating_function()
    event = json.dumps({"keyturn": operation, "SecretId": secret.arn}).encode()
    with refusals():
        try:
            told = account.functions.invoke(FunctionName=arn, Payload=event, LogType="Tail")
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                raise Problem(
                    f"the rotation function of {secret.name} does not exist: {name_of(arn)}",
                    hint="deploy it again, or give the secret another one with aws secretsmanager rotate-secret",
                ) from None
            raise
        payload = _json(told["Payload"].read())
    if not told.get("FunctionError"):
        if line := _own(payload):
            return _answer(line)
        raise _not_ours(secret, arn)
    tail = base64.b64decode(told.get("LogResult", "")).decode("utf-8", "replace")
    for text in reversed(tail.splitlines()):
        if line := _own(_json(text)):
            raise NotDone(line["outcome"], line.get("because", "it gives no reason"))
    raise _broken(secret, arn, payload)


def name_of(arn: str) -> str:
    """A function's name, from its ARN."""
    return arn.split(":")[6]


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _own(told: Any) -> dict[str, Any] | None:
    """The line, if it is one of a rotation of ours."""
    return told if isinstance(told, dict) and told.get("keyturn") == "rotation" else None


def _answer(line: dict[str, Any]) -> Answer:
    return Answer(
        outcome=line["outcome"],
        because=line.get("because", ""),
        retained=bool(line.get("retained")),
        repaired=tuple(line.get("repaired", ())),
        passwords=line.get("passwords", {}),
        old_password_age=line.get("old_password_age"),
        grace_left=line.get("grace_left"),
        overdue=line.get("overdue", 0),
    )


def _not_ours(secret: Secret, arn: str) -> Problem:
    return Problem(
        f"the rotation function of {secret.name} is not keyturn's: {name_of(arn)} answers something else",
        hint="status, discard and rollback ask keyturn's own function; any other can only be told to rotate",
    )


def _broken(secret: Secret, arn: str, payload: Any) -> Problem:
    """It ended without a line. Its text is not passed on: it may hold anything."""
    kind = str(payload.get("errorType", "")) if isinstance(payload, dict) else ""
    said = str(payload.get("errorMessage", "")) if isinstance(payload, dict) else ""
    if kind == "Sandbox.Timedout" or "Task timed out after" in said:
        return Problem(
            f"{name_of(arn)} did not answer within its timeout",
            hint="look at its way to Secrets Manager and to the database: routes, endpoints, security groups",
        )
    if kind.startswith("Runtime."):
        return Problem(f"{name_of(arn)} cannot run: {kind}", hint="deploy its package again")
    return _not_ours(secret, arn)
