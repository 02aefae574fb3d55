"""Each object within a resource that its type's schema describes, and what the schema says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from keyturn.facts.resource_types import Kind, kinds
from keyturn.graph import Path, Resource, Value
from keyturn.memory import memoized

OPEN = ("AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Macro")
"""What they may have is not AWS's to say."""


class Described(NamedTuple):
    """An object, where it stands, and what it may have."""

    path: Path
    value: Mapping[str, Value]
    kind: Kind


@memoized
def objects(resource: Resource) -> Sequence[Described]:
    """The objects within a resource; the resource itself is the first."""
    found: list[Described] = []
    if resource.type not in OPEN and (described := kinds(resource.type)):
        _gather(resource.properties, "", described, (), found)
    return found


def _gather(value: Value, name: str, described: Mapping[str, Kind], path: Path, found: list[Described]) -> None:
    if name.startswith("["):
        for index, each in enumerate(value if isinstance(value, tuple) else ()):
            _gather(each, name[1:], described, (*path, index), found)
    elif isinstance(value, Mapping) and (kind := described.get(name)):
        found.append(Described(path, value, kind))
        for property_, each in value.items():
            if inner := kind.of.get(property_):
                _gather(each, inner, described, (*path, property_), found)


def innermost(path: Path) -> str:
    """The name of the property that holds an object, or a list of such; empty for the resource itself."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")
