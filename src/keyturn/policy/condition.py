"""
Conditions: whether what the request says of itself is what a statement asks for.

All operators and keys of a Condition must hold. Several values of one key are alternatives; for a negated operator none of them may
match. A key that the request lacks matches nothing: positive operators are false then, negated ones true. A key of several values
needs ForAllValues or ForAnyValue: an operator without one never holds for it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.match import Wild
from keyturn.policy.operator import NULL, Operator, Test
from keyturn.policy.request import Request
from keyturn.policy.variable import Context, Template, fixed, resolve, written

Truth: TypeAlias = "bool | Unknown"
"""True, False, or Unknown with the reason. Unknown is truthy in Python: compare with `is True` and `is False`."""


_EMPTY = Unknown("AWS does not say whether a key with an empty value is null")


class Quantifier(Enum):
    """How an operator treats a key of several values."""

    ONE = ""
    ALL = "ForAllValues"
    ANY = "ForAnyValue"


class _Prepared(NamedTuple):
    """What a condition asks with: its key in lower case, its test, if all of its values are known, and what it makes of absent keys."""

    key: str
    negated: bool
    test: Test | None
    absent: bool


@dataclass(slots=True, eq=False)
class Condition:
    """
    One operator on one key: the part of a Condition element that holds or fails by itself.

    Attributes:
        operator: What to compare.
        written: The operator as the policy writes it, with `ForAllValues:` and `IfExists`.
        key: The condition key as the policy writes it.
        values: The policy's values.
        quantifier: How to treat several values of the request.
        if_exists: Whether an absent key makes it hold.
    """

    operator: Operator
    written: str
    key: str
    values: tuple[Template | Unknown, ...]
    quantifier: Quantifier
    if_exists: bool
    _prepared: _Prepared | None = field(default=None, init=False, repr=False)
    """What takes time to make, since many a condition is read and never asked; None until it is."""

    def _prepare(self) -> _Prepared:
        known = [None if isinstance(value, Unknown) else fixed(value) for value in self.values]
        ready = [value for value in known if value is not None]
        test = self.operator.family.test(ready) if len(ready) == len(known) else None
        one = self.quantifier is Quantifier.ONE
        absent = self.if_exists or self.quantifier is Quantifier.ALL or (self.operator.negated and one)
        self._prepared = _Prepared(self.key.lower(), self.operator.negated, test, absent)
        return self._prepared

    @property
    def wanted(self) -> tuple[str, ...]:
        """The policy's values as people read them."""
        return tuple(written(value) for value in self.values if not isinstance(value, Unknown))

    def holds(self, request: Request) -> Truth:
        """Whether the request is as this condition asks."""
        key, negated, test, absent = self._prepared or self._prepare()
        asked = request.context.get(key, ())
        if self.operator.family is NULL:
            return self._null(asked, test)
        if len(asked) == 1 and test is not None and type(asked[0]) is str and asked[0]:
            return test(asked[0]) is not negated
        if not asked or (asked == ("",) and self.quantifier is not Quantifier.ONE):
            return absent
        if len(asked) == 1:
            return self._one(asked[0], test, request.context)
        if self.quantifier is Quantifier.ONE:
            return False
        truths = [self._one(value, test, request.context) for value in asked]
        return every(truths) if self.quantifier is Quantifier.ALL else some(truths)

    def _one(self, asked: str | Unknown, test: Test | None, context: Context) -> Truth:
        matched = self._matches(asked, test, context)
        if isinstance(matched, Unknown):
            return matched
        return matched is not self.operator.negated

    def _matches(self, asked: str | Unknown, test: Test | None, context: Context) -> Truth:
        """Whether any value of the policy matches one value of the request."""
        if isinstance(asked, Unknown):
            return self._matches_everything() or (asked if self.values else False)
        if test is not None:
            return test(asked)
        resolved = [value if isinstance(value, Unknown) else resolve(value, context) for value in self.values]
        known = [value for value in resolved if isinstance(value, tuple)]
        if known and self.operator.family.test(known)(asked):
            return True
        return next((value for value in resolved if isinstance(value, Unknown)), False)

    def _matches_everything(self) -> bool:
        return self.operator.family.wildcards and any(value == (Wild.ANY,) for value in self.values)

    def _null(self, asked: Sequence[str | Unknown], test: Test | None) -> Truth:
        absent = "false" if asked else "true"
        if test is not None:
            if asked == ("",) and test("true") is not test("false"):
                return _EMPTY
            return test(absent)
        return next((value for value in self.values if isinstance(value, Unknown)), False)


def every(truths: Sequence[Truth]) -> Truth:
    """Whether all are true: false if one is, whatever the unknown ones are."""
    if False in truths:
        return False
    return next((truth for truth in truths if truth is not True), True)


def some(truths: Sequence[Truth]) -> Truth:
    """Whether one is true, whatever the unknown ones are."""
    if True in truths:
        return True
    return next((truth for truth in truths if truth is not False), False)
