"""
A resource lacks a property that its type must have.

What a type must have, CloudFormation asks for before it asks the service; so it does within objects and lists.

Fix: give the property.

Why it matters: the resource is refused, and the stack is rolled back.

Scope: every resource of AWS's own types, as far as what it has is known

Noticed: at deployment, when the resource is created

Recovery: add the property and deploy again

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.schema import innermost, objects
from keyturn.facts.resource_types import missing_property
from keyturn.graph import Graph, Resource


@check(verdict=Verdict.REFUSED)
def property_missing(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    for path, value, kind in objects(resource):
        for name in kind.needs:
            if value.get(name) is None and not _maybe_left_out(resource, graph):
                yield Finding(
                    at=resource.at(*path),
                    message=f"{innermost(path) or resource} needs `{name}`, and does not have it",
                    error=missing_property(resource.name, path, name),
                    hint=f"give it {name}",
                )


def _maybe_left_out(resource: Resource, graph: Graph) -> bool:
    """Whether what is missing may be what the reader left out."""
    return any(f"of {resource} is not mapped" in remark.text for remark in graph.remarks)
