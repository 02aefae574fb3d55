"""
A function is given an environment variable that Lambda sets itself.

Names such as `AWS_REGION` and `AWS_LAMBDA_FUNCTION_NAME` are reserved: Lambda sets them for every function, with the right value, and
refuses a function that brings its own.

Fix: leave the variable out, and read the one that Lambda sets; give it another name when another value is meant.

Why it matters: the function is not created, and the stack is rolled back.

Scope: every Lambda function with environment variables

Noticed: at deployment, when the function is created

Recovery: leave the variable out and deploy again

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.facts import functions
from keyturn.graph import Graph, Resource


@check("AWS::Lambda::Function", verdict=Verdict.REFUSED)
def lambda_reserved_variable(function: Resource, graph: Graph) -> Iterator[Outcome]:
    variables = function.get("Environment", "Variables")
    if not isinstance(variables, Mapping):
        return
    if names := [name for name in variables if name in functions.RESERVED_VARIABLES]:
        yield Finding(
            at=function.at("Environment", "Variables", names[0]),
            message=f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} reserved: Lambda sets such variables itself",
            error=functions.reserved(names),
            hint="leave it out: functions find it there anyway",
        )
