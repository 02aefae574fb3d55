"""
Requests that no service takes: what is wrong with them, in AWS's words. They are looked at when answering them has failed, so that
no good request pays for it; Secrets Manager asks of each what its model has.

Source: "Common errors" of the API references; the texts as SDKs quote them.
"""

from __future__ import annotations

import json
from typing import Any

from keyturn.local import protocol
from keyturn.local.call import Call, Refused
from keyturn.local.constraints import violations

UNREADABLE = "the request cannot be read"


def malformed(call: Call) -> Refused | None:
    """Why a service would not even look at a request; None when nothing is wrong with it."""
    described = protocol.model(call.service)
    if described is None:
        return Refused("NotImplemented", f"the local AWS has no service `{call.service}`", 501)
    kind = protocol.protocol(call.service)
    if call.operation not in described.operation_names:
        if kind in ("query", "ec2"):
            text = f"Could not find operation {call.operation} for version {described.api_version}"
            return Refused("InvalidAction", text) if call.operation else Refused("MissingAction", "Missing Action")
        return Refused("UnknownOperationException", "The operation is not known to the service.", 404)
    try:
        if kind.endswith("json") and call.body:
            json.loads(call.body)
        given = protocol.parameters(call)
        json.dumps(given, default=str, ensure_ascii=False).encode()
    except Refused as refused:
        return refused
    except (ValueError, RecursionError):
        return Refused("SerializationException", UNREADABLE)
    except Exception:  # noqa: BLE001 - the parsers are made for requests of clients that know how to write them
        return Refused("SerializationException", UNREADABLE)
    return _invalid(given, described.operation_model(call.operation).input_shape, kind)


def _invalid(given: dict[str, Any], shape: Any, kind: str) -> Refused | None:
    """Whether the service's model does not take these parameters."""
    told = violations(given, shape) if shape is not None else ""
    return Refused("ValidationException" if kind.endswith("json") else "ValidationError", told) if told else None
