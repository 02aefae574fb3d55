"""What is made before what."""

from __future__ import annotations

from keyturn.graph import Graph, Resource
from keyturn.read.order import dependencies


def comes_after(later: Resource, earlier: Resource, graph: Graph) -> bool:
    """Whether one resource is made only when the other is there, by reference or declaration, directly or by way of others."""
    waiting, seen = [later.name], {later.name}
    while waiting:
        if resource := graph.resources.get(waiting.pop()):
            needs = set(dependencies(resource)) - seen
            if earlier.name in needs:
                return True
            waiting.extend(needs)
            seen |= needs
    return False
