"""
May a service deliver to a topic, a queue or a function? Its policies are evaluated for what the service does as itself.

No role and no identity policy has a say in it: only the policy of what is delivered to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict
from keyturn.checks.evidence.keys import Circumstances
from keyturn.checks.evidence.order import comes_after, may_overtake
from keyturn.checks.evidence.resource_policies import Guard, guards
from keyturn.checks.evidence.roles import condition_keys
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Ref, Resource, Site, Text, Unknown, Value
from keyturn.policy import BadRequest, Decision, Malformed, Request, evaluate

_RANK = ("allowed", "undecided", "explicitly_denied", "implicitly_denied")


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    What a service does as itself.

    Attributes:
        by: The service.
        action: What it calls.
        site: The property of the user's that makes it do so.
        purpose: What for, as the end of a sentence: `to publish alarms to Alerts`.
        sends: Condition keys that it is known to send.
        likely: What it is likely to send besides: with it a policy that lets the service in is right, one that does not is undecided.
        silent_on: Condition keys, in lower case, that it is known not to send.
        also_known_as: Other names under which it is let in.
        only: The condition under which the fix lets it in.
        error: What AWS answers at deployment.
        verdict: Where it differs from the check's.
    """

    by: str
    action: str
    site: Site
    purpose: str
    sends: Circumstances = field(default_factory=dict)
    likely: Circumstances = field(default_factory=dict)
    silent_on: frozenset[str] = frozenset()
    also_known_as: tuple[str, ...] = ()
    only: Mapping[str, Value] = field(default_factory=dict)
    error: AwsError | None = None
    verdict: Verdict | None = None


def may_deliver(target: Resource, delivery: Delivery, graph: Graph) -> Iterator[Outcome]:
    """Tell whether a resource's policies let a service deliver to it; silence means that they do."""
    near = list(guards(target, graph))
    try:
        decisions = [_decide(target, guard, delivery) for guard in near]
    except (Malformed, BadRequest):
        return  # The policy's own check tells.
    best = min(decisions, key=lambda each: _RANK.index(each.decision), default=None)
    if best is None or best.decision.endswith("denied"):
        yield _finding(target, near, decisions, delivery)
    elif best.decision == "undecided":
        yield Undecided(delivery.site, best.because)
    elif delivery.verdict is Verdict.REFUSED:
        letting = [guard.holder for guard, decision in zip(near, decisions, strict=True) if decision.allowed]
        yield from _late(delivery, [holder for holder in letting if holder], graph)


def _late(delivery: Delivery, letting: list[Resource], graph: Graph) -> Iterator[Finding]:
    """Tell of a policy that comes after what needs it, or may do so."""
    source = delivery.site.resource
    first = delivery.site.path[0]
    if not letting or first in source.afterwards or not all(may_overtake(source, each, graph) for each in letting):
        return
    holder = letting[0]
    too_late = all(comes_after(each, source, graph) for each in letting)
    yield Finding(
        at=delivery.site,
        message=f"{holder}, which lets {delivery.by} in, is made only after {source}"
        if too_late
        else f"{source} does not wait for {holder}, without which it is refused",
        related=(Note(holder.at(), f"lets {delivery.by} in"),),
        error=delivery.error if too_late else None,
        hint=f"write what {holder} names of {source} without a reference to it, and let {source} depend on {holder}"
        if too_late
        else f"let {source} depend on {holder}",
        verdict=Verdict.REFUSED if too_late else Verdict.WEAK,
    )


def one_per_source(deliveries: Iterator[Delivery]) -> Iterator[Delivery]:
    """The first by each service for each resource that tells it to: what keeps it from one keeps it from the others."""
    told: set[tuple[str, Resource]] = set()
    for delivery in deliveries:
        if (known := (delivery.by, delivery.site.resource)) not in told:
            told.add(known)
            yield delivery


def _decide(target: Resource, guard: Guard, delivery: Delivery) -> Decision:
    decision = _best(target, guard, delivery, delivery.sends)
    if decision.decision == "undecided" and delivery.likely:
        probable = _best(target, guard, delivery, {**delivery.likely, **delivery.sends})
        return probable if probable.allowed else decision
    return decision


def _best(target: Resource, guard: Guard, delivery: Delivery, sends: Circumstances) -> Decision:
    context: dict[str, str | Unknown] = {key.lower(): value for key, value in sends.items()}
    context |= {"aws:securetransport": "true", "aws:principalisawsservice": "true"}
    for key in condition_keys(guard.document) - context.keys() - delivery.silent_on:
        context[key] = Unknown(f"whether {delivery.by} sends {key} is not documented")
    requests = (
        Request(name, delivery.action, target.arn or "*", resource_account=target.account, context=context)
        for name in (delivery.by, *delivery.also_known_as)
    )
    decisions = [evaluate(each, resource_policy=guard.document) for each in requests]
    return min(decisions, key=lambda each: _RANK.index(each.decision))


def _finding(target: Resource, near: list[Guard], decisions: list[Decision], delivery: Delivery) -> Finding:
    denied = any(decision.decision == "explicitly_denied" for decision in decisions)
    declared = [guard for guard in near if guard.holder]
    listed = next((guard.statements for guard in declared if guard.statements and _is_list(guard.document)), None)
    statement: Value = {
        "Effect": "Allow",
        "Principal": {"Service": delivery.by},
        "Action": delivery.action,
        "Resource": _arn(target),
        **({"Condition": delivery.only} if delivery.only else {}),
    }
    fix = Fix(f"allow {delivery.by} {delivery.action}", listed, append=statement) if listed and not denied else None
    return Finding(
        at=delivery.site,
        message=f"{delivery.by} may not call {delivery.action} {delivery.purpose}"
        + ("" if declared else f": {target} has no policy of its own"),
        related=tuple(_near_misses(near, decisions)),
        error=delivery.error,
        fix=fix,
        hint="" if fix else "a statement denies it: change that one" if denied else _add(target, delivery),
        verdict=delivery.verdict,
    )


def _near_misses(near: list[Guard], decisions: list[Decision]) -> Iterator[Note]:
    """Policies that name the service and still do not admit it, each with what failed."""
    for guard, decision in zip(near, decisions, strict=True):
        for miss in decision.unmatched:
            if guard.holder and miss.element not in ("Principal", "NotPrincipal"):
                steps = ("PolicyDocument", "Statement", miss.statement.number) if guard.statements else ()
                yield Note(guard.holder.at(*steps), f"does not apply: {miss.because}")


def _add(target: Resource, delivery: Delivery) -> str:
    holder = {"sns": "AWS::SNS::TopicPolicy", "sqs": "AWS::SQS::QueuePolicy", "lambda": "AWS::Lambda::Permission"}
    return f"add an {holder[delivery.action.partition(':')[0]]} for {target}: {delivery.action} by {delivery.by}"


def _is_list(document: Value) -> bool:
    return isinstance(document, Mapping) and isinstance(document.get("Statement"), tuple)


def _arn(target: Resource) -> Text:
    """The target's ARN by a reference to it, on which its policy depends anyway."""
    return Text(str(target.arn), (Ref(target.name, "Arn" if target.type.startswith("AWS::SQS") else None),))
