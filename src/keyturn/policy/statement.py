"""
A statement, ready to be held against requests, and what it says of one.

What it says is one of three: it applies (a `Reach`), it does not (a `Miss`, with the first element that failed), or that depends on
something unknown (a `Doubt`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.condition import Condition, Truth
from keyturn.policy.principal import DIRECT, NONE, Reach
from keyturn.policy.request import Request

Effect: TypeAlias = Literal["Allow", "Deny"]


class Miss(NamedTuple):
    """The first element of a statement that failed: `Action`, `Resource`, `Principal` or `Condition`, as the policy has it."""

    element: str
    condition: Condition | None = None


class Doubt(NamedTuple):
    """A statement of which is not known whether it applies: at least `least`, at most `most`."""

    least: Reach
    most: Reach
    because: str


Says: TypeAlias = "Reach | Miss | Doubt"


class Statement(NamedTuple):
    """
    One statement of a policy document.

    Attributes:
        number: Its place in the document, from 0.
        sid: Its Sid; empty if it has none.
        effect: Allow or Deny.
        action: Whether an action, in lower case, is one of its own.
        resource: Whether the request's resource is one of its own; None in policies that have no Resource, as trust policies.
        principal: How closely it names who asks; None in policies that name nobody, as identity policies.
        conditions: All must hold.
        unknown: What of it is unknown besides, such as a whole operator's keys.
        elements: How the policy writes each element: `Action` or `NotAction` …
    """

    number: int
    sid: str
    effect: Effect | Unknown
    action: Callable[[str], Truth]
    resource: Callable[[Request], Truth] | None
    principal: Callable[[Request], Reach | Doubt] | None
    conditions: tuple[Condition, ...]
    unknown: tuple[Unknown, ...] = ()
    elements: tuple[str, str, str] = ("Action", "Resource", "Principal")

    @property
    def spares(self) -> bool:
        """Whether it denies all but those whom it names."""
        return self.effect == "Deny" and self.elements[2] == "NotPrincipal"

    def says(self, request: Request) -> Says:
        """Whether this statement applies to a request; elements are looked at in the order action, resource, principal, condition."""
        unknown = self.unknown[0] if self.unknown else None
        truth = self.action(request.action_key)
        if truth is False:
            return Miss(self.elements[0])
        if truth is not True:
            unknown = truth
        if self.resource is not None:
            truth = self.resource(request)
            if truth is False:
                return Miss(self.elements[1])
            if truth is not True:
                unknown = truth
        reach = DIRECT if self.principal is None else self.principal(request)
        if not reach:
            return Miss(self.elements[2])
        for condition in self.conditions:
            truth = condition.holds(request)
            if truth is False:
                return Miss("Condition", condition)
            if truth is not True:
                unknown = truth
        if unknown is None:
            return reach
        return Doubt(NONE, reach.most if isinstance(reach, Doubt) else reach, unknown.because)
