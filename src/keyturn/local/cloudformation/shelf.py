"""All stacks of an account, by region: also those that are gone, which can be asked for by their id."""

from __future__ import annotations

import threading

from keyturn.local.cloudformation.refusal import does_not_exist
from keyturn.local.cloudformation.stack import Stack


class Shelf:
    """
    Holds the stacks.

    Attributes:
        lock: Held by whoever adds one.
    """

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._regions: dict[str, dict[str, Stack]] = {}

    def kept(self) -> dict[str, dict[str, Stack]]:
        """All of them, by region and id."""
        return self._regions

    def resume(self, kept: dict[str, dict[str, Stack]]) -> None:
        """Take up what was kept; what was under way has failed."""
        self._regions.update(kept)
        for stacks in kept.values():
            for stack in stacks.values():
                if stack.busy:
                    stack.status = stack.status.replace("_IN_PROGRESS", "_FAILED").replace("_CLEANUP_FAILED", "")
                    stack.reason = "the local AWS was stopped meanwhile"

    def everywhere(self) -> list[Stack]:
        """The stacks of all regions that are not gone."""
        with self.lock:
            return [stack for stacks in self._regions.values() for stack in stacks.values() if not stack.gone]

    def all(self, region: str) -> list[Stack]:
        """In the order of their making."""
        with self.lock:
            return [*self._regions.get(region, {}).values()]

    def add(self, region: str, stack: Stack) -> None:
        with self.lock:
            self._regions.setdefault(region, {})[stack.id] = stack

    def remove(self, region: str, stack: Stack) -> None:
        with self.lock:
            self._regions.get(region, {}).pop(stack.id, None)

    def named(self, region: str, name: str) -> Stack | None:
        """The stack of a name that is not gone."""
        return next((stack for stack in self.all(region) if stack.name == name and not stack.gone), None)

    def find(self, region: str, named: str) -> Stack | None:
        """A stack by its id, or by its name if it is not gone."""
        with self.lock:
            return self._regions.get(region, {}).get(named) or self.named(region, named)

    def get(self, region: str, named: str) -> Stack:
        """
        As `find`.

        Raises:
            Refused: There is none.
        """
        found = self.find(region, named)
        if found is None:
            raise does_not_exist(named)
        return found

    def parent(self, region: str, nested: Stack) -> Stack | None:
        """The stack that this one is a resource of."""
        holders = (each for each in self.all(region) if each is not nested and each.holds(nested.id))
        return next(holders, None)

    def exports(self, region: str) -> dict[str, str]:
        """What the stacks of a region export, by name."""
        return {name: stack.outputs[output] for stack in self.all(region) for output, name in stack.exports.items()}

    def exporter(self, region: str, name: str) -> Stack | None:
        """The stack that exports under a name."""
        return next((stack for stack in self.all(region) if name in stack.exports.values()), None)

    def importers(self, region: str, export: str) -> list[str]:
        """The names of the stacks that use an export."""
        return [stack.name for stack in self.all(region) if not stack.gone and export in stack.imports]
