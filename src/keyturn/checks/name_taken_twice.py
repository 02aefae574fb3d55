"""
Two resources of one kind have the same name.

The second of them is refused, for the first one has it already. A name is often chosen twice by a copied block, or by a name that
parameters make the same.

Fix: give one of them another name, or none: AWS then chooses one.

Why it matters: the second one is not created, and the stack is rolled back.

Scope: resources with names of their own, by type, within one stack

Noticed: at deployment, when the second one is created

Recovery: change the name and deploy again

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.facts import names
from keyturn.graph import Graph, Resource
from keyturn.memory import memoized

SHARED = ("AWS::EC2::SecurityGroup", "AWS::Events::Rule", "AWS::EKS::FargateProfile")
"""Their names are for one VPC, bus or cluster only."""
KINDS = tuple(type_ for type_ in names.RULES if type_ not in SHARED)


@check(*KINDS, verdict=Verdict.REFUSED)
def name_taken_twice(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    property_ = names.RULES[resource.type].property
    name = resource.get(property_)
    if not isinstance(name, str):
        return
    other = _first(graph)[_key(resource, name)]
    if other is not resource:
        yield Finding(
            at=resource.at(property_),
            message=f"`{name}` is the name of {other} already",
            related=(Note(other.at(property_), "the same name"),),
            hint="give one of them another name, or none",
        )


@memoized
def _first(graph: Graph) -> Mapping[tuple[str, ...], Resource]:
    """The first resource of each type and name."""
    found: dict[tuple[str, ...], Resource] = {}
    for resource in graph.of_type(*KINDS):
        if isinstance(name := resource.get(names.RULES[resource.type].property), str):
            found.setdefault(_key(resource, name), resource)
    return found


def _key(resource: Resource, name: str) -> tuple[str, ...]:
    return resource.type, str(name), resource.region, resource.account
