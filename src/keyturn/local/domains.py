"""Route 53: nobody has a public zone for a domain that is kept for documentation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keyturn.facts.networks import is_reserved, reserved
from keyturn.local.call import Answer, Call, Handler, Refused


class Route53:
    """The operations in front of moto's."""

    def __init__(self, rest: Callable[[Call], Answer]) -> None:
        self._rest = rest

    def handlers(self) -> dict[str, Handler]:
        return {"route53:CreateHostedZone": self._create}

    def _create(self, call: Call, parameters: dict[str, Any]) -> Answer:
        if not parameters.get("VPC") and is_reserved(parameters["Name"]):
            raise Refused.with_error(reserved(parameters["Name"]))
        return self._rest(call)
