"""A stack: what was asked for, what stands, and what happened on the way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from keyturn.graph import Graph
from keyturn.local.cloudformation.refusal import validation

FIXED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED", "UPDATE_ROLLBACK_FAILED")
"""States from which a stack cannot be updated."""


@dataclass(slots=True)
class Made:
    """
    A resource that stands.

    Attributes:
        identity: What `Ref` gives.
        attributes: What `Fn::GetAtt` gives.
        properties: What it was made with, references resolved.
        policies: What its template says beside that, e.g. `DeletionPolicy`.
    """

    logical: str
    type: str
    identity: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict, repr=False)
    status: str = "CREATE_IN_PROGRESS"
    reason: str = ""
    changed: datetime | None = None
    policies: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a resource, or to the stack itself."""

    time: datetime
    logical: str
    physical: str
    type: str
    status: str
    reason: str = ""
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(slots=True)
class Undo:
    """
    What an update has done that has not come to its end, so that it can be undone.

    Attributes:
        before: The stack as it stood.
        new: What was made, in its order.
        changed: What was changed, as it was before.
        replaced: What was made anew, as it was before.
        left: What custom resources have put another thing in place of, as it was before.
    """

    before: Stack
    new: list[Made] = field(default_factory=list)
    changed: list[Made] = field(default_factory=list)
    replaced: list[Made] = field(default_factory=list)
    left: list[Made] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Stack:
    """
    One stack.

    Attributes:
        graph: What its template declares, as it is or is to be.
        resources: What has been made, in the order of its making.
        parameters: As given.
        on_failure: `ROLLBACK`, `DELETE` or `DO_NOTHING`.
        exports: The names under which outputs are exported, by output.
        imports: The names of other stacks' exports that it has used.
        policy: Which updates it lets through; of a stack that is wanted, only for the time of the update.
        undo: Of an update that has failed and is not rolled back.
    """

    id: str
    name: str
    template: str
    graph: Graph
    created: datetime
    parameters: dict[str, str] = field(default_factory=dict, repr=False)
    tags: dict[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    description: str = ""
    status: str = "REVIEW_IN_PROGRESS"
    reason: str = ""
    on_failure: str = "ROLLBACK"
    protected: bool = False
    updated: datetime | None = None
    deleted: datetime | None = None
    resources: dict[str, Made] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    exports: dict[str, str] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)
    policy: str | None = field(default=None, repr=False)
    undo: Undo | None = field(default=None, repr=False)

    @property
    def busy(self) -> bool:
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    @property
    def gone(self) -> bool:
        return self.status == "DELETE_COMPLETE"

    def check_changeable(self) -> None:
        """
        See whether the stack can be updated as it stands.

        Raises:
            Refused: It can only be deleted, or something is being done about it.
        """
        if self.busy or self.status in FIXED:
            raise validation(f"Stack:{self.id} is in {self.status} state and can not be updated.")

    def holds(self, identity: str) -> bool:
        """Whether one of its resources is called so."""
        return any(made.identity == identity for made in self.resources.values())
