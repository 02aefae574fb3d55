"""
The Condition element: from data to conditions that requests are held against.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from keyturn.graph import Unknown
from keyturn.policy.condition import Condition, Quantifier
from keyturn.policy.fault import Notes, Steps
from keyturn.policy.match import Wild
from keyturn.policy.operator import NULL, OPERATORS, Operator
from keyturn.policy.variable import Template, fixed, template
from keyturn.policy.wording import did_you_mean, kind, short

_QUANTIFIERS = {each.value.lower(): each for each in Quantifier}
_DISPUTED = Unknown("AWS's pages disagree on whether Bool takes policy variables")
_YEAR = Unknown("four digits may be a year or seconds since 1970")
_FOUR_DIGITS = re.compile("[0-9]{4}")
_SHORT_ARN = Unknown("AWS does not say what a wildcard stands for in an ARN of fewer than six parts")


def conditions(
    data: object, path: Steps, notes: Notes, *, variables: bool
) -> tuple[tuple[Condition, ...], tuple[Unknown, ...]]:
    """Read a Condition element; besides its conditions, what of it is unknown as a whole."""
    if isinstance(data, Unknown):
        return (), (data,)
    if not isinstance(data, Mapping):
        notes.add(path, f"{kind(data)} is not a condition", "an object of operators is expected")
        return (), ()
    found: list[Condition] = []
    unknown: list[Unknown] = []
    for written, keys in data.items():
        place = (*path, str(written))
        if isinstance(keys, Unknown):
            unknown.append(keys)
        elif not isinstance(keys, Mapping):
            notes.add(
                place, f"{kind(keys)} is not what an operator compares", "an object of condition keys is expected"
            )
        elif parts := _operator(str(written), place, notes):
            operator, quantifier, if_exists = parts
            for key, values in keys.items():
                read = _values(values, (*place, str(key)), notes, operator, variables=variables)
                found.append(Condition(operator, str(written), str(key), tuple(read), quantifier, if_exists))
    return tuple(found), tuple(unknown)


def _operator(written: str, path: Steps, notes: Notes) -> tuple[Operator, Quantifier, bool] | None:
    """Take `ForAllValues:StringLikeIfExists` apart."""
    prefix, colon, name = written.rpartition(":")
    base = name.lower().removesuffix("ifexists")
    operator = OPERATORS.get(base)
    quantifier = _QUANTIFIERS.get(prefix.lower())
    if operator is None:
        names = [each.name for each in OPERATORS.values()]
        notes.add(path, "no such operator", did_you_mean(name, [*names, *(f"{each}IfExists" for each in names)]))
    elif quantifier is None or (colon and not prefix):
        notes.add(path, "no such set operator", did_you_mean(prefix, ("ForAllValues", "ForAnyValue")))
    elif operator.family is NULL and written.lower() != "null":
        notes.add(path, "Null goes with neither a set operator nor IfExists")
    else:
        return operator, quantifier, base != name.lower()
    return None


def _values(
    data: object, path: Steps, notes: Notes, operator: Operator, *, variables: bool
) -> Iterator[Template | Unknown]:
    """The values of a condition as texts: JSON numbers and booleans are taken as they are written."""
    listed = (
        [((*path, index), each) for index, each in enumerate(data)]
        if isinstance(data, list | tuple)
        else [(path, data)]
    )
    family = operator.family
    for place, value in listed:
        if isinstance(value, Unknown):
            yield value
            continue
        if not isinstance(value, str | bool | int | float):
            notes.add(
                place, f"{kind(value)} is not a value to compare", "a text, number or boolean, or a list, is expected"
            )
            continue
        text = str(value).lower() if isinstance(value, bool) else str(value)
        parts = _left_open(operator, text, variables=variables) or template(
            text, variables=variables and family.variables
        )
        if isinstance(parts, Unknown):
            yield parts
            continue
        if not family.reads(text) and fixed(parts) is not None:
            notes.add(place, f"`{short(text)}` is not {family.expects}")
        yield parts if family.wildcards else _without_wildcards(parts)


def _left_open(operator: Operator, text: str, *, variables: bool) -> Unknown | None:
    """Why AWS's documentation does not say what a value stands for; None if it does."""
    if operator.name == "Bool" and variables and "${" in text:
        return _DISPUTED
    if operator.name.startswith("Date") and _FOUR_DIGITS.fullmatch(text):
        return _YEAR
    if operator.name.startswith("Arn") and "*" in text and text.count(":") < 5:
        return _SHORT_ARN
    return None


def _without_wildcards(parts: Template) -> Template:
    """For operators to which `*` and `?` are characters as any other."""
    return tuple(part.value if isinstance(part, Wild) else part for part in parts)
