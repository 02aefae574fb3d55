"""
The parameters of a template, and what references to them give.

Source: CloudFormation's "Parameters section", its SSM types included; read 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from keyturn.graph import Parameter, Ref, Text, Unknown, Value
from keyturn.read.cloudformation.invalid import TemplateError
from keyturn.read.functions import items_of

_SSM = "AWS::SSM::Parameter::Value<"


def parameter(name: str, declared: Any, given: str | Unknown | None) -> Parameter:
    """
    One parameter.

    Args:
        declared: Its declaration in the template.
        given: What is given for it, Unknown if only that something is; None takes its default.

    Raises:
        TemplateError: The declaration is none, or the value is not one that it allows.
    """
    path = ("Parameters", name)
    if not isinstance(declared, dict):
        raise TemplateError(path, f"the parameter `{name}` is not an object")
    kind = declared.get("Type", "String")
    if not isinstance(kind, str):
        raise TemplateError((*path, "Type"), f"the type of the parameter `{name}` is not a string")
    if isinstance(given, Unknown):
        return Parameter(Unknown(given.because, Ref(name)), kind, None, _rest(declared))
    default = declared.get("Default")
    whole = given if given is not None else _written(default)
    if whole is not None:
        _allowed(name, declared, kind, whole, given is not None)
    return Parameter(_value(name, declared, kind, whole), kind, given, _rest(declared))


def _rest(declared: Mapping[str, Any]) -> dict[str, Value]:
    return {key: _frozen(value) for key, value in declared.items() if key != "Type"}


def revealed(name: str, declared: Parameter) -> Value:
    """What a reference to a parameter really gives, also one that is kept secret: for conditions and for a deployment."""
    if isinstance(declared.value, Unknown) and declared.given is None and not _secret(declared.declaration):
        return declared.value
    whole = declared.given if declared.given is not None else _written(declared.declaration.get("Default"))
    return declared.value if whole is None or declared.type.startswith(_SSM) else _typed(name, declared.type, whole)


def _value(name: str, declared: Mapping[str, Any], kind: str, whole: str | None) -> Value:
    ref = Ref(name)
    if kind.startswith(_SSM):
        return Unknown(f"`{name}` is the value of an SSM parameter" + (f", {whole}" if whole else ""), ref)
    if str(declared.get("NoEcho", "false")).lower() == "true":
        return Unknown(f"the parameter `{name}` is secret", ref)
    if whole is None:
        return Unknown(f"the parameter `{name}` is not given and has no default", ref)
    return _typed(name, kind, whole)


def _typed(name: str, kind: str, whole: str) -> Value:
    ref = Ref(name)
    if kind == "CommaDelimitedList" or kind.startswith("List<"):
        return items_of((item.strip() for item in whole.split(",")) if whole else (), ref)
    return Text(whole, (ref,))


def _written(default: Any) -> str | None:
    if isinstance(default, bool):
        return "true" if default else "false"
    if isinstance(default, list | tuple):
        return ",".join(str(each) for each in default)
    return None if default is None else str(default)


def _allowed(name: str, declared: Mapping[str, Any], kind: str, whole: str, given: bool) -> None:
    """Hold a value against the constraints of its declaration."""
    path = ("Parameters", name) if given else ("Parameters", name, "Default")
    what = f"the value of the parameter `{name}`" if given else f"the default of the parameter `{name}`"
    values = (
        [item.strip() for item in whole.split(",")]
        if kind == "CommaDelimitedList" or kind.startswith("List<")
        else [whole]
    )
    allowed = declared.get("AllowedValues")
    if isinstance(allowed, list):
        texts = [_written(each) for each in allowed]
        if wrong := next((value for value in values if value not in texts), None):
            shown = ", ".join(str(text) for text in texts[:3]) + (f" … ({len(texts)})" if len(texts) > 3 else "")
            raise TemplateError(
                path,
                f"{what}, `{wrong}`, is not one of {shown}"
                if not _secret(declared)
                else f"{what} is not one that is allowed",
            )
    if kind in ("Number", "List<Number>"):
        for value in values:
            _number(path, what, value, declared)
    if kind == "String":
        _length(path, what, whole, declared)
    pattern = declared.get("AllowedPattern")
    # A default is its author's affair; and only what the user gives is matched, for a pattern in a file can take for ever.
    if given and isinstance(pattern, str) and not _matches(pattern, values):
        raise TemplateError(path, f"{what} does not match {pattern}")


def _secret(declared: Mapping[str, Any]) -> bool:
    return str(declared.get("NoEcho", "false")).lower() == "true"


def _number(path: tuple[str, ...], what: str, value: str, declared: Mapping[str, Any]) -> None:
    try:
        number = float(value)
    except ValueError:
        raise TemplateError(path, f"{what}, `{value}`, is not a number") from None
    for bound, beyond in (("MinValue", number.__lt__), ("MaxValue", number.__gt__)):
        limit = _limit(declared.get(bound))
        if limit is not None and beyond(limit) is True:
            raise TemplateError(path, f"{what}, {value}, is beyond {bound} {limit:g}")


def _length(path: tuple[str, ...], what: str, whole: str, declared: Mapping[str, Any]) -> None:
    low, high = _limit(declared.get("MinLength")), _limit(declared.get("MaxLength"))
    if (low is not None and len(whole) < low) or (high is not None and len(whole) > high):
        raise TemplateError(
            path, f"{what} has {len(whole)} characters, not {low or 0:g} to {high if high is not None else 4096:g}"
        )


def _limit(bound: Any) -> float | None:
    try:
        return float(bound)
    except (TypeError, ValueError):
        return None


def _matches(pattern: str, values: list[str]) -> bool:
    try:
        compiled = re.compile(pattern)
    except re.error:
        return True
    return all(compiled.fullmatch(value) for value in values)


def _frozen(data: Any) -> Value:
    if isinstance(data, dict):
        return {str(key): _frozen(value) for key, value in data.items()}
    if isinstance(data, list):
        return tuple(_frozen(value) for value in data)
    return data  # type: ignore[no-any-return]
