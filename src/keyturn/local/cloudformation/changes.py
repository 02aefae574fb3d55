"""
Change sets: what a request would change, looked at first and carried out later.

Source: CloudFormation API reference, CreateChangeSet, DescribeChangeSet and ExecuteChangeSet.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from keyturn.facts.partitions import partition
from keyturn.graph import Resource
from keyturn.local.call import Call, Handler, Refused
from keyturn.local.clock import Clock
from keyturn.local.cloudformation import described
from keyturn.local.cloudformation.engine import Engine
from keyturn.local.cloudformation.refusal import does_not_exist, validation
from keyturn.local.cloudformation.shelf import Shelf
from keyturn.local.cloudformation.stack import Stack

NOTHING = "The submitted information didn't contain changes. Submit different information to create a change set."


class Prepare(Protocol):
    def __call__(
        self, call: Call, parameters: Mapping[str, Any], before: Stack | None, *, changing: bool = False
    ) -> Stack: ...


@dataclass(slots=True)
class ChangeSet:
    """
    One change set.

    Attributes:
        kind: `CREATE` or `UPDATE`.
        stack: The stack that it is for, as it stands.
        wanted: What it is to be.
    """

    id: str
    name: str
    kind: str
    stack: Stack
    wanted: Stack
    created: datetime
    description: str | None = None
    status: str = "CREATE_COMPLETE"
    reason: str | None = None
    execution: str = "AVAILABLE"
    changes: list[dict[str, Any]] = field(default_factory=list)


class ChangeSets:
    """All change sets of an account."""

    def __init__(self, clock: Clock, shelf: Shelf, engine: Engine, prepare: Prepare) -> None:
        self._clock = clock
        self._shelf = shelf
        self._engine = engine
        self._prepare = prepare
        self._sets: dict[str, ChangeSet] = {}

    def operations(self) -> dict[str, Handler]:
        return {
            "CreateChangeSet": self._create,
            "DescribeChangeSet": self._describe,
            "ExecuteChangeSet": self._execute,
            "DeleteChangeSet": self._delete,
            "ListChangeSets": self._list,
        }

    def get(self, call: Call, named: str, stack: str | None) -> ChangeSet:
        """
        A change set by its id, or its name and that of its stack.

        Raises:
            Refused: There is none.
        """
        found = self._sets.get(named)
        if found is None and stack is not None:
            holder = self._shelf.find(call.region, stack)
            if holder is None:
                raise does_not_exist(stack)
            mine = [each for each in self._sets.values() if each.stack is holder and each.name == named]
            found = mine[-1] if mine else None
        if found is None:
            raise Refused("ChangeSetNotFound", f"ChangeSet [{named}] does not exist", 404)
        return found

    def _create(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        kind = parameters.get("ChangeSetType") or "UPDATE"
        if kind == "IMPORT" or parameters.get("ResourcesToImport"):
            raise NotImplementedError("the local AWS does not import resources into stacks")
        name = parameters["StackName"]
        standing = self._shelf.find(call.region, name)
        if standing is not None and standing.gone:
            standing = None
        if kind == "CREATE" and standing is not None and standing.status != "REVIEW_IN_PROGRESS":
            raise validation(
                f"Stack [{name}] already exists and cannot be created again with the changeSet [{parameters['ChangeSetName']}]."
            )
        if kind == "UPDATE" and (standing is None or standing.status == "REVIEW_IN_PROGRESS"):
            raise validation(f"Stack [{name}] does not exist")
        if standing is not None:
            standing.check_changeable()
            if any(each.stack is standing and each.name == parameters["ChangeSetName"] for each in self._sets.values()):
                raise Refused("AlreadyExistsException", f"ChangeSet {parameters['ChangeSetName']} already exists")
        wanted = self._prepare(call, parameters, standing, changing=True)
        stack = standing or wanted
        if standing is None:
            self._shelf.add(call.region, wanted)
            self._engine.review(wanted)
        made = ChangeSet(
            id=self._new_id(call, parameters["ChangeSetName"]),
            name=parameters["ChangeSetName"],
            kind=kind,
            stack=stack,
            wanted=wanted,
            created=self._clock.now(),
            description=parameters.get("Description"),
            changes=changes({} if kind == "CREATE" else stack.graph.resources, wanted.graph.resources),
        )
        same = (wanted.template, wanted.parameters, wanted.tags) == (stack.template, stack.parameters, stack.tags)
        if kind == "UPDATE" and (same or (not made.changes and wanted.parameters == stack.parameters)):
            made.status, made.reason, made.execution = "FAILED", NOTHING, "UNAVAILABLE"
        self._sets[made.id] = made
        return {"Id": made.id, "StackId": stack.id}

    def _new_id(self, call: Call, name: str) -> str:
        where = f"arn:{partition(call.region).name}:cloudformation:{call.region}:{call.account}"
        return f"{where}:changeSet/{name}/{uuid.uuid4()}"

    def _describe(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        found = self.get(call, parameters["ChangeSetName"], parameters.get("StackName"))
        wanted = found.wanted
        return {
            "ChangeSetName": found.name,
            "ChangeSetId": found.id,
            "StackId": found.stack.id,
            "StackName": found.stack.name,
            "Description": found.description,
            "Parameters": described.stack(wanted)["Parameters"],
            "CreationTime": found.created,
            "ExecutionStatus": found.execution,
            "Status": found.status,
            "StatusReason": found.reason,
            "NotificationARNs": [],
            "Capabilities": list(wanted.capabilities),
            "Tags": [{"Key": key, "Value": value} for key, value in wanted.tags.items()],
            "Changes": found.changes,
            "IncludeNestedStacks": False,
        }

    def _execute(self, call: Call, parameters: dict[str, Any]) -> None:
        found = self.get(call, parameters["ChangeSetName"], parameters.get("StackName"))
        if found.execution != "AVAILABLE":
            raise Refused(
                "InvalidChangeSetStatus",
                f"ChangeSet [{found.id}] cannot be executed in its current status of [{found.status}]",
            )
        if found.kind == "UPDATE":
            found.stack.check_changeable()
        found.execution = "EXECUTE_COMPLETE"
        others = [each for each in self._sets.values() if each.stack is found.stack]
        for each in others:
            del self._sets[each.id]
        if found.kind == "CREATE":
            found.stack.status = "CREATE_IN_PROGRESS"
            self._become(found.stack, found.wanted)
            found.stack.on_failure = _on_failure(parameters, found.wanted.on_failure)
            self._engine.create(found.stack)
        else:
            found.wanted.on_failure = _on_failure(parameters, found.wanted.on_failure)
            found.stack.status, found.stack.updated = "UPDATE_IN_PROGRESS", self._clock.now()
            self._engine.update(found.stack, found.wanted)

    def _become(self, stack: Stack, wanted: Stack) -> None:
        """A stack in review takes what its change set wants."""
        for name in ("template", "graph", "parameters", "tags", "capabilities", "description"):
            setattr(stack, name, getattr(wanted, name))

    def _delete(self, call: Call, parameters: dict[str, Any]) -> None:
        try:
            found = self.get(call, parameters["ChangeSetName"], parameters.get("StackName"))
        except Refused:
            return
        del self._sets[found.id]

    def _list(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        stack = self._shelf.get(call.region, parameters["StackName"])
        found = [each for each in self._sets.values() if each.stack is stack]
        return {
            "Summaries": [
                {
                    "StackId": stack.id,
                    "StackName": stack.name,
                    "ChangeSetId": each.id,
                    "ChangeSetName": each.name,
                    "ExecutionStatus": each.execution,
                    "Status": each.status,
                    "CreationTime": each.created,
                }
                for each in found
            ]
        }


def _on_failure(parameters: dict[str, Any], said: str) -> str:
    """What the execution says, else what the change set was made with."""
    return "DO_NOTHING" if parameters.get("DisableRollback") else said


def changes(before: Mapping[str, Resource], after: Mapping[str, Resource]) -> list[dict[str, Any]]:
    """What is added, changed and removed between two worlds, in the API's shape."""
    told: list[dict[str, Any]] = []
    for name, resource in after.items():
        if name not in before:
            told.append(_change("Add", resource))
        elif resource.type != before[name].type or resource.properties != before[name].properties:
            told.append(_change("Modify", resource))
    return told + [_change("Remove", resource) for name, resource in before.items() if name not in after]


def _change(action: str, resource: Resource) -> dict[str, Any]:
    about = {
        "Action": action,
        "LogicalResourceId": resource.name,
        "ResourceType": resource.type,
        "Details": [],
        "Scope": [],
    }
    if action == "Modify":
        about |= {"Replacement": "Conditional", "Scope": ["Properties"]}
    return {"Type": "Resource", "ResourceChange": about}
