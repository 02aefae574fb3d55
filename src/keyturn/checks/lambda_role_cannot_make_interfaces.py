"""
The role of a function in a VPC may not make the function's network interfaces.

Lambda connects a function to a VPC by network interfaces, which it makes with the rights of the function's role. It looks when the
function is created, and refuses a role that may not.

Fix: allow the role `ec2:CreateNetworkInterface`, `ec2:DescribeNetworkInterfaces` and `ec2:DeleteNetworkInterface`, or attach
`service-role/AWSLambdaVPCAccessExecutionRole`. Let the function depend on a policy that is declared by itself, or it may come too late.

Why it matters: the function is not created, and the stack is rolled back.

Scope: functions with a VpcConfig whose role is declared beside them

Noticed: at deployment, when the function is created

Recovery: allow the calls and deploy again

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.network import in_vpc
from keyturn.checks.evidence.requests import Role
from keyturn.checks.evidence.roles import role_of
from keyturn.facts import functions
from keyturn.graph import Graph, Resource
from keyturn.policy import Malformed


@check("AWS::Lambda::Function", verdict=Verdict.REFUSED)
def lambda_role_cannot_make_interfaces(function: Resource, graph: Graph) -> Iterator[Outcome]:
    if not in_vpc(function):
        return
    declared = role_of(function, graph)
    if declared is None:
        yield Undecided(function.at("Role"), "the function's role is not declared here")
        return
    role = Role.of(declared, graph)
    interface = f"arn:{function.partition}:ec2:{function.region}:{function.account}:network-interface/eni-0"
    silent = functions.INTERFACE_CALLS_ARE_SILENT_ON
    try:
        decisions = {
            call: role.may(call, "*" if "Describe" in call else interface, None, {}, silent)
            for call in functions.INTERFACE_CALLS
        }
    except Malformed as error:
        yield Undecided(declared.at(), f"a policy of {declared} is malformed: {error}")
        return
    denied = [call for call, decision in decisions.items() if decision.decision.endswith("denied")]
    if denied:
        yield _finding(function, role, denied)
    elif open_ := next((each for each in decisions.values() if not each.allowed), None):
        yield Undecided(declared.at(), open_.because)


def _finding(function: Resource, role: Role, denied: list[str]) -> Finding:
    listed = role.own_statements
    return Finding(
        at=function.at("Role"),
        message=f"{function} is in a VPC, and its role {role.resource} may not call {', '.join(denied)}",
        related=(Note(role.resource.at(), "the role"),),
        error=functions.cannot_make_interfaces(denied[0]),
        fix=Fix(
            f"allow {', '.join(denied)}",
            listed,
            append={"Effect": "Allow", "Action": tuple(denied), "Resource": "*"},
        )
        if listed
        else None,
        hint="" if listed else "attach the managed policy service-role/AWSLambdaVPCAccessExecutionRole",
    )
