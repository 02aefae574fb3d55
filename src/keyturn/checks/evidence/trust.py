"""May a service assume the role that it is given? The role's trust policy is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict
from keyturn.checks.evidence.documents import parsed
from keyturn.checks.evidence.keys import Circumstances, on_behalf_of
from keyturn.checks.evidence.roles import condition_keys
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Path, Resource, Unknown, Value
from keyturn.policy import Decision, Document, Faults, Request, Sort, evaluate

TRUST = "AssumeRolePolicyDocument"
_REGION_OF_ARN = re.compile(r"\barn:[\w-]+:[\w-]+:([a-z]+(?:-[a-z]+)+-[0-9]):")


def trust(
    holder: Resource,
    path: Path,
    service: str,
    graph: Graph,
    error: AwsError | None = None,
    verdict: Verdict | None = None,
    *also: str,
    sends: Circumstances | None = None,
) -> Iterator[Outcome]:
    """
    Tell of a role that does not let a service assume it; silence means that it does, or that it is not declared here.

    Args:
        holder, path: What has the role, and the property that names it.
        error: What AWS answers.
        also: Other names under which the service is let in.
        sends: What it is documented to send; of the rest only what is likely is known.
    """
    role = graph.follow(holder, *path, types=("AWS::IAM::Role",))
    if role is None or role.get(TRUST) is None:
        return
    document = parsed(role, (TRUST,), Sort.RESOURCE)
    if isinstance(document, Faults):
        return  # Told by iam-policy-malformed.
    names = (service, *also)
    decisions = [_decide(name, role, document, sends or {}) for name in names]
    if any(decision.allowed for decision in decisions):
        return
    # Firehose sends the account as external id.
    likely = on_behalf_of(holder) | {"sts:ExternalId": holder.account} | dict(sends or {})
    if any(_decide(name, role, document, likely).allowed for name in names):
        return
    if open_ := next((each for each in decisions if each.decision == "undecided"), None):
        yield Undecided(role.at(TRUST), open_.because)
        return
    elsewhere = rf"{re.escape(service.removesuffix('.amazonaws.com'))}\.[a-z0-9-]+\.amazonaws\.com"
    if found := re.search(elsewhere, str(role.get(TRUST))):
        yield Undecided(role.at(TRUST), f"it lets {found[0]} in; whether the stack will be in that region is not known")
        return
    if region := _other_region(holder.region, names, role, document, likely):
        yield Undecided(
            role.at(TRUST), f"it lets {service} in for {region}; whether the stack will be there is not known"
        )
        return
    unmet = {
        miss.statement.number: miss for each in decisions for miss in each.unmatched if miss.element == "Condition"
    }
    listed = (
        not unmet and isinstance(role.get(TRUST, "Statement"), tuple) and decisions[0].decision == "implicitly_denied"
    )
    statement: Value = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    yield Finding(
        at=role.at(TRUST),
        message=f"{service} may not assume {role}, which {holder} gives it",
        related=(
            Note(holder.at(*path), f"used here, by {holder}"),
            *(Note(role.at(TRUST, "Statement", at), f"does not apply: {miss.because}") for at, miss in unmet.items()),
        ),
        error=error,
        fix=Fix(f"let {service} assume it", role.at(TRUST, "Statement"), append=statement) if listed else None,
        hint=""
        if listed
        else f"change the condition: {service} does not meet it"
        if unmet
        else f"let {service} assume it",
        verdict=verdict,
    )


def _other_region(
    region: str, names: tuple[str, ...], role: Resource, document: Document, sends: Circumstances
) -> str | None:
    """A region that the trust policy names in an ARN, and in which it would let the service in."""
    source = sends["aws:SourceArn"]
    named: set[str] = set(_REGION_OF_ARN.findall(str(role.get(TRUST))))
    if isinstance(source, Unknown):
        return None
    for other in sorted(named - {region}):
        there = dict(sends) | {"aws:SourceArn": source.replace(f":{region}:", f":{other}:", 1)}
        if any(_decide(name, role, document, there).allowed for name in names):
            return other
    return None


def _decide(service: str, role: Resource, document: Document, sends: Circumstances) -> Decision:
    """Decide with what a service is likely to send; all else that the policy asks for is unknown."""
    context: dict[str, str | Unknown] = {key.lower(): value for key, value in sends.items()}
    for key in condition_keys(role.get(TRUST)) - context.keys():
        context[key] = Unknown(f"whether {service} sends {key} is not documented")
    request = Request(service, "sts:AssumeRole", role.arn or "*", resource_account=role.account, context=context)
    return evaluate(request, resource_policy=document)
