"""What depends on what: the order in which resources are made."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Mapping, Sequence

from keyturn.graph import Graph, Resource
from keyturn.problem import Problem
from keyturn.read.resolve import references


class Cycle(Problem):
    """Declarations that wait for each other; `names` go round, the first not repeated."""

    def __init__(self, names: Sequence[str]) -> None:
        told = (
            f"{names[0]} depends on itself"
            if len(names) == 1
            else f"{' -> '.join([*names, names[0]])} depend on each other in a circle"
        )
        super().__init__(told)
        self.names = tuple(names)


def dependencies(resource: Resource) -> tuple[str, ...]:
    """The names that a resource refers to or is declared to depend on, in the order of their mention; parameters among them."""
    mentioned = [ref.name for ref in references(resource.properties)]
    return tuple(dict.fromkeys([*resource.depends_on, *mentioned]))


def order(graph: Graph) -> list[Resource]:
    """
    The resources, each after all that it depends on; where that leaves a choice, as declared.

    Raises:
        Cycle: There is no such order.
    """
    needs = {name: dependencies(resource) for name, resource in graph.resources.items()}
    return [graph.resources[name] for name in ordered(needs)]


def ordered(needs: Mapping[str, Collection[str]]) -> list[str]:
    """
    Names, each after all that it needs; where that leaves a choice, in the given order. Needs that are not among the names are left aside.

    Raises:
        Cycle: There is no such order.
    """
    rank = {name: index for index, name in enumerate(needs)}
    waiting = {name: {need for need in needed if need in rank} for name, needed in needs.items()}
    dependents: dict[str, list[str]] = {}
    for name, needed in waiting.items():
        for need in needed:
            dependents.setdefault(need, []).append(name)
    ready = [rank[name] for name, needed in waiting.items() if not needed]
    names = list(needs)
    done: list[str] = []
    while ready:
        name = names[heapq.heappop(ready)]
        done.append(name)
        for dependent in dependents.get(name, ()):
            waiting[dependent].discard(name)
            if not waiting[dependent]:
                heapq.heappush(ready, rank[dependent])
    if len(done) < len(names):
        raise Cycle(_circle({name: needed for name, needed in waiting.items() if needed}, rank))
    return done


def _circle(waiting: Mapping[str, set[str]], rank: Mapping[str, int]) -> list[str]:
    """One circle among names each of which waits for another."""
    walked: list[str] = []
    name = min(waiting, key=rank.__getitem__)
    while name not in walked:
        walked.append(name)
        name = min(waiting[name], key=rank.__getitem__)
    circle = walked[walked.index(name) :]
    first = circle.index(min(circle, key=rank.__getitem__))
    return circle[first:] + circle[:first]
