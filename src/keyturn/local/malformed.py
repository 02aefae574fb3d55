"""
Requests that no service takes: what is wrong with them, in AWS's words. They are looked at when answering them has failed, so that
no good request pays for it.

Source: "Common errors" of the API references; the texts as SDKs quote them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from keyturn.local import protocol
from keyturn.local.call import Call, Refused

TYPES: dict[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "list": list,
    "long": int,
    "map": dict,
    "string": str,
    "structure": dict,
}
"""Of Python, by those of the models; the others are read in more than one way."""
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
    """Whether members are missing, or are of another type or length than the service's model says. No value is told: it may be a secret."""
    told = [*_faults(given, shape, ())] if shape is not None else []
    if not told:
        return None
    text = f"{len(told)} validation error{'s' * (len(told) > 1)} detected: {'; '.join(told)}"
    return Refused("ValidationException" if kind.endswith("json") else "ValidationError", text)


def _faults(value: Any, shape: Any, path: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with a value and all in it."""
    where = f"at '{'.'.join(path)}' failed to satisfy constraint: Member must"
    if value is None:
        yield f"Value null {where} not be null"
    elif not isinstance(value, TYPES.get(shape.type_name, object)):
        yield f"Value {where} be of type {shape.type_name}"
    else:
        yield from _inner_faults(value, shape, path)
    if isinstance(value, str | list) and len(value) < (least := shape.metadata.get("min", 0)):
        yield f"Value {where} have length greater than or equal to {least}"


def _inner_faults(value: Any, shape: Any, path: tuple[str, ...]) -> Iterator[str]:
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if value.get(name) is not None or name in shape.required_members:
                yield from _faults(value.get(name), member, (*path, name[:1].lower() + name[1:]))
    elif shape.type_name == "list":
        for number, each in enumerate(value, 1):
            yield from _faults(each, shape.member, (*path, str(number), "member"))
    elif shape.type_name == "map":
        for each in value.values():
            yield from _faults(each, shape.value, (*path, "member"))
