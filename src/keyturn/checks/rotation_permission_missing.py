"""
A secret is to be rotated by a function that Secrets Manager may not invoke.

Secrets Manager invokes the function as itself, the service principal `secretsmanager.amazonaws.com`. Only the function's own policy can
let it: no role and no key has a say. It looks when rotation is turned on, and refuses a function that does not admit it.

Fix: give the function an `AWS::Lambda::Permission` with the action `lambda:InvokeFunction` and the principal
`secretsmanager.amazonaws.com`, for this account (`SourceAccount`), and let the rotation schedule depend on it.

Why it matters: everything else of the rotation is made first, so this failure comes last, and all of it is rolled back.

Scope: every rotation schedule whose function is declared beside it

Noticed: at deployment, when the rotation schedule is created

Recovery: add the permission and deploy again; the secret's value is untouched

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.functions import arn_of, function_named, permissions, statement, unsure
from keyturn.checks.evidence.rotators import rotator_of
from keyturn.facts import rotation
from keyturn.graph import Graph, Resource, Site, Unknown
from keyturn.policy import BadRequest, Decision, Malformed, Request, evaluate


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.REFUSED)
def rotation_permission_missing(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    named = schedule.get("RotationLambdaARN")
    if named is None:
        return
    function = function_named(named, graph)
    if function is None and rotator_of(schedule, graph) is not None:
        return  # AWS's own functions bring their permission with them.
    if function is None:
        because = (
            named.because if isinstance(named, Unknown) else "the function, and so its policy, is not declared here"
        )
        yield Undecided(schedule.at("RotationLambdaARN"), because)
        return
    near = list(permissions(function, graph))
    try:
        decisions = [decide(schedule, function, permission, graph) for permission in near]
    except (Malformed, BadRequest) as error:
        yield Undecided(schedule.at("RotationLambdaARN"), f"a permission of {function} is malformed: {error}")
        return
    if any(decision.allowed for decision in decisions):
        return
    if open_ := next((each for each in decisions if each.decision == "undecided"), None):
        yield Undecided(schedule.at("RotationLambdaARN"), open_.because)
        return
    if unseen := graph.handed_on(function):
        yield Undecided(schedule.at("RotationLambdaARN"), unseen)
        return
    yield _finding(schedule, function, near, decisions)


def decide(schedule: Resource, function: Resource, permission: Resource, graph: Graph) -> Decision:
    """Whether a permission lets Secrets Manager invoke a function for the secret of a schedule."""
    arn = arn_of(function)
    policy: object = unsure(permission, function, graph)
    if policy is None:
        policy = {"Version": "2012-10-17", "Statement": (statement(permission, function),)}
    secret = schedule.get("SecretId")
    context = {
        "aws:SourceAccount": schedule.account,
        "aws:SourceArn": secret if isinstance(secret, str | Unknown) else Unknown("no secret is named"),
    }
    request = Request(rotation.PRINCIPAL, rotation.INVOKE, arn, resource_account=function.account, context=context)
    return evaluate(request, resource_policy=policy)


def _finding(schedule: Resource, function: Resource, near: list[Resource], decisions: list[Decision]) -> Finding:
    misses = [(each, miss) for each, decision in zip(near, decisions, strict=True) for miss in decision.unmatched]
    meant = [
        (permission, miss)
        for permission, miss in misses
        if miss.element != "Principal" or "secretsmanager" in str(permission.get("Principal"))
    ]
    fix = next((fix for permission, miss in meant if (fix := _fix(permission, miss.element, schedule))), None)
    return Finding(
        at=schedule.at("RotationLambdaARN"),
        message=f"{rotation.PRINCIPAL} may not invoke {function}: "
        + ("its permission does not apply" if meant else "no permission lets it"),
        related=tuple(Note(permission.at(), f"does not apply: {miss.because}") for permission, miss in meant),
        error=rotation.cannot_invoke(),
        fix=fix,
        hint="" if fix else f"add {_wanted(function)}",
    )


def _wanted(function: Resource) -> str:
    who = f"{rotation.INVOKE} by {rotation.PRINCIPAL}"
    return f"an AWS::Lambda::Permission for {function}: {who}, with this account as SourceAccount"


def _fix(permission: Resource, element: str, schedule: Resource) -> Fix | None:
    """How to mend a permission that was meant for Secrets Manager."""
    at: Site
    if element == "Principal":
        at = permission.at("Principal")
        return Fix(f"name {rotation.PRINCIPAL}", at, replace=rotation.PRINCIPAL)
    if element == "Action":
        return Fix(f"allow {rotation.INVOKE}", permission.at("Action"), replace=rotation.INVOKE)
    secret = schedule.get("SecretId")
    if element == "Condition" and permission.get("SourceArn") not in (None, secret) and isinstance(secret, str):
        return Fix("name this secret", permission.at("SourceArn"), replace=secret, risk="it no longer admits the other")
    return None
