"""
A function is given an environment variable whose name Lambda does not take.

Names begin with a letter, go on with letters, digits and underscores, and have at least two characters. Elsewhere more is allowed, so
that names come with hyphens and dots from other programs, or as `A` from an example.

Fix: give it another name, in the code too.

Why it matters: the function is not created, and the stack is rolled back.

Scope: every Lambda function with environment variables

Noticed: at deployment, when the function is created or changed

Recovery: change the name and deploy again

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
  https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.facts import functions
from keyturn.graph import Graph, Resource


@check("AWS::Lambda::Function", verdict=Verdict.REFUSED)
def lambda_variable_malformed(function: Resource, graph: Graph) -> Iterator[Outcome]:
    variables = function.get("Environment", "Variables")
    for name in functions.malformed(variables) if isinstance(variables, Mapping) else ():
        plain = re.sub(r"[^a-zA-Z0-9]+", "_", name).strip("_")
        yield Finding(
            at=function.at("Environment", "Variables", name),
            message=f"`{name}` is no name of an environment variable of Lambda's",
            error=functions.MALFORMED_VARIABLE,
            hint=f"call it {plain}, in the code too"
            if functions.VARIABLE.fullmatch(plain)
            else "a letter, then letters, digits and underscores: two characters at least",
        )
