"""
A managed policy of AWS is named that does not exist.

Managed policies have a path, which is part of their ARN: `policy/service-role/AWSLambdaBasicExecutionRole` exists,
`policy/AWSLambdaBasicExecutionRole` does not. Some were withdrawn, as `service-role/AWSConfigRole` was for
`service-role/AWS_ConfigRole`; and those under `aws-service-role/` belong to service-linked roles alone.

Fix: name the policy that exists.

Why it matters: the role is not created, nor what depends on it, and the stack is rolled back.

Scope: every role, user and group with managed policies of AWS; names that are not known, and are like no other, are not judged, for AWS
adds policies every week

Noticed: at deployment, when the role is created

Recovery: name the policy that exists and deploy again

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Undecided, Verdict, check
from keyturn.facts import managed_policies
from keyturn.graph import Graph, Ref, Resource, Site, Text

_AWS_OWN = re.compile(r"arn:[\w-]+:iam::aws:policy/(.+)")


@check("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group", verdict=Verdict.REFUSED)
def iam_managed_policy_missing(holder: Resource, graph: Graph) -> Iterator[Outcome]:
    listed = holder.get("ManagedPolicyArns")
    named = [
        (arn, holder.at("ManagedPolicyArns", index))
        for index, arn in enumerate(listed if isinstance(listed, tuple) else ())
    ]
    if (boundary := holder.get("PermissionsBoundary")) is not None:
        named.append((boundary, holder.at("PermissionsBoundary")))
    for arn, at in named:
        if isinstance(arn, str) and (match := _AWS_OWN.fullmatch(arn)):
            yield from _judge(str(arn), match[1], at)


def _judge(arn: str, name: str, at: Site) -> Iterator[Outcome]:
    if managed_policies.for_services_only(name):
        yield Finding(
            at,
            f"{name} can be attached to service-linked roles only",
            error=managed_policies.NOT_ATTACHABLE,
            hint="leave it out: the service's own role has it",
        )
    elif name not in managed_policies.names():
        meant = managed_policies.meant(name)
        if meant is None:
            day = managed_policies.DATA_DAY
            yield Undecided(at, f"on {day} AWS had no managed policy {name}; it may have been added since")
        elif managed_policies.for_services_only(meant):
            yield Undecided(at, f"AWS has no managed policy {name}, only {meant}")
        else:
            right = Text(arn.removesuffix(name) + meant, ("arn:", Ref("AWS::Partition"), f":iam::aws:policy/{meant}"))
            yield Finding(
                at,
                f"AWS has no managed policy {name}; it is {meant}",
                error=managed_policies.missing(arn),
                fix=Fix(f"name {meant}", at, replace=right),
            )
