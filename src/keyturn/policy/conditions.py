"""
The Condition element: from data to conditions that requests are held against.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from keyturn.graph import Unknown
from keyturn.policy.condition import Condition, Quantifier
from keyturn.policy.fault import LIST, OBJECT, TEXT, Fault, Notes, Steps, Texts
from keyturn.policy.match import literal, tokens
from keyturn.policy.operator import NULL, OPERATORS, Family, Operator
from keyturn.policy.variable import Template, template
from keyturn.policy.wording import did_you_mean, kind, scalar_text, short

_SCALAR = (bool, int, float)
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


def _of_operator(written: str, keys: object, path: Steps, notes: Notes, *, variables: bool) -> list[Condition]:
    """What one operator asks of its keys."""
    found: list[Condition] = []
    if not isinstance(keys, OBJECT):
        notes.add(path, f"{kind(keys)} is not what an operator compares", "an object of condition keys is expected")
    elif isinstance(parts := _operator(written), Fault):
        notes.add(path, parts.message, parts.hint)
    else:
        for name, values in keys.items():
            key = str(name)
            place = (*path, key)
            condition, faults = _condition(written, key, _texts(values, place, notes), variables)
            if faults:
                notes.take(faults, values, place)
            found.append(condition)
    return found


@lru_cache(maxsize=1024)
def _condition(written: str, key: str, texts: Texts, variables: bool) -> tuple[Condition, Sequence[Fault]]:
    """A condition, of an operator that there is; remembered, since most ask what many others ask."""
    parts = _operator(written)
    assert not isinstance(parts, Fault)
    operator, quantifier, if_exists = parts
    faults: list[Fault] = []
    values: list[Template | Unknown] = []
    for index, text in enumerate(texts):
        value = _value(text, operator.family, variables=variables)
        if isinstance(value, str):
            faults.append(Fault((index,), value))
        else:
            values.append(value)
    return Condition(operator, written, key, tuple(values), quantifier, if_exists), faults


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


def _texts(values: object, path: Steps, notes: Notes) -> Texts:
    """The values of a condition key as texts: JSON numbers and booleans are taken as they are written."""
    if isinstance(values, TEXT):
        return (values,)
    if not isinstance(values, LIST):
        return (_text(values, path, notes),)
    return tuple(
        [each if isinstance(each, TEXT) else _text(each, (*path, index), notes) for index, each in enumerate(values)]
    )


def _text(data: object, path: Steps, notes: Notes) -> str | Unknown:
    if not isinstance(data, _SCALAR):
        notes.add(path, f"{kind(data)} is not a value to compare", "a text, number or boolean, or a list, is expected")
    elif text := scalar_text(data):
        return text
    else:
        notes.add(path, "the number is too large")
    return Unknown("malformed")


def _value(text: str | Unknown, family: Family, *, variables: bool) -> Template | Unknown | str:
    """A value of a condition; if it is not of its family's form, what is to be told."""
    if isinstance(text, Unknown):
        return text
    if family.left_open is not None and (open_ := family.left_open(text)):
        return open_
    variables = variables and family.variables
    if not family.reads(text) and not (variables and "${" in text):
        return f"`{short(text)}` is not {family.expects}"
    if variables and "${" in text:
        return template(text, wildcards=family.wildcards)
    return tokens(text) if family.wildcards else literal(text)
