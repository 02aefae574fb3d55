"""
The operations on stacks that are under way or have got stuck: call off, roll back, go on with rolling back.

Source: CloudFormation API reference, CancelUpdateStack, RollbackStack and ContinueUpdateRollback.
"""

from __future__ import annotations

from typing import Any

from keyturn.local.call import Call, Handler
from keyturn.local.clock import Clock
from keyturn.local.cloudformation.engine import Engine
from keyturn.local.cloudformation.refusal import validation
from keyturn.local.cloudformation.shelf import Shelf
from keyturn.local.cloudformation.stack import Stack


class Rescue:
    def __init__(self, clock: Clock, shelf: Shelf, engine: Engine) -> None:
        self._clock = clock
        self._shelf = shelf
        self._engine = engine

    def operations(self) -> dict[str, Handler]:
        return {
            "CancelUpdateStack": self._cancel,
            "ContinueUpdateRollback": self._continue,
            "RollbackStack": self._roll_back,
        }

    def _cancel(self, call: Call, parameters: dict[str, Any]) -> None:
        stack = self._shelf.get(call.region, parameters["StackName"])
        if stack.status != "UPDATE_IN_PROGRESS":
            raise validation("CancelUpdateStack cannot be called from current stack status")
        self._engine.halt(stack)

    def _roll_back(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        stack = self._shelf.get(call.region, parameters["StackName"])
        if stack.status not in ("CREATE_FAILED", "UPDATE_FAILED"):
            raise validation(f"Stack:{stack.id} is in {stack.status} state and can not be rolled back.")
        created = stack.undo is None
        return self._begin(stack, "ROLLBACK_IN_PROGRESS" if created else "UPDATE_ROLLBACK_IN_PROGRESS")

    def _continue(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        stack = self._shelf.get(call.region, parameters["StackName"])
        if stack.status != "UPDATE_ROLLBACK_FAILED" or stack.undo is None:
            raise validation(f"Stack:{stack.id} is in {stack.status} state and can not continue a rollback.")
        skipped = frozenset(parameters.get("ResourcesToSkip") or ())
        failed = {made.logical for made in stack.resources.values() if made.status == "UPDATE_FAILED"}
        if wrong := sorted(skipped - failed):
            raise validation(
                f"The resources to skip must have failed to be rolled back; [{', '.join(wrong)}] have not."
            )
        return self._begin(stack, "UPDATE_ROLLBACK_IN_PROGRESS", skipped)

    def _begin(self, stack: Stack, status: str, skipped: frozenset[str] = frozenset()) -> dict[str, Any]:
        stack.status, stack.updated = status, self._clock.now()
        self._engine.roll_back(stack, skipped)
        return {"StackId": stack.id}
