"""
The values of a request's parameters, held against what the template allows, in CloudFormation's words.

Source: CloudFormation user guide, "Parameters"; the texts as quoted in public reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from keyturn.local.cloudformation.refusal import validation


def check(declared: Mapping[str, Any], given: Mapping[str, str]) -> None:
    """
    See whether parameters have values, and such as are allowed.

    Raises:
        Refused: They have not.
    """
    if unknown := [name for name in given if name not in declared]:
        raise validation(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    missing = [name for name, each in declared.items() if name not in given and "Default" not in each]
    if missing:
        raise validation(f"Parameters: [{', '.join(missing)}] must have values")
    for name, value in given.items():
        if (wrong := next(_faults(name, declared[name], value), None)) is None:
            continue
        if about := declared[name].get("ConstraintDescription"):
            wrong = f"Parameter {name} failed to satisfy constraint: {about}"
        raise validation(wrong)


def _faults(name: str, declared: Mapping[str, Any], value: str) -> Iterator[str]:
    kind = str(declared.get("Type", "String"))
    many = kind == "CommaDelimitedList" or kind.startswith("List<")
    values = [each.strip() for each in value.split(",")] if many else [value]
    allowed = declared.get("AllowedValues")
    if isinstance(allowed, list) and any(each not in map(_text, allowed) for each in values):
        yield f"Parameter '{name}' must be one of AllowedValues"
    if kind in ("Number", "List<Number>"):
        for each in values:
            yield from _number(name, declared, each)
    if kind == "String":
        low, high = _limit(declared, "MinLength"), _limit(declared, "MaxLength")
        if low is not None and len(value) < low:
            yield f"Parameter '{name}' must contain at least {low:g} characters"
        if high is not None and len(value) > high:
            yield f"Parameter '{name}' must contain at most {high:g} characters"
    pattern = declared.get("AllowedPattern")
    if isinstance(pattern, str) and not all(_matches(pattern, each) for each in values):
        yield f"Parameter '{name}' must match pattern {pattern}"


def _number(name: str, declared: Mapping[str, Any], value: str) -> Iterator[str]:
    try:
        number = float(value)
    except ValueError:
        yield f"Parameter '{name}' must be a number"
        return
    low, high = _limit(declared, "MinValue"), _limit(declared, "MaxValue")
    if low is not None and number < low:
        yield f"Parameter '{name}' must be a number not less than {low:g}"
    if high is not None and number > high:
        yield f"Parameter '{name}' must be a number not greater than {high:g}"


def _limit(declared: Mapping[str, Any], name: str) -> float | None:
    try:
        return float(declared[name])
    except (KeyError, TypeError, ValueError):
        return None


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:  # one of Java's that Python does not have
        return True


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
