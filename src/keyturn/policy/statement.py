"""
A statement, ready to be held against requests, and what it says of one.

What it says is one of three: it applies (a `Reach`), it does not (a `Miss`, with the first element that failed), or that depends on
something unknown (a `Doubt`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal, TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.condition import Condition, Truth
from keyturn.policy.request import Request

Effect: TypeAlias = Literal["Allow", "Deny"]


class Reach(IntEnum):
    """
    How closely a statement names who asks, which decides what else must agree.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html, on resource-based policies.
    """

    NONE = 0
    ACCOUNT = 1
    """It names the account: identity policies there must allow the action too."""
    ROLE = 2
    """It names the role whose session asks: permissions boundaries and session policies still limit it."""
    DIRECT = 3
    """It names the user or session itself, the service, or everyone: nothing else needs to allow the action."""


@dataclass(frozen=True, slots=True)
class Miss:
    """The first element of a statement that failed: `Action`, `Resource`, `Principal` or `Condition`, as the policy has it."""

    element: str
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A statement of which is not known whether it applies: at least `least`, at most `most`."""

    least: Reach
    most: Reach
    because: str


Says: TypeAlias = "Reach | Miss | Doubt"


@dataclass(frozen=True, slots=True)
class Statement:
    """
    One statement of a policy document.

    Attributes:
        index: Its place in the document, from 0.
        sid: Its Sid; empty if it has none.
        effect: Allow or Deny.
        action: Whether an action, in lower case, is one of its own.
        resource: Whether the request's resource is one of its own; None in policies that have no Resource, as trust policies.
        principal: How closely it names who asks; None in policies that name nobody, as identity policies.
        conditions: All must hold.
        unknown: What of it is unknown besides, such as a whole operator's keys.
        elements: How the policy writes each element: `Action` or `NotAction` …
    """

    index: int
    sid: str
    effect: Effect | Unknown
    action: Callable[[str], Truth]
    resource: Callable[[Request], Truth] | None
    principal: Callable[[Request], Reach | Doubt] | None
    conditions: tuple[Condition, ...]
    unknown: tuple[Unknown, ...] = ()
    elements: tuple[str, str, str] = ("Action", "Resource", "Principal")
    _misses: tuple[Miss, Miss, Miss] = field(init=False, repr=False)
    _conditions: tuple[tuple[Callable[[Request], Truth], Miss], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        action, resource, principal = self.elements
        object.__setattr__(self, "_misses", (Miss(action), Miss(resource), Miss(principal)))
        tests = tuple((each.holds, Miss("Condition", each)) for each in self.conditions)
        object.__setattr__(self, "_conditions", tests)

    @property
    def spares(self) -> bool:
        """Whether it denies all but those whom it names."""
        return self.effect == "Deny" and self.elements[2] == "NotPrincipal"

    def says(self, request: Request) -> Says:
        """Whether this statement applies to a request; elements are looked at in the order action, resource, principal, condition."""
        unknown = self.unknown[0] if self.unknown else None
        truth = self.action(request.action_key)
        if truth is False:
            return self._misses[0]
        if truth is not True:
            unknown = truth
        if self.resource is not None:
            truth = self.resource(request)
            if truth is False:
                return self._misses[1]
            if truth is not True:
                unknown = truth
        reach: Reach | Doubt = Reach.DIRECT
        if self.principal is not None:
            reach = self.principal(request)
            if reach is Reach.NONE:
                return self._misses[2]
        for holds, miss in self._conditions:
            truth = holds(request)
            if truth is False:
                return miss
            if truth is not True:
                unknown = truth
        if unknown is None:
            return reach
        return Doubt(Reach.NONE, reach.most if isinstance(reach, Doubt) else reach, unknown.because)
