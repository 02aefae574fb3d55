"""Whether a property is given at all, where what it will be is not known."""

from __future__ import annotations

from keyturn.graph import Graph, Ref, Resource, Text, Unknown, Value


def given(resource: Resource, *path: str | int) -> bool:
    """Whether a property has a value, known or not: one that is looked up at deployment is there, one that may be left out is not."""
    value = resource.get(*path)
    return value is not None and not (isinstance(value, Unknown) and value.source is None)


def off(resource: Resource, *path: str | int) -> bool:
    """Whether a switch is known to be off, or not set."""
    value = resource.get(*path)
    return value is None or str(value).lower() == "false"


def empty_parameter(value: Value, graph: Graph) -> str:
    """The parameter that a text is made of and that has no text by default: another will be given; empty where there is none."""
    named = [part.name for part in value.parts if isinstance(part, Ref)] if isinstance(value, Text) else []
    declared = [(name, graph.parameters[name]) for name in named if name in graph.parameters]
    return next((name for name, each in declared if each.given is None and each.value == ""), "")
