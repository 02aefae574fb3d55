"""
Custom resources: a function of the user's makes, changes and removes them, and answers by a request to a URL.

Source: CloudFormation user guide, "Custom resource request and response reference"; Lambda developer guide, "Asynchronous invocation": a
function that fails is run twice more. On AWS minutes pass in between, here none.
"""

from __future__ import annotations

import json
import secrets
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from keyturn.local.call import SILENCE, Answer
from keyturn.local.clock import Clock
from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.network import Blocked

PATH = "/_keyturn/cloudformation/response/"
ATTEMPTS = 3
MOST_BYTES = 4096
LOOK = 0.05
"""Seconds between two looks whether the stack's work was called off."""

Invoke = Callable[[str, bytes], bool]
"""Runs a function, by its ARN, and waits for its end; whether it ended well."""


@dataclass(slots=True)
class Question:
    """What a function was asked, until it has answered or its time is over."""

    function: str
    answer: dict[str, Any] | None = None
    ended: threading.Event = field(default_factory=threading.Event)


class Providers:
    """Asks the functions, and takes their answers."""

    def __init__(
        self, clock: Clock, invoke: Invoke, ways: Callable[[str, str], object], url: Callable[[], str]
    ) -> None:
        """
        Args:
            ways: How a function's call gets to a service; raises Blocked.
            url: Where answers are taken, without the path.
        """
        self._clock = clock
        self._invoke = invoke
        self._ways = ways
        self._url = url
        self._open: dict[str, Question] = {}

    def ask(
        self, function: str, event: Mapping[str, Any], patience: timedelta, cancelled: threading.Event
    ) -> dict[str, Any]:
        """
        Have a function do something about a resource, and wait for its answer.

        Args:
            event: What it is told, beside where to answer.
            patience: How long it may take, by the cloud's clock.
            cancelled: Set when nobody waits any more.

        Raises:
            Failed: It says that it could not, or says nothing, or nothing that can be read.
        """
        if ":function:" not in function:
            raise Failed("the local AWS asks functions for custom resources, not topics")
        token, request = secrets.token_urlsafe(24), str(uuid.uuid4())
        question = self._open[token] = Question(function)
        told = {**event, "RequestId": request, "ResponseURL": f"{self._url()}{PATH}{token}?X-Amz-Expires=7200"}
        late = self._clock.after(patience, question.ended.set)
        try:
            well = any(
                self._invoke(function, json.dumps(told).encode()) or question.answer is not None
                for _ in range(ATTEMPTS)
                if not cancelled.is_set()
            )
            while well and not question.ended.wait(LOOK) and not cancelled.is_set():
                pass
        finally:
            late.cancel()
            del self._open[token]
        return _settled(question.answer, request)

    def answered(self, method: str, path: str, body: bytes) -> Answer:
        """Take a function's answer, which S3 takes on AWS: where it cannot be reached, it cannot be here."""
        question = self._open.get(path.removeprefix(PATH).partition("?")[0])
        if question is None or method != "PUT":
            return Answer(403)
        try:
            self._ways(question.function, "s3")
        except Blocked:
            return Answer(SILENCE)
        try:
            answer = json.loads(body)
        except ValueError:
            answer = {}
        if len(body) > MOST_BYTES:
            answer = {"Status": "FAILED", "Reason": "Response object is too long."}
        question.answer = answer if isinstance(answer, dict) else {}
        question.ended.set()
        return Answer(200)


def _settled(answer: dict[str, Any] | None, request: str) -> dict[str, Any]:
    if answer is None:
        raise Failed(
            "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId"
            f" [{request}]. If you are using the Python cfn-response module, you may need to update your Lambda function code so"
            " that CloudFormation can attach the updated version."
        )
    if answer.get("Status") == "FAILED":
        reason = answer.get("Reason") or "See the details in CloudWatch Log Stream"
        raise Failed(
            f"Received response status [FAILED] from custom resource. Message returned: {reason} (RequestId: {request})"
        )
    if answer.get("Status") != "SUCCESS":
        raise Failed("Invalid response object: Status must be SUCCESS or FAILED")
    if not answer.get("PhysicalResourceId"):
        raise Failed("Vendor response doesn't contain PhysicalResourceId")
    return answer
