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
    queue = _Queue(needs)
    queue.run()
    if queue.waiting:
        raise Cycle(queue.circle())
    return queue.done


def unravelled(needs: Mapping[str, Collection[str]]) -> list[str]:
    """The same; of every circle the first name goes without the next."""
    queue = _Queue(needs)
    queue.run()
    while queue.waiting:
        first, *others = queue.circle()
        queue.release(first, (others or [first])[0])
        queue.run()
    return queue.done


class _Queue:
    """
    Names, placed as soon as all that they need is.

    Attributes:
        done: Those that are placed.
        waiting: What each of the others still needs.
    """

    def __init__(self, needs: Mapping[str, Collection[str]]) -> None:
        self.names = list(needs)
        self.rank = rank = {name: index for index, name in enumerate(needs)}
        needed = {name: {need for need in each if need in rank} for name, each in needs.items()}
        self.waiting = {name: each for name, each in needed.items() if each}
        self.dependents: dict[str, list[str]] = {}
        for name, each in self.waiting.items():
            for need in each:
                self.dependents.setdefault(need, []).append(name)
        self.ready = [rank[name] for name, each in needed.items() if not each]
        self.done: list[str] = []
        self._first = 0

    def run(self) -> None:
        while self.ready:
            name = self.names[heapq.heappop(self.ready)]
            self.done.append(name)
            for dependent in self.dependents.get(name, ()):
                self.release(dependent, name)

    def release(self, name: str, need: str) -> None:
        """Let a name wait no longer for one that it needs."""
        if (needed := self.waiting.get(name)) is None:
            return
        needed.discard(need)
        if not needed:
            del self.waiting[name]
            heapq.heappush(self.ready, self.rank[name])

    def circle(self) -> list[str]:
        """One circle among the names that wait, as all of them do for another that waits."""
        while self.names[self._first] not in self.waiting:
            self._first += 1
        walked: dict[str, int] = {}
        name = self.names[self._first]
        while name not in walked:
            walked[name] = len(walked)
            name = min(self.waiting[name], key=self.rank.__getitem__)
        circle = list(walked)[walked[name] :]
        first = circle.index(min(circle, key=self.rank.__getitem__))
        return circle[first:] + circle[:first]
