"""
A resource is of a type that CloudFormation does not have.

Types are written exactly as CloudFormation has them, capital letters and all: `AWS::EC2::NatGateway`, not `AWS::EC2::NATGateway`. Not every
thing that an API can make is a type. SAM's are none either: its transform makes them into those that are, where the template declares it.

Fix: take the type that was meant, or declare the transform.

Why it matters: CloudFormation does not accept the template at all.

Scope: types of AWS's own; of those that are like no other, which may be new, it says that it does not know them

Noticed: when the stack is created, before anything is made

Recovery: change the type and deploy again

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Undecided, Verdict, check
from keyturn.facts import resource_types
from keyturn.graph import Graph, Resource
from keyturn.resembling import resembling

SERVERLESS = "AWS::Serverless::"
SAM = "AWS::Serverless-2016-10-31"
PLAIN = frozenset(("AWS::LanguageExtensions", "AWS::SecretsManager-2020-07-23", "AWS::SecretsManager-2024-09-16"))
"""Transforms that leave SAM's types as they are; those that are not known may do as SAM's does."""
CDK = "AWS::CDK::"
"""What the CDK writes of itself, which is always allowed."""


def left_as_they_are(graph: Graph) -> bool:
    """Whether no transform of a template may make SAM's types into others."""
    return PLAIN.issuperset(graph.transforms)


@check(verdict=Verdict.REFUSED)
def type_unknown(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    type_ = resource.type
    if type_.startswith(SERVERLESS):
        if left_as_they_are(graph):
            message = f"{type_} is SAM's, whose transform the template does not declare"
            hint = f"declare `Transform: {SAM}`"
            yield Finding(at=resource.at(), message=message, error=resource_types.unknown_types(type_), hint=hint)
        return
    if not type_.startswith("AWS::") or type_.startswith(CDK) or resource_types.exists(type_):
        return
    plain = {each.lower(): each for each in resource_types.types()}
    meant = plain.get(resembling(type_.lower(), plain, 0.92))
    if meant is None:
        yield Undecided(
            resource.at(), f"on {resource_types.day()} there was no type {type_}; it may have been added since"
        )
        return
    yield Finding(
        at=resource.at(),
        message=f"there is no type {type_}",
        error=resource_types.unknown_types(type_),
        hint=f"did you mean {meant}?",
    )
