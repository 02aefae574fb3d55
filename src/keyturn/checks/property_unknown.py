"""
A resource has a property that its type does not have.

CloudFormation takes no property that it does not know, wherever it stands in a resource: a misspelt name, one of another type, one of
Terraform's or of an API's, or one that was put a level too high or too low.

Fix: use the name that the type's page has.

Why it matters: the resource is refused, and the stack is rolled back.

Scope: every resource of AWS's own types, down to the innermost object whose properties are fixed

Noticed: at deployment, when the resource is created

Recovery: change the name and deploy again

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.schema import innermost, objects
from keyturn.facts.resource_types import Kind, unknown_property
from keyturn.graph import Graph, Resource
from keyturn.resembling import resembling


@check(verdict=Verdict.REFUSED)
def property_unknown(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    for path, value, kind in objects(resource):
        if value.keys() <= kind.of.keys():
            continue
        for name in value.keys() - kind.of.keys():
            meant = _meant(name, kind)
            yield Finding(
                at=resource.at(*path, name),
                message=f"{innermost(path) or resource.type} has no property `{name}`",
                error=unknown_property(name),
                hint=f"did you mean `{meant}`?" if meant else f"it has {', '.join(sorted(kind.of)[:6])} …",
            )


def _meant(name: str, kind: Kind) -> str:
    """The property that was meant, by its letters whatever their case; empty if none is alike."""
    plain = {each.lower(): each for each in kind.of}
    return plain.get(resembling(name.lower().replace("_", ""), plain, 0.8), "")
