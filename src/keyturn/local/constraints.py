"""
What a service's model asks of a request: members that must be there, their types, lengths, bounds and forms.

Values are not told in what is said of them: they may be secrets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
CONTAINERS = ("list", "map", "structure")


def violations(given: Mapping[str, Any], shape: Any) -> str:
    """What is wrong with a request's parameters, in AWS's words; empty when nothing is."""
    told: list[str] = []
    _look_into(given, shape, (), told)
    return f"{len(told)} validation error{'s' * (len(told) > 1)} detected: {'; '.join(told)}" if told else ""


def _look_at(value: Any, shape: Any, path: tuple[str, ...], told: list[str]) -> None:
    """Tell what is wrong with a value and all in it. Every request is looked at, most of whose values are short texts."""
    kind, bounds = shape.type_name, shape.metadata
    if not isinstance(value, TYPES.get(kind, object)):
        told.append(_fault(path, f"be of type {kind}"))
        return
    if bounds:
        _measure(value, kind, bounds, path, told)
    if kind in CONTAINERS:
        _look_into(value, shape, path, told)


def _measure(value: Any, kind: str, bounds: Mapping[str, Any], path: tuple[str, ...], told: list[str]) -> None:
    size = len(value) if kind in SIZED else value
    of = "length" if kind in SIZED else "value"
    if kind in SIZED or kind in NUMBERS:
        if "min" in bounds and size < bounds["min"]:
            told.append(_fault(path, f"have {of} greater than or equal to {bounds['min']}"))
        if "max" in bounds and size > bounds["max"]:
            told.append(_fault(path, f"have {of} less than or equal to {bounds['max']}"))
    if "enum" in bounds and value not in bounds["enum"]:
        told.append(_fault(path, f"satisfy enum value set: [{', '.join(bounds['enum'])}]"))
    if "pattern" in bounds and (pattern := _pattern(bounds["pattern"])) and not pattern.fullmatch(value):
        told.append(_fault(path, f"satisfy regular expression pattern: {bounds['pattern']}"))


def _look_into(value: Any, shape: Any, path: tuple[str, ...], told: list[str]) -> None:
    kind = shape.type_name
    if kind == "structure":
        for name, member in shape.members.items():
            inner = value.get(name)
            if inner is not None:
                _look_at(inner, member, (*path, name[:1].lower() + name[1:]), told)
            elif name in shape.required_members:
                told.append(_fault((*path, name[:1].lower() + name[1:]), "not be null", "Value null"))
    elif kind == "list":
        for number, each in enumerate(value, 1):
            _look_at(each, shape.member, (*path, str(number), "member"), told)
    else:
        for each in value.values():
            _look_at(each, shape.value, (*path, "member"), told)


def _fault(path: tuple[str, ...], must: str, what: str = "Value") -> str:
    return f"{what} at '{'.'.join(path)}' failed to satisfy constraint: Member must {must}"


@cache
def _pattern(text: str) -> re.Pattern[str] | None:
    """None for one that is written for another language's expressions."""
    try:
        return re.compile(text)
    except re.error:
        return None
