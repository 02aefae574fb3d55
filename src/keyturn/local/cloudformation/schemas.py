"""Resources held against the schemas of their types, as CloudFormation does before it makes them."""

from __future__ import annotations

from keyturn.checks.evidence.schema import objects
from keyturn.checks.type_unknown import SERVERLESS, left_as_they_are
from keyturn.facts import resource_types
from keyturn.graph import Graph, Resource
from keyturn.local.cloudformation.refusal import Failed, validation
from keyturn.local.cloudformation.types import kind


def check(resource: Resource) -> None:
    """
    See whether a resource has the properties that it must have, and no others.

    Raises:
        Failed: It has not.
    """
    for path, value, described in objects(resource):
        for name in value:
            if name not in described.of:
                raise Failed(resource_types.unknown_property(name).message)
        for name in described.needs:
            if value.get(name) is None:
                raise Failed(resource_types.missing_property(resource.name, path, name).message)


def check_types(graph: Graph) -> None:
    """
    See whether there are such types: those that AWS has and the local one has not are another matter.

    Raises:
        Refused: There are not.
    """
    named = {resource.type for resource in graph if resource.type.startswith("AWS::")}
    serverless = {name for name in named if name.startswith(SERVERLESS) and left_as_they_are(graph)}
    missing = {name for name in named if not resource_types.exists(name) and kind(name) is None}
    if unknown := sorted(serverless | missing):
        raise validation(resource_types.unknown_types(*unknown).message)
