"""Calls that a function makes as its role: which of them it may not, and how that is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keyturn.check import Finding, Fix, Note, Outcome, Undecided
from keyturn.checks.evidence.keys import Circumstances
from keyturn.checks.evidence.order import comes_after
from keyturn.checks.evidence.requests import Role
from keyturn.graph import Graph, Ref, Resource, Text, Unknown, Value
from keyturn.policy import Decision, Malformed

_GRANTING = ("iampolic", "iamrole", "iam/polic", "iam/role", "kmsgrant", "kms/grant", "kmskeypolicy")
"""In the names of what may allow more: Terraform's, and Pulumi's."""


@dataclass(frozen=True, slots=True)
class Target:
    """
    What calls are made on.

    Attributes:
        resource: It, or what it comes with.
        name: What it is called in messages.
        arn: With what it is made of, so that a fix can refer to it.
        policy: Its own policy; None for none.
        unknown: Why its ARN is not known, if it is not; `arn` refers to it all the same.
    """

    resource: Resource
    name: str
    arn: Text
    policy: object = None
    unknown: Unknown | None = None

    @classmethod
    def of(cls, resource: Resource, reference: Ref, policy: object) -> Target:
        """A resource by its own ARN."""
        unknown = resource.arn if isinstance(resource.arn, Unknown) else None
        return cls(resource, str(resource), Text(str(resource.arn), (reference,)), policy, unknown)


def decide(role: Role, calls: tuple[str, ...], on: Target, context: Circumstances, graph: Graph) -> Iterator[Outcome]:
    """A finding if a role may not make calls, or what leaves that open."""
    at = next((each.at for each in role.attached if each.at), role.resource.at())
    try:
        decisions = {call: role.may(call, on.unknown or str(on.arn), on.policy, context) for call in calls}
    except Malformed as error:
        yield Undecided(at, f"a policy is malformed: {error}")
        return
    denied = {call: decision for call, decision in decisions.items() if decision.decision.endswith("denied")}
    left_out = next((found for word in _GRANTING if (found := graph.left_out(word, whole=True))), None)
    if denied and left_out:
        yield Undecided(at, f"what {left_out} allows is not known here")
    elif denied:
        yield _finding(role, on, denied, graph)
    elif open_ := next((each for each in decisions.values() if not each.allowed), None):
        yield Undecided(at, open_.because)


def _finding(role: Role, on: Target, denied: dict[str, Decision], graph: Graph) -> Finding:
    explicitly = any(decision.decision == "explicitly_denied" for decision in denied.values())
    names = [call.partition(":")[2] if call.startswith("secretsmanager") else call for call in denied]
    at = next((each.at for each in role.attached if each.at), role.resource.at())
    listed = role.own_statements
    misses = [
        miss for decision in denied.values() for miss in decision.unmatched if miss.element in ("Condition", "Resource")
    ]
    because = dict.fromkeys(
        f"a statement does not apply: {miss.because}" for miss in misses if miss.policy != "key_policy"
    )
    fix = None
    if listed and not explicitly and not comes_after(on.resource, role.resource, graph):
        statement: Value = {"Effect": "Allow", "Action": tuple(denied), "Resource": on.arn}
        fix = Fix(f"allow {', '.join(names)} on {on.name}", listed, append=statement)
    return Finding(
        at=at,
        message=f"{role.resource}, as which the rotation function runs, may not call {', '.join(names)} on {on.name}",
        related=tuple(Note(at, text) for text in because),
        fix=fix,
        hint=""
        if fix
        else "a statement denies it: change that one"
        if explicitly
        else f"allow {', '.join(denied)} on {on.name}",
    )
