"""What is made before what, in one stack and among those that are deployed with it."""

from __future__ import annotations

from keyturn.graph import Graph, Resource
from keyturn.read.order import dependencies

NESTED = "AWS::CloudFormation::Stack"


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
    """Whether one resource is known to be made only when the other is there."""
    late, early = _here(later, graph), _here(earlier, graph)
    return late is not None and early is not None and early.name in needs(late, graph)


def may_overtake(later: Resource, earlier: Resource, graph: Graph) -> bool:
    """
    Whether nothing makes one resource wait for the other.

    In which order stacks are made is their user's to see to, and not known from here: what another stack makes is there in time.
    """
    late, early = _here(later, graph), _here(earlier, graph)
    return late is not None and early is not None and late is not early and early.name not in needs(late, graph)


def _here(resource: Resource, graph: Graph) -> Resource | None:
    """What makes a resource, as this graph orders it: itself, or the nested stack that it is in; None if it is in no stack of these."""
    if graph.holds(resource):
        return resource
    its = next((each for each in graph.beside if each.holds(resource)), None)
    nested = (each for each in graph.of_type(NESTED) if its and _holds(f"{graph.stack}-{each.name}", its.stack))
    return next(nested, None)


def _holds(outer: str, stack: str) -> bool:
    return stack == outer or stack.startswith(f"{outer}-")
