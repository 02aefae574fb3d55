"""What the evaluator answers, and how it explains the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.principal import Principal
from keyturn.policy.request import Request
from keyturn.policy.statement import Miss, Statement

Answer: TypeAlias = Literal["allowed", "implicitly_denied", "explicitly_denied", "undecided"]


@dataclass(frozen=True, slots=True)
class Cited:
    """
    A statement that had a part in a decision.

    Attributes:
        policy: Which policy it stands in: `identity_policies[0]`, `resource_policy`, `service_control_policies[1][0]`, `grants`.
        statement: Its Sid, else its place in the document, from 0; a grant's id or name.
        effect: Allow or Deny; `unknown` when that is not known.
    """

    policy: str
    statement: str | int
    effect: str

    def __str__(self) -> str:
        name = f"`{self.statement}`" if isinstance(self.statement, str) else self.statement
        return f"{self.policy}, statement {name}"


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A statement that did not apply to the request, and the first element that failed."""

    policy: str
    statement: Statement
    miss: Miss
    request: Request

    @property
    def element(self) -> str:
        """The element that failed, as the policy has it: `Action`, `NotResource`, `Principal`, `Condition` …"""
        return self.miss.element

    @property
    def because(self) -> str:
        """How it failed, in one line."""
        request, condition = self.request, self.miss.condition
        if condition is not None:
            asked = request.context.get(condition.key.lower(), ())
            told = ", ".join(f"`{value}`" for value in asked) if asked else "not in the request"
            return f"{condition.written} {condition.key}: {told}"
        element = self.miss.element
        asked_for: dict[str, str | Principal] = {
            "Action": request.action,
            "Operations": request.action,
            "Resource": request.resource,
            "Constraints": "this encryption context",
        }
        return f"{element} does not cover {asked_for.get(element.removeprefix('Not'), request.principal)}"

    def __str__(self) -> str:
        cited = Cited(self.policy, self.statement.name, str(self.statement.effect))
        return f"{cited}: {self.because}"


@dataclass(frozen=True, slots=True)
class Decision:
    """
    The answer to a request.

    Attributes:
        decision: `undecided` only when something unknown could still make it allowed, or not.
        by: The statements that decided: those that deny, those that grant, or those on which it depends when undecided.
        grounds: Why, in one line.
        unmatched: The statements that did not apply, each with the first element that failed.
    """

    decision: Answer
    by: tuple[Cited, ...]
    grounds: str
    unmatched: tuple[Unmatched, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed for certain."""
        return self.decision == "allowed"

    @property
    def because(self) -> str:
        """Why, in one line."""
        return self.grounds


def unknown_effect(effect: object) -> str:
    """An effect as a citation has it."""
    return "unknown" if isinstance(effect, Unknown) else str(effect)
