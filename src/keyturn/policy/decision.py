"""What the evaluator answers, and how it explains the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.condition import Condition, Quantifier
from keyturn.policy.request import Request
from keyturn.policy.statement import Miss, Statement
from keyturn.policy.wording import printable, short

Answer: TypeAlias = Literal["allowed", "implicitly_denied", "explicitly_denied", "undecided"]


class Cited(NamedTuple):
    """
    A statement that had a part in a decision.

    Attributes:
        policy: Which policy it stands in: `identity_policies[0]`, `resource_policy`, `service_control_policies[1][0]`, `grants`.
        statement: Its Sid, else its place in the document, from 0; for a grant its name, else its place.
        effect: `Allow` or `Deny`; `unknown` when that is not known.
    """

    policy: str
    statement: str | int
    effect: str

    def __str__(self) -> str:
        name = f"`{short(self.statement)}`" if isinstance(self.statement, str) else self.statement
        return f"{self.policy}, statement {name}"


def cite(policy: str, statement: Statement) -> Cited:
    """A statement as decisions cite it."""
    effect = statement.effect
    return Cited(policy, statement.sid or statement.number, "unknown" if isinstance(effect, Unknown) else effect)


class Unmatched(NamedTuple):
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
    def condition(self) -> Condition | None:
        """The part of the Condition that failed, when that is the element."""
        return self.miss.condition

    @property
    def because(self) -> str:
        """How it failed, in one line."""
        if self.miss.condition is not None:
            return _failed(self.miss.condition, self.request)
        element = self.element
        asked = {"Action": self.request.action, "Operations": self.request.action, "Resource": self.request.resource}
        what = asked.get(element.removeprefix("Not"), self.request.principal)
        if element == "Constraints":
            return "Constraints: the request's encryption context, source or grant operations are others"
        return f"{element} {'names' if element.startswith('Not') else 'does not name'} {printable(str(what))}"

    def __str__(self) -> str:
        return f"{cite(self.policy, self.statement)}: {self.because}"


def _failed(condition: Condition, request: Request) -> str:
    """What a condition asked for, and what the request has."""
    given = request.context.get(condition.key.lower(), ())
    wanted = ", ".join(f"`{short(value)}`" for value in condition.wanted) or "nothing"
    told = (
        ", ".join(f"`{short(value)}`" for value in given if isinstance(value, str)) if given else "not in the request"
    )
    if len(given) > 1 and condition.quantifier is Quantifier.ONE:
        told += ", and several values need ForAllValues or ForAnyValue"
    return f"{condition.written} {short(condition.key)} {wanted}: it is {told}"


@dataclass(frozen=True, slots=True)
class Decision:
    """
    The answer to a request.

    Attributes:
        decision: `undecided` only when something unknown could still make it allowed, or not. When a denial is certain but not
            whether a Deny or the lack of an Allow makes it, it is `implicitly_denied`.
        by: The statements that decided: those that deny, those that grant, or those on which it depends when undecided.
        reason: Why, in one line, in which `{who}` and `{what}` stand for principal and action.
        request: The request that was decided.
        misses: The statements that did not apply, each with its policy and the first element that failed.
    """

    decision: Answer
    by: tuple[Cited, ...]
    reason: str
    request: Request = field(compare=False)
    misses: tuple[tuple[str, Statement, Miss], ...] = field(default=(), repr=False, compare=False)

    @property
    def allowed(self) -> bool:
        """Whether the request is allowed for certain."""
        return self.decision == "allowed"

    @property
    def because(self) -> str:
        """Why, in one line."""
        who, what = printable(str(self.request.principal)), printable(self.request.action)
        return self.reason.replace("{who}", who).replace("{what}", what)

    @property
    def unmatched(self) -> tuple[Unmatched, ...]:
        """The statements that did not apply, each with the first element that failed."""
        return tuple(Unmatched(*missed, self.request) for missed in self.misses)
