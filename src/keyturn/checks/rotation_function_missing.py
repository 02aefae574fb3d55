"""
A secret is to be rotated, and nothing says by what.

A rotation schedule needs a function that rotates: its ARN, or a hosted one that the transform
`AWS::SecretsManager-2020-07-23` (or a later one) makes. Without either, Secrets Manager refuses the schedule, unless the service that
manages the secret rotates it, as RDS does with its master secrets. The ARN of something else is refused too. A function's name, which
`Ref` gives, is fine: AWS's own page recommends it.

Fix: give `RotationLambdaARN`, or `HostedRotationLambda` with the transform.

Why it matters: a schedule reads as if the secret were rotated.

Scope: every rotation schedule

Noticed: at deployment, when the rotation schedule is created

Recovery: name the function and deploy again; the secret's value is untouched

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-rotationschedule.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.functions import function_named
from keyturn.facts import rotation
from keyturn.graph import Graph, Resource

_FUNCTION_ARN = re.compile(r"arn:[\w-]+:lambda:[a-z0-9-]+:\d{12}:function:[\w$-]+(:[\w$-]+)?")


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.REFUSED)
def rotation_function_missing(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    named, rules = schedule.get("RotationLambdaARN"), schedule.get("RotationRules")
    if named is None and schedule.get("HostedRotationLambda") is None:
        secret = graph.follow(schedule, "SecretId", types=("AWS::SecretsManager::Secret",))
        # A secret that is not declared here may have a function already, or be rotated by the service that manages it.
        if secret is not None and rules is not None and secret.get("Type") is None:
            yield Finding(
                at=schedule.at(),
                message=f"{schedule} names no function that rotates {secret}",
                error=rotation.no_function(),
                hint="give RotationLambdaARN, or HostedRotationLambda with its transform",
            )
    elif isinstance(named, str) and not _FUNCTION_ARN.fullmatch(named) and not function_named(named, graph):
        other = graph.find(named)
        if other is None and not named.startswith("arn:"):
            return  # It may be the name of a function that is declared elsewhere.
        yield Finding(
            at=schedule.at("RotationLambdaARN"),
            message=f"{other} is an {other.type}, not a function" if other else f"`{named}` is no function's ARN",
            hint="give the ARN of a function",
        )
