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

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.trust import trust
from keyturn.facts import functions
from keyturn.graph import Graph, Resource


@check("AWS::Lambda::Function", verdict=Verdict.REFUSED)
def lambda_role_cannot_be_assumed(function: Resource, graph: Graph) -> Iterator[Outcome]:
    yield from trust(function, ("Role",), functions.PRINCIPAL, graph, functions.cannot_be_assumed())
