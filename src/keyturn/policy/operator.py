"""
What each condition operator compares, and how.

An operator's family makes, from the values of the policy, one test that tells of one value of the request whether any of them matches
it. Negation, `IfExists`, absent keys and sets of values are the same for all families and stand in `condition.py`.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.arn import ArnGlob, begins_with_five_parts
from keyturn.policy.match import Globs, Tokens, plain
from keyturn.policy.values import bytes_of, moment, network, number

Test: TypeAlias = Callable[[str], bool]
"""Whether a value of the request matches any of the values of the policy."""


class Family(NamedTuple):
    """
    What operators have in common that compare the same kind of value.

    Attributes:
        expects: What its values are, for messages: `a number`.
        test: Makes the test from the policy's values.
        reads: Whether a value of the policy is of the right form.
        wildcards: Whether `*` and `?` in the policy's values are wildcards.
        variables: Whether the policy's values may hold policy variables.
        left_open: Why AWS's documentation does not say what a value stands for; None if it does.
    """

    expects: str
    test: Callable[[Sequence[Tokens]], Test]
    reads: Callable[[str], bool]
    wildcards: bool = False
    variables: bool = False
    left_open: Callable[[str], Unknown | None] | None = None


class Operator(NamedTuple):
    """A condition operator without its `ForAllValues:` and `IfExists`; a negated one holds when no value matches."""

    name: str
    family: Family
    negated: bool = False


def _equal(values: Sequence[Tokens]) -> Test:
    return frozenset(plain(value) for value in values).__contains__


def _equal_ignoring_case(values: Sequence[Tokens]) -> Test:
    lowered = frozenset(plain(value).lower() for value in values)
    return lambda value: value.lower() in lowered


def _like(values: Sequence[Tokens]) -> Test:
    return Globs(values).matches


def _arn_like(values: Sequence[Tokens]) -> Test:
    whole = Globs(value for value in values if begins_with_five_parts(value))
    globs = [ArnGlob(value) for value in values if not begins_with_five_parts(value)]
    if not globs:
        return whole.matches
    return lambda value: whole.matches(value) or any(glob.matches(value) for glob in globs)


def _ordered(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Callable[[Sequence[Tokens]], Test]:
    """A family whose values are read as something that has an order."""

    def make(values: Sequence[Tokens]) -> Test:
        known = [read(plain(value)) for value in values]
        bounds = [bound for bound in known if bound is not None]

        def test(value: str) -> bool:
            asked = read(value)
            return asked is not None and any(compare(asked, bound) for bound in bounds)

        return test

    return make


_FOUR_DIGITS = re.compile("[0-9]{4}")


def _year(text: str) -> Unknown | None:
    return Unknown("four digits may be a year or seconds since 1970") if _FOUR_DIGITS.fullmatch(text) else None


def _boolean(values: Sequence[Tokens]) -> Test:
    known = frozenset(plain(value).lower() for value in values)
    return lambda value: value.lower() in known


def _binary(values: Sequence[Tokens]) -> Test:
    known = frozenset(bytes_of(plain(value)) for value in values) - {None}
    return lambda value: bytes_of(value) in known


def _within(values: Sequence[Tokens]) -> Test:
    ranges = [found for value in values if (found := network(plain(value))) is not None]

    def test(value: str) -> bool:
        if "/" in value or (asked := network(value)) is None:
            return False
        return any(asked.network_address in each for each in ranges)

    return test


def _is_arn(text: str) -> bool:
    return text.count(":") >= 5


def _short_arn(text: str) -> Unknown | None:
    if "*" not in text or _is_arn(text) or "${" in text:
        return None
    return Unknown("AWS does not say what a wildcard stands for in an ARN of fewer than six parts")


def _variable(text: str) -> Unknown | None:
    return Unknown("AWS's pages disagree on whether Bool takes policy variables") if "${" in text else None


def _anything(_: str) -> bool:
    return True


_STRING = Family("a text", _equal, _anything, variables=True)
_STRING_IGNORING_CASE = Family("a text", _equal_ignoring_case, _anything, variables=True)
_STRING_LIKE = Family("a text", _like, _anything, wildcards=True, variables=True)
_ARN = Family(
    "an ARN, whose six parts may hold wildcards",
    _arn_like,
    _is_arn,
    wildcards=True,
    variables=True,
    left_open=_short_arn,
)
_BOOL = Family("true or false", _boolean, lambda text: text.lower() in ("true", "false"), left_open=_variable)
_BINARY = Family("base64", _binary, lambda text: bytes_of(text) is not None)
_IP = Family("an IP address or CIDR range", _within, lambda text: network(text) is not None)
NULL = Family("true or false", _boolean, lambda text: text.lower() in ("true", "false"))
"""`Null` asks of the key, not of its values: `condition.py` treats it by itself."""

_COMPARISONS = {
    "Equals": operator.eq,
    "NotEquals": operator.eq,
    "LessThan": operator.lt,
    "LessThanEquals": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanEquals": operator.ge,
}


def _comparisons(
    prefix: str, expects: str, read: Callable[[str], Any], left_open: Callable[[str], Unknown | None] | None = None
) -> list[Operator]:
    return [
        Operator(
            prefix + name,
            Family(expects, _ordered(read, compare), lambda text: read(text) is not None, left_open=left_open),
            name == "NotEquals",
        )
        for name, compare in _COMPARISONS.items()
    ]


OPERATORS = {
    each.name.lower(): each
    for each in [
        Operator("StringEquals", _STRING),
        Operator("StringNotEquals", _STRING, negated=True),
        Operator("StringEqualsIgnoreCase", _STRING_IGNORING_CASE),
        Operator("StringNotEqualsIgnoreCase", _STRING_IGNORING_CASE, negated=True),
        Operator("StringLike", _STRING_LIKE),
        Operator("StringNotLike", _STRING_LIKE, negated=True),
        *_comparisons("Numeric", "a number", number),
        *_comparisons("Date", "a date such as 2026-01-31T12:00:00Z, or epoch seconds", moment, _year),
        Operator("Bool", _BOOL),
        Operator("BinaryEquals", _BINARY),
        Operator("IpAddress", _IP),
        Operator("NotIpAddress", _IP, negated=True),
        Operator("ArnEquals", _ARN),
        Operator("ArnLike", _ARN),
        Operator("ArnNotEquals", _ARN, negated=True),
        Operator("ArnNotLike", _ARN, negated=True),
        Operator("Null", NULL),
    ]
}
"""All condition operators by name in lower case."""
