"""
A trail's event selector has an ARN with a wildcard.

Data resources are named by the beginning of their ARN: `arn:aws:s3:::orders/` stands for all objects of a bucket, `arn:aws:s3`
for those of all buckets, `arn:aws:lambda` for all functions. A `*` is no wildcard there, and CloudTrail refuses it.

Fix: leave the `*` out, and end with the slash.

Why it matters: the trail is not created, and the stack is rolled back.

Scope: event selectors of trails; advanced event selectors have rules of their own

Noticed: at deployment, when the trail is created

Recovery: change the value and deploy again

Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource, Text, Value

KINDS = {"AWS::S3::Object": "s3", "AWS::Lambda::Function": "lambda", "AWS::DynamoDB::Table": "dynamodb"}


@check("AWS::CloudTrail::Trail", verdict=Verdict.REFUSED)
def cloudtrail_selector_invalid(trail: Resource, graph: Graph) -> Iterator[Outcome]:
    for selector in range(_length(trail.get("EventSelectors"))):
        for index in range(_length(trail.get("EventSelectors", selector, "DataResources"))):
            path = ("EventSelectors", selector, "DataResources", index)
            service = KINDS.get(str(trail.get(*path, "Type")))
            for place in range(_length(trail.get(*path, "Values")) if service else 0):
                value, at = trail.get(*path, "Values", place), trail.at(*path, "Values", place)
                if isinstance(value, str) and "*" in value:
                    right = _without(value, f"arn:{trail.partition}:{service}")
                    yield Finding(
                        at=at,
                        message=f"`{value}` has a `*`, and event selectors know no wildcards",
                        error=AwsError(
                            "InvalidEventSelectorsException", f"Value {value} for DataResources.Values is invalid."
                        ),
                        fix=Fix(f"take {right}", at, replace=right) if right else None,
                        hint="" if right else "name resources by the beginning of their ARN, without a wildcard",
                    )


def _without(value: str, everything: str) -> str | None:
    """The value that was meant; None when that is not certain."""
    if value.partition("*")[0].rstrip(":/") == everything:
        return everything
    if not value.endswith("/*") or value.count("*") > 1:
        return None
    if isinstance(value, Text) and isinstance(value.parts[-1], str) and value.parts[-1].endswith("*"):
        return Text(str(value)[:-1], (*value.parts[:-1], value.parts[-1][:-1]))
    return str(value)[:-1]


def _length(value: Value) -> int:
    return len(value) if isinstance(value, tuple) else 0
