"""
A function calls a service of AWS that it cannot reach from its VPC.

A function in a VPC has no public address. It gets to a service by an interface endpoint for that very service, or out of the VPC by a NAT
gateway or the like. An endpoint for Secrets Manager leads to no other service: a function that calls KMS or RDS itself needs one
for each. (When Secrets Manager decrypts a secret for a function, it is Secrets Manager that calls KMS: for that the function needs no way.)

Fix: add an interface endpoint for the service with private DNS and a group that admits the function on 443; or route its subnets to a NAT
gateway.

Why it matters: the stack deploys, and the function runs into its timeout at the first such call, without a word about networks.

Scope: functions in Python in a VPC that is declared beside them, whose code is at hand; what rotation asks of Secrets Manager has a check
of its own

Noticed: when the call is made first: `Task timed out` in the function's log

Recovery: open the way; nothing has to be deployed anew

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html
  https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence import network
from keyturn.checks.evidence.functions import function_named
from keyturn.checks.evidence.packages import Package, package_of
from keyturn.checks.evidence.rules import Blocked
from keyturn.facts.endpoints import ENDPOINTS
from keyturn.graph import Graph, Resource, Unknown

SCHEDULE = "AWS::SecretsManager::RotationSchedule"


@check("AWS::Lambda::Function", verdict=Verdict.DEAD)
def lambda_no_path_to_service(function: Resource, graph: Graph) -> Iterator[Outcome]:
    package = package_of(function, graph) if network.in_vpc(function) else None
    called = dict(_called(package)) if package else {}
    if any(function_named(each.get("RotationLambdaARN"), graph) is function for each in graph.everywhere(SCHEDULE)):
        called.pop("secretsmanager", None)
    for service, where in called.items():
        match network.to_service(network.placed(function), ENDPOINTS[service], graph):
            case Unknown(because):
                yield Undecided(function.at("VpcConfig"), because)
            case Blocked(because, at, fix, hint):
                yield Finding(
                    at=function.at("VpcConfig"),
                    message=f"{function} calls {service} ({where}), and cannot reach it: {because}",
                    related=(Note(at, f"here, at {at.resource}"),),
                    fix=fix,
                    hint="" if fix else hint,
                )


def _called(package: Package) -> Iterator[tuple[str, str]]:
    """The services that the code makes clients for, by their usual addresses; each with where."""
    for file, tree in package.trees.items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or any(each.arg in (None, "endpoint_url") for each in node.keywords):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0] if node.args else None
            if name in ("client", "resource") and isinstance(first, ast.Constant) and first.value in ENDPOINTS:
                yield str(first.value), f"{file}:{node.lineno}"
