"""
The Condition element: from data to conditions that requests are held against.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from keyturn.graph import Unknown
from keyturn.policy.condition import Condition, Quantifier
from keyturn.policy.fault import LIST, OBJECT, Fault, Notes, Steps
from keyturn.policy.match import literal, tokens
from keyturn.policy.operator import NULL, OPERATORS, Family, Operator
from keyturn.policy.variable import Template, template
from keyturn.policy.wording import did_you_mean, kind, short

_SCALAR = str | bool | int | float
_QUANTIFIERS = {each.value.lower(): each for each in Quantifier}


def conditions(
    data: object, path: Steps, notes: Notes, *, variables: bool
) -> tuple[tuple[Condition, ...], tuple[Unknown, ...]]:
    """Read a Condition element; besides its conditions, what of it is unknown as a whole."""
    if isinstance(data, Unknown):
        return (), (data,)
    if not isinstance(data, OBJECT):
        notes.add(path, f"{kind(data)} is not a condition", "an object of operators is expected")
        return (), ()
    found: list[Condition] = []
    unknown: list[Unknown] = []
    for written, keys in data.items():
        if isinstance(keys, Unknown):
            unknown.append(keys)
        else:
            found += _of_operator(str(written), keys, (*path, str(written)), notes, variables=variables)
    return tuple(found), tuple(unknown)


def _of_operator(written: str, keys: object, path: Steps, notes: Notes, *, variables: bool) -> Iterator[Condition]:
    """What one operator asks of its keys."""
    parts = _operator(written)
    if not isinstance(keys, OBJECT):
        notes.add(path, f"{kind(keys)} is not what an operator compares", "an object of condition keys is expected")
    elif isinstance(parts, Fault):
        notes.add(path, parts.message, parts.hint)
    else:
        operator, quantifier, if_exists = parts
        for key, values in keys.items():
            read = [_value(each, operator.family, variables=variables) for each in _listed(values)]
            for index, fault in enumerate(read):
                if isinstance(fault, Fault):
                    place = (index,) if isinstance(values, LIST) else ()
                    notes.add((*path, str(key), *place), fault.message, fault.hint)
            good = tuple([value for value in read if not isinstance(value, Fault)])
            yield Condition(operator, written, str(key), good, quantifier, if_exists)


def _listed(values: object) -> Sequence[object]:
    return values if isinstance(values, LIST) else (values,)


@lru_cache(maxsize=1024)
def _operator(written: str) -> tuple[Operator, Quantifier, bool] | Fault:
    """Take `ForAllValues:StringLikeIfExists` apart."""
    prefix, colon, name = written.rpartition(":")
    base = name.lower().removesuffix("ifexists")
    operator = OPERATORS.get(base)
    quantifier = _QUANTIFIERS.get(prefix.lower())
    if operator is None:
        names = [each.name for each in OPERATORS.values()]
        return Fault((), "no such operator", did_you_mean(name, [*names, *(f"{each}IfExists" for each in names)]))
    if quantifier is None or (colon and not prefix):
        return Fault((), "no such set operator", did_you_mean(prefix, ("ForAllValues", "ForAnyValue")))
    if operator.family is NULL and written.lower() != "null":
        return Fault((), "Null goes with neither a set operator nor IfExists")
    return operator, quantifier, base != name.lower()


def _value(data: object, family: Family, *, variables: bool) -> Template | Unknown | Fault:
    """A value of a condition as a text: JSON numbers and booleans are taken as they are written."""
    if isinstance(data, Unknown):
        return data
    if not isinstance(data, _SCALAR):
        hint = "a text, number or boolean, or a list, is expected"
        return Fault((), f"{kind(data)} is not a value to compare", hint)
    text = str(data).lower() if isinstance(data, bool) else str(data)
    if family.left_open is not None and (open_ := family.left_open(text)):
        return open_
    variables = variables and family.variables
    if not family.reads(text) and not (variables and "${" in text):
        return Fault((), f"`{short(text)}` is not {family.expects}")
    if variables and "${" in text:
        return template(text, wildcards=family.wildcards)
    return tokens(text) if family.wildcards else literal(text)
