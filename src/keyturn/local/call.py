"""One API call on its way through the local AWS, and its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from keyturn.facts.error import AwsError

Parameters: TypeAlias = Mapping[str, Any]
"""What an operation takes or gives, by AWS's names: as in boto3."""


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Who makes a call.

    Attributes:
        arn: As in AWS's messages, e.g. `arn:aws:sts::123456789012:assumed-role/rotation/function-name`; for a service its principal.
        account: Twelve digits.
        kind: `root` for credentials that no user or role owns: they may do anything, as the account's owner may.
        name: The user's or the role's name; empty for others.
        function: The ARN of the Lambda function whose code calls; empty for others.
        unbound: Whether no policies are asked about what they do, as none are about what the account's owner does.
    """

    arn: str
    account: str
    kind: Literal["root", "user", "role"]
    name: str = ""
    function: str = ""
    unbound: bool = False

    @property
    def free(self) -> bool:
        return self.unbound or self.kind == "root"


class Refused(Exception):
    """The call fails: AWS's code and text, as `keyturn.facts` words them."""

    def __init__(self, code: str, message: str, status: int = 400, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.members = members

    @classmethod
    def with_error(cls, error: AwsError) -> Refused:
        return cls(error.code, error.message, error.status)


@dataclass(slots=True)
class Answer:
    """What goes back to the client."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


SILENCE = 0
"""The status of an answer that never comes: the call's packets are lost on their way."""


@dataclass(eq=False, slots=True)
class Call:
    """
    An API call as it arrived.

    Attributes:
        path: As sent, still percent-encoded, with its query.
        headers: By lower-case name.
        service: The service's signing name, e.g. `secretsmanager`, `monitoring` for CloudWatch.
        operation: AWS's name of it, e.g. `GetSecretValue`; empty when it is not known.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    service: str
    region: str
    caller: Caller
    operation: str = ""

    @property
    def account(self) -> str:
        return self.caller.account

    @property
    def action(self) -> str:
        """As in policies."""
        return f"{self.service}:{self.operation or 'unknown'}"


Handler: TypeAlias = Callable[[Call, dict[str, Any]], "Parameters | Answer | None"]
"""
Answers one operation: takes the call and its parameters.

Raises:
    Refused: The call fails.
"""
