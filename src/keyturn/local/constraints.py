"""
What a service's model asks of a request: members that must be there, their types, lengths, bounds and forms.

Values are not told in what is said of them: they may be secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

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
NUMBERS = ("integer", "long")
SIZED = ("blob", "list", "string")


def violations(given: dict[str, Any], shape: Any) -> str:
    """What is wrong with a request's parameters, in AWS's words; empty when nothing is."""
    told = [*_faults(given, shape, ())]
    return f"{len(told)} validation error{'s' * (len(told) > 1)} detected: {'; '.join(told)}" if told else ""


def _faults(value: Any, shape: Any, path: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with a value and all in it."""
    kind = shape.type_name
    if value is None:
        yield _fault(path, "not be null", "Value null")
    elif not isinstance(value, TYPES.get(kind, object)):
        yield _fault(path, f"be of type {kind}")
    else:
        yield from _out_of_bounds(value, kind, shape.metadata, path)
        yield from _inner_faults(value, kind, shape, path)


def _out_of_bounds(value: Any, kind: str, bounds: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    if not bounds:
        return
    size = len(value) if kind in SIZED else value
    of = "have length" if kind in SIZED else "have value"
    if kind in SIZED or kind in NUMBERS:
        if size < bounds.get("min", size):
            yield _fault(path, f"{of} greater than or equal to {bounds['min']}")
        if size > bounds.get("max", size):
            yield _fault(path, f"{of} less than or equal to {bounds['max']}")
    if value not in bounds.get("enum", (value,)):
        yield _fault(path, f"satisfy enum value set: [{', '.join(bounds['enum'])}]")
    if "pattern" in bounds and (pattern := _pattern(bounds["pattern"])) and not pattern.fullmatch(value):
        yield _fault(path, f"satisfy regular expression pattern: {bounds['pattern']}")


def _inner_faults(value: Any, kind: str, shape: Any, path: tuple[str, ...]) -> Iterator[str]:
    if kind == "structure":
        for name, member in shape.members.items():
            if value.get(name) is not None or name in shape.required_members:
                yield from _faults(value.get(name), member, (*path, name[:1].lower() + name[1:]))
    elif kind == "list":
        for number, each in enumerate(value, 1):
            yield from _faults(each, shape.member, (*path, str(number), "member"))
    elif kind == "map":
        for each in value.values():
            yield from _faults(each, shape.value, (*path, "member"))


def _fault(path: tuple[str, ...], must: str, what: str = "Value") -> str:
    return f"{what} at '{'.'.join(path)}' failed to satisfy constraint: Member must {must}"


@cache
def _pattern(text: str) -> re.Pattern[str] | None:
    """None for one that is written for another language's expressions."""
    try:
        return re.compile(text)
    except re.error:
        return None
