"""What is made before what."""

from __future__ import annotations

from keyturn.graph import Graph, Resource
from keyturn.read.order import dependencies


def needs(resource: Resource, graph: Graph) -> frozenset[str]:
    """The logical names of all that is made before a resource, by reference or declaration, directly or by way of others."""
    waiting, seen = [resource.name], {resource.name}
    while waiting:
        if found := graph.resources.get(waiting.pop()):
            new = set(dependencies(found)) - seen
            waiting.extend(new)
            seen |= new
    return frozenset(seen - {resource.name})


def comes_after(later: Resource, earlier: Resource, graph: Graph) -> bool:
    """Whether one resource is made only when the other is there."""
    return earlier.name in needs(later, graph)
