"""
A function's role does not trust Lambda.

A function runs as its role, which Lambda assumes as `lambda.amazonaws.com`. The role's trust policy has to let it: what the role's other
policies allow does not matter until then.

Fix: let `lambda.amazonaws.com` assume the role.

Why it matters: the function is not created, and the stack is rolled back.

Scope: functions whose role is declared beside them

Noticed: at deployment, when the function is created

Recovery: change the trust policy and deploy again

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.roles import condition_keys, role_of
from keyturn.facts import functions
from keyturn.graph import Graph, Resource, Unknown, Value
from keyturn.policy import Malformed, Request, evaluate

TRUST: Mapping[str, Value] = {
    "Effect": "Allow",
    "Principal": {"Service": functions.PRINCIPAL},
    "Action": "sts:AssumeRole",
}


@check("AWS::Lambda::Function", verdict=Verdict.REFUSED)
def lambda_role_cannot_be_assumed(function: Resource, graph: Graph) -> Iterator[Outcome]:
    role = role_of(function, graph)
    if role is None or not role.get("AssumeRolePolicyDocument"):
        return
    trust = role.get("AssumeRolePolicyDocument")
    at = role.at("AssumeRolePolicyDocument")
    context = {key: Unknown(f"what Lambda sends as {key} is not documented") for key in condition_keys(trust)}
    request = Request(
        functions.PRINCIPAL, "sts:AssumeRole", str(role.arn), resource_account=role.account, context=context
    )
    try:
        decision = evaluate(request, resource_policy=trust)
    except Malformed as error:
        yield Undecided(at, f"the trust policy is malformed: {error}")
        return
    if decision.decision == "undecided":
        yield Undecided(at, decision.because)
    elif not decision.allowed:
        listed = isinstance(role.get("AssumeRolePolicyDocument", "Statement"), tuple)
        mendable = listed and decision.decision == "implicitly_denied"
        yield Finding(
            at=at,
            message=f"{role}, as which {function} is to run, does not let {functions.PRINCIPAL} assume it",
            related=(Note(function.at("Role"), f"used here, by {function}"),),
            error=functions.cannot_be_assumed(),
            fix=Fix(f"trust {functions.PRINCIPAL}", role.at("AssumeRolePolicyDocument", "Statement"), append=TRUST)
            if mendable
            else None,
            hint="" if mendable else f"let {functions.PRINCIPAL} call sts:AssumeRole",
        )
