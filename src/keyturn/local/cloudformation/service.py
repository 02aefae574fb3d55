"""The operations of CloudFormation on stacks."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.graph import Graph
from keyturn.local.call import Call, Handler, Refused
from keyturn.local.clock import Clock
from keyturn.local.cloudformation import described, templates
from keyturn.local.cloudformation.changes import ChangeSets
from keyturn.local.cloudformation.engine import Engine
from keyturn.local.cloudformation.guards import Guards
from keyturn.local.cloudformation.providers import Providers
from keyturn.local.cloudformation.refusal import does_not_exist, validation
from keyturn.local.cloudformation.rescue import Rescue
from keyturn.local.cloudformation.schemas import check_types
from keyturn.local.cloudformation.shelf import Shelf
from keyturn.local.cloudformation.stack import Stack
from keyturn.local.cloudformation.types import kind
from keyturn.read.world import Options

NAME = re.compile(r"[a-zA-Z][-a-zA-Z0-9]{0,127}")


class CloudFormation:
    """The service, for all regions of one account."""

    def __init__(self, account: str, clock: Clock, client: Callable[[str, str], Any], providers: Providers) -> None:
        """
        Args:
            client: Makes boto3 clients, for a service and a region.
            providers: Make custom resources.
        """
        self._account = account
        self._clock = clock
        self._client = client
        self._shelf = Shelf()
        shelf = self._shelf
        self._engine = Engine(clock, client, shelf.exports, shelf.exporter, shelf.importers, providers)
        self._changes = ChangeSets(clock, shelf, self._engine, self.prepare)
        self._guards = Guards(shelf, client)

    def handlers(self) -> dict[str, Handler]:
        own = {
            "CreateStack": self._create,
            "UpdateStack": self._update,
            "DeleteStack": self._delete,
            "DescribeStacks": self._describe,
            "DescribeStackEvents": self._events,
            "DescribeStackResources": self._resources,
            "DescribeStackResource": self._resource,
            "ListStackResources": self._list_resources,
            "ListStacks": self._list,
            "GetTemplate": self._template,
            "GetTemplateSummary": self._summary,
            "ValidateTemplate": self._validate,
            **self._changes.operations(),
            **self._guards.operations(),
            **Rescue(self._clock, self._shelf, self._engine).operations(),
        }
        return {f"cloudformation:{name}": handler for name, handler in own.items()}

    def kept(self) -> dict[str, dict[str, Stack]]:
        """What is to be there again: the stacks."""
        return self._shelf.kept()

    def resume(self, kept: dict[str, dict[str, Stack]]) -> None:
        self._shelf.resume(kept)

    def all(self) -> list[Stack]:
        """The stacks of all regions."""
        return self._shelf.everywhere()

    def stop(self) -> None:
        self._engine.stop()

    def prepare(
        self, call: Call, parameters: Mapping[str, Any], before: Stack | None, *, changing: bool = False
    ) -> Stack:
        """
        What a request wants: a stack that is not begun.

        Args:
            before: The stack as it stands, for a request that changes it.
            changing: Whether the request makes a change set.

        Raises:
            Refused: CloudFormation would not take it.
        """
        name = before.name if before else parameters["StackName"]
        if not NAME.fullmatch(name):
            raise validation(
                f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must satisfy"
                " regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
            )
        body = templates.text(
            parameters, lambda service: self._client(service, call.region), before.template if before else None
        )
        given = _given(parameters, before)
        graph, data = templates.read(body, account=self._account, region=call.region, stack=name, given=given)
        check_types(graph)
        capabilities = tuple(parameters.get("Capabilities") or ())
        templates.check_capabilities(graph, data, capabilities, changing=changing)
        tags = {tag["Key"]: tag["Value"] for tag in parameters.get("Tags") or ()}
        return Stack(
            id=before.id if before else self._new_id(call.region, name),
            name=name,
            template=body,
            graph=graph,
            created=before.created if before else self._clock.now(),
            parameters=given,
            tags=tags if tags or before is None else before.tags,
            capabilities=capabilities,
            description=str(data.get("Description") or ""),
            on_failure=_on_failure(parameters),
            protected=bool(parameters.get("EnableTerminationProtection")),
        )

    def _new_id(self, region: str, name: str) -> str:
        return f"arn:{partition(region).name}:cloudformation:{region}:{self._account}:stack/{name}/{uuid.uuid1()}"

    def _create(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        wanted = self.prepare(call, parameters, None)
        wanted.policy = self._guards.asked(call, parameters)
        with self._shelf.lock:
            if self._shelf.named(call.region, wanted.name) is not None:
                raise Refused("AlreadyExistsException", f"Stack [{wanted.name}] already exists")
            wanted.status = "CREATE_IN_PROGRESS"
            self._shelf.add(call.region, wanted)
        self._engine.create(wanted)
        return {"StackId": wanted.id}

    def _update(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        stack = self._standing(call, parameters["StackName"])
        wanted = self.prepare(call, parameters, stack)
        check_here(wanted)
        new = self._guards.asked(call, parameters)
        wanted.policy = self._guards.asked(call, parameters, "StackPolicyDuringUpdate")
        stack.policy = new or stack.policy
        if (wanted.template, wanted.parameters, wanted.tags) == (stack.template, stack.parameters, stack.tags):
            raise validation("No updates are to be performed.")
        stack.status, stack.updated = "UPDATE_IN_PROGRESS", self._clock.now()
        self._engine.update(stack, wanted)
        return {"StackId": stack.id}

    def _standing(self, call: Call, name: str) -> Stack:
        stack = self._shelf.get(call.region, name)
        stack.check_changeable()
        return stack

    def _delete(self, call: Call, parameters: dict[str, Any]) -> None:
        stack = self._shelf.find(call.region, parameters["StackName"])
        if stack is None or stack.gone:
            return
        if stack.protected:
            raise validation(f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled")
        retained = frozenset(parameters.get("RetainResources") or ())
        _check_retained(stack, retained)
        for export in stack.exports.values():
            if importers := self._shelf.importers(call.region, export):
                told = f"Delete canceled. Cannot delete export {export} as it is in use by {', '.join(importers)}."
                self._engine.say(stack, stack.status, told)
                return
        stack.status = "DELETE_IN_PROGRESS"
        self._engine.delete(stack, retained)

    def _describe(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        if name := parameters.get("StackName"):
            stack = self._shelf.find(call.region, name)
            if stack is None or (stack.gone and name != stack.id):
                raise does_not_exist(name)
            return {"Stacks": [self._described(call, stack)]}
        return {"Stacks": [self._described(call, stack) for stack in self._shelf.all(call.region) if not stack.gone]}

    def _described(self, call: Call, stack: Stack) -> dict[str, Any]:
        return described.stack(stack, self._shelf.parent(call.region, stack))

    def _events(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        return {"StackEvents": described.events(self._shelf.get(call.region, parameters["StackName"]))}

    def _resources(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        if name := parameters.get("StackName"):
            stack = self._shelf.get(call.region, name)
        else:
            identity = parameters.get("PhysicalResourceId")
            holding = (each for each in self._shelf.all(call.region) if each.holds(str(identity)))
            stack = next(holding, None) or _no_stack_for(identity)
        wanted = parameters.get("LogicalResourceId")
        found = [each for each in stack.resources.values() if wanted in (None, each.logical)]
        return {"StackResources": [described.resource(stack, each) for each in found]}

    def _resource(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        stack = self._shelf.get(call.region, parameters["StackName"])
        made = stack.resources.get(parameters["LogicalResourceId"])
        if made is None:
            raise validation(f"Resource {parameters['LogicalResourceId']} does not exist for stack {stack.name}")
        return {"StackResourceDetail": described.resource(stack, made)}

    def _list_resources(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        stack = self._shelf.get(call.region, parameters["StackName"])
        return {"StackResourceSummaries": [described.resource(stack, each) for each in stack.resources.values()]}

    def _list(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        wanted = parameters.get("StackStatusFilter")
        found = [stack for stack in self._shelf.all(call.region) if not wanted or stack.status in wanted]
        return {"StackSummaries": [described.summary(stack) for stack in reversed(found)]}

    def _template(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        if change := parameters.get("ChangeSetName"):
            body = self._changes.get(call, change, parameters.get("StackName")).wanted.template
        else:
            body = self._shelf.get(call.region, parameters["StackName"]).template
        return {"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]}

    def _summary(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        graph, data = self._survey(call, parameters)
        return {
            **_declared(data),
            "Capabilities": templates.needed_capabilities(graph),
            "ResourceTypes": sorted({resource.type for resource in graph}),
            "Version": data.get("AWSTemplateFormatVersion"),
        }

    def _validate(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        graph, data = self._survey(call, parameters)
        return {**_declared(data), "Capabilities": templates.needed_capabilities(graph)}

    def _survey(self, call: Call, parameters: dict[str, Any]) -> tuple[Graph, Mapping[str, Any]]:
        if name := parameters.get("StackName"):
            body = self._shelf.get(call.region, name).template
        else:
            body = templates.text(parameters, lambda service: self._client(service, call.region))
        return templates.survey(body, Options(region=call.region, account=self._account))


def check_here(wanted: Stack) -> None:
    """
    See whether all types are here, before anything is touched.

    Raises:
        Refused: One is not.
    """
    if unknown := sorted({resource.type for resource in wanted.graph if kind(resource.type) is None}):
        raise validation(
            f"Template format error: the local AWS does not have the resource types [{', '.join(unknown)}]"
        )


def _check_retained(stack: Stack, retained: frozenset[str]) -> None:
    """
    See whether resources may be left when a stack is deleted.

    Raises:
        Refused: Its deletion has not failed, or not by them.
    """
    if retained and stack.status != "DELETE_FAILED":
        raise validation(
            f"Resources to retain can be given for a stack in DELETE_FAILED only; {stack.name} is in {stack.status}."
        )
    if any(name not in stack.resources or stack.resources[name].status == "DELETE_COMPLETE" for name in retained):
        raise validation(
            "The specified resources to retain must be in a valid state. Do not specify resources that are in the"
            " DELETE_COMPLETE state."
        )


def _given(parameters: Mapping[str, Any], before: Stack | None) -> dict[str, str]:
    given: dict[str, str] = {}
    for each in parameters.get("Parameters") or ():
        name = each["ParameterKey"]
        if each.get("UsePreviousValue"):
            if before is not None and name in before.parameters:
                given[name] = before.parameters[name]
        else:
            given[name] = each.get("ParameterValue") or ""
    return given


def _on_failure(parameters: Mapping[str, Any]) -> str:
    if "OnFailure" in parameters and "DisableRollback" in parameters:
        raise validation("Only one of DisableRollback and OnFailure can be specified")
    if parameters.get("DisableRollback"):
        return "DO_NOTHING"
    return str(parameters.get("OnFailure") or parameters.get("OnStackFailure") or "ROLLBACK")


def _declared(data: Mapping[str, Any]) -> dict[str, Any]:
    parameters = [
        {
            "ParameterKey": name,
            "ParameterType": each.get("Type", "String"),
            "NoEcho": str(each.get("NoEcho", "false")).lower() == "true",
            **({"DefaultValue": str(each["Default"])} if "Default" in each else {}),
            **({"Description": each["Description"]} if "Description" in each else {}),
            "ParameterConstraints": {"AllowedValues": [str(value) for value in each.get("AllowedValues") or ()]},
        }
        for name, each in (data.get("Parameters") or {}).items()
    ]
    return {"Description": data.get("Description"), "Parameters": parameters}


def _no_stack_for(identity: str | None) -> Stack:
    raise validation(f"Stack for {identity} does not exist")
