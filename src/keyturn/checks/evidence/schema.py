"""Each object within a resource that its type's schema describes, and what the schema says of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.facts.resource_types import Kind, kinds
from keyturn.graph import Path, Resource, Value

OPEN = ("AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Macro")
"""What they may have is not AWS's to say."""


def objects(resource: Resource) -> Iterator[tuple[Path, Mapping[str, Value], Kind]]:
    """Where each object stands, what it has, and what it may have; the resource itself is the first."""
    if resource.type not in OPEN and (described := kinds(resource.type)):
        yield from _within(resource.properties, "", described, ())


def _within(
    value: Value, name: str, described: Mapping[str, Kind], path: Path
) -> Iterator[tuple[Path, Mapping[str, Value], Kind]]:
    if name.startswith("["):
        for index, each in enumerate(value if isinstance(value, tuple) else ()):
            yield from _within(each, name[1:], described, (*path, index))
    elif isinstance(value, Mapping) and (kind := described.get(name)):
        yield path, value, kind
        for property_, each in value.items():
            if inner := kind.of.get(property_):
                yield from _within(each, inner, described, (*path, property_))


def innermost(path: Path) -> str:
    """The name of the property that holds an object, or a list of such; empty for the resource itself."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")
