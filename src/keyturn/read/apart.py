"""
Policies that Terraform and Pulumi have as a property, and CloudFormation as a resource of its own: a topic's, a queue's, a bucket's.
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from keyturn.graph import Ref, Resource, Text
from keyturn.read.convert import Converted
from keyturn.read.identity import identify
from keyturn.read.pulumi.marks import Marks
from keyturn.read.world import World


def apart(
    converted: Converted, resource: Resource, world: World, marks: Marks, taken: Container[str]
) -> Iterator[Resource]:
    """The resources that stand apart from this one, each under a name that is not taken."""
    for rule, policy in converted.apart:
        name, number = f"{resource.name}Policy", 2
        while name in taken:
            name, number = f"{resource.name}Policy{number}", number + 1
        identity = resource.identity
        named = Text(identity, (Ref(resource.name),)) if isinstance(identity, str) else identity
        properties = {rule.of: (named,) if rule.listed else named, rule.to: marks.read(policy)}
        known = identify(name, rule.type, properties, world)
        yield Resource(
            name=name,
            type=rule.type,
            properties=properties,
            place=resource.places.get((rule.type, rule.to), resource.place),
            places={path[1:]: place for path, place in resource.places.items() if path[0] == rule.type},
            identity=known.identity,
            arn=known.arn,
            attributes=known.attributes,
            region=resource.region,
            account=resource.account,
            partition=resource.partition,
            label=resource.label,
        )
