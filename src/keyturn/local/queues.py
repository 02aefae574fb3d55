"""SQS and SNS: FIFO queues and others do not mix."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from keyturn.facts.networks import OTHER_KIND, STANDARD_TOPIC
from keyturn.local.call import Answer, Call, Handler, Refused

FIFO = ".fifo"
"""How names of FIFO queues and topics end."""


class Queues:
    """The operations in front of moto's."""

    def __init__(self, rest: Callable[[Call], Answer]) -> None:
        self._rest = rest

    def handlers(self) -> dict[str, Handler]:
        return {
            "sqs:CreateQueue": self._create,
            "sqs:SetQueueAttributes": self._create,
            "sns:Subscribe": self._subscribe,
        }

    def _create(self, call: Call, parameters: dict[str, Any]) -> Answer:
        policy = (parameters.get("Attributes") or {}).get("RedrivePolicy")
        name = parameters.get("QueueName") or parameters.get("QueueUrl", "")
        dead = _target(policy)
        if dead and dead.endswith(FIFO) != name.endswith(FIFO):
            raise Refused.with_error(OTHER_KIND)
        return self._rest(call)

    def _subscribe(self, call: Call, parameters: dict[str, Any]) -> Answer:
        to_queue = parameters.get("Protocol") == "sqs"
        if to_queue and parameters.get("Endpoint", "").endswith(FIFO) and not parameters["TopicArn"].endswith(FIFO):
            raise Refused.with_error(STANDARD_TOPIC)
        return self._rest(call)


def _target(policy: str | None) -> str:
    try:
        return str(json.loads(policy or "{}").get("deadLetterTargetArn", ""))
    except ValueError:
        return ""
