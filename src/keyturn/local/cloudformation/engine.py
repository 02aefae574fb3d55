"""
What becomes of a stack: created, updated, deleted, rolled back; each in a thread of its own, as AWS does it while others look on.

Source: CloudFormation user guide, "Stack failure options", "Stack status codes" and "Update behaviors of stack resources".
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from keyturn.graph import Graph
from keyturn.local.clock import Clock
from keyturn.local.cloudformation.builder import Builder
from keyturn.local.cloudformation.providers import Providers
from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.stack import Made, Stack
from keyturn.local.cloudformation.types import kind
from keyturn.read.order import order


class Engine:
    """Works on stacks in the background."""

    def __init__(
        self,
        clock: Clock,
        client: Callable[[str, str], Any],
        exports: Callable[[str], Mapping[str, str]],
        exporter: Callable[[str, str], Stack | None],
        importers: Callable[[str, str], list[str]],
        providers: Providers,
    ) -> None:
        """
        Args:
            client: Makes boto3 clients, for a service and a region.
            exports: What the stacks of a region export.
            exporter: Which one does, by region and name.
            importers: Which ones use an export.
            providers: Make custom resources.
        """
        self._clock = clock
        self._client = client
        self._exports = exports
        self._exporter = exporter
        self._importers = importers
        self._providers = providers
        self._working: dict[str, tuple[threading.Thread, Builder]] = {}
        self._stopped = False

    def stop(self) -> None:
        """Begin nothing more, and wait for what is being done."""
        self._stopped = True
        for thread, builder in [*self._working.values()]:
            builder.cancelled.set()
            thread.join(timeout=30)

    def review(self, stack: Stack) -> None:
        """A stack that a change set is to make: nothing is begun, and its first event says so."""
        self._builder(stack).say("REVIEW_IN_PROGRESS", "User Initiated")

    def say(self, stack: Stack, status: str, reason: str) -> None:
        """Something that happens to a stack without work."""
        self._builder(stack).say(status, reason)

    def create(self, stack: Stack) -> None:
        self._start(stack, self._create)

    def delete(self, stack: Stack, retained: frozenset[str] = frozenset()) -> None:
        """
        Args:
            retained: The logical names of resources to leave.
        """
        if found := self._working.get(stack.id):
            found[1].cancelled.set()
        self._start(stack, lambda builder: self._delete(builder, retained))

    def roll_back(self, stack: Stack, skipped: frozenset[str] = frozenset()) -> None:
        """
        Undo what has failed: a creation, an update, or the undoing of one.

        Args:
            skipped: The logical names of resources to leave as they are.
        """
        from keyturn.local.cloudformation.update import roll_back

        def work(builder: Builder) -> None:
            builder.say(stack.status, "User Initiated")
            if stack.undo is None:
                self._remove_all(builder, "ROLLBACK", rollback=True)
            else:
                roll_back(builder, skipped)

        self._start(stack, work)

    def halt(self, stack: Stack) -> None:
        """Have an update rolled back that is under way."""
        if found := self._working.get(stack.id):
            found[1].halted.set()

    def update(self, stack: Stack, wanted: Stack) -> None:
        """
        Args:
            wanted: What the stack is to be: its template, parameters, tags.
        """
        from keyturn.local.cloudformation.update import update

        self._start(stack, lambda builder: update(builder, wanted))

    def _builder(self, stack: Stack) -> Builder:
        region = stack.graph.region
        return Builder(
            stack,
            self._clock,
            lambda service: self._client(service, region),
            lambda: self._exports(region),
            lambda name: self._exporter(region, name),
            lambda name: self._importers(region, name),
            self._providers,
        )

    def _start(self, stack: Stack, work: Callable[[Builder], None]) -> None:
        before = self._working.get(stack.id)
        builder = self._builder(stack)

        def run() -> None:
            if before is not None:
                before[0].join()
            try:
                work(builder)
            finally:
                if self._working.get(stack.id) == (thread, builder):
                    del self._working[stack.id]

        thread = threading.Thread(target=run, name=f"keyturn-stack-{stack.name}", daemon=True)
        self._working[stack.id] = (thread, builder)
        thread.start()

    def _create(self, builder: Builder) -> None:
        stack = builder.stack
        builder.say("CREATE_IN_PROGRESS", "User Initiated")
        failed = self._make_all(builder, stack.graph)
        if builder.cancelled.is_set():
            return
        if failed is None:
            failed = settle_outputs(builder)
        if failed is None:
            builder.say("CREATE_COMPLETE")
            return
        told = (
            f"The following resource(s) failed to create: [{failed}]. "
            if failed in stack.graph.resources
            else f"{failed.rstrip('.')}. "
        )
        match stack.on_failure:
            case "DO_NOTHING":
                builder.say("CREATE_FAILED", told)
            case "DELETE":
                builder.say("DELETE_IN_PROGRESS", told + "Delete requested by user.")
                self._remove_all(builder, "DELETE", rollback=True)
            case _:
                builder.say("ROLLBACK_IN_PROGRESS", told + "Rollback requested by user.")
                self._remove_all(builder, "ROLLBACK", rollback=True)

    def _make_all(self, builder: Builder, graph: Graph) -> str | None:
        """Make every resource; the name of the one that failed, else None."""
        resources = order(graph)
        for resource in resources:  # all types are known, or nothing is begun
            if kind(resource.type) is None:
                builder.create(resource)
                return resource.name
        for resource in resources:
            if builder.cancelled.is_set():
                return None
            if not builder.create(resource):
                return resource.name
        return None

    def _delete(self, builder: Builder, retained: frozenset[str]) -> None:
        if self._stopped:
            return
        builder.say("DELETE_IN_PROGRESS", "User Initiated")
        self._remove_all(builder, "DELETE", retained=retained)

    def _remove_all(
        self, builder: Builder, prefix: str, *, rollback: bool = False, retained: frozenset[str] = frozenset()
    ) -> None:
        stack = builder.stack
        left: list[Made] = []
        former = [*stack.undo.replaced, *stack.undo.left] if stack.undo else []
        for made in reversed([*former, *stack.resources.values()]):
            if made.status == "DELETE_COMPLETE":  # a rollback has removed it
                continue
            if made.logical in retained:
                builder.tell(made, "DELETE_SKIPPED")
            elif not builder.delete(made, rollback=rollback):
                left.append(made)
        if left:
            names = ", ".join(made.logical for made in left)
            builder.say(f"{prefix}_FAILED", f"The following resource(s) failed to delete: [{names}].")
            return
        stack.outputs, stack.exports, stack.imports = {}, {}, set()
        if prefix == "DELETE":
            stack.deleted = self._clock.now()
            stack.undo = None
        builder.say(f"{prefix}_COMPLETE")


def settle_outputs(builder: Builder) -> str | None:
    """Work out the outputs of a stack that stands; what is wrong with them, else None."""
    stack = builder.stack
    outputs: dict[str, str] = {}
    exports: dict[str, str] = {}
    before = {exported: stack.outputs.get(name) for name, exported in stack.exports.items()}
    try:
        for name, output in stack.graph.outputs.items():
            value = builder.lookup.resolve(output.value)
            outputs[name] = value if isinstance(value, str) else str(value)
            if output.export is not None:
                exports[name] = str(builder.lookup.resolve(output.export))
                builder.lookup.check_export(exports[name])
        now = {exported: outputs[name] for name, exported in exports.items()}
        for exported, value in before.items():
            if now.get(exported) != value:
                builder.lookup.check_unused(exported, "update" if exported in now else "delete")
    except Failed as failed:
        return str(failed)
    stack.outputs = outputs
    stack.exports = exports
    return None
