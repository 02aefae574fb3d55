"""Makes, changes and removes the resources of one stack, one after the other, and writes down what happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from keyturn.facts import replacements
from keyturn.facts.partitions import partition
from keyturn.graph import Resource
from keyturn.local.clock import Clock
from keyturn.local.cloudformation import schemas
from keyturn.local.cloudformation.lookup import Lookup
from keyturn.local.cloudformation.noticed import Noticed
from keyturn.local.cloudformation.providers import Providers
from keyturn.local.cloudformation.refusal import Failed, handler_error
from keyturn.local.cloudformation.stack import Event, Made, Stack
from keyturn.local.cloudformation.types import kind
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, Taken
from keyturn.read.functions import FunctionError

STACK = "AWS::CloudFormation::Stack"
TICK = timedelta(milliseconds=1)
GONE = ("NotFound", "NoSuch", "DoesNotExist", "NonExistent", "Fault")
"""What the codes of errors have in them that say that a thing is not there."""


class Builder:
    """Works on one stack."""

    def __init__(
        self,
        stack: Stack,
        clock: Clock,
        client: Callable[[str], Any],
        exports: Callable[[], Mapping[str, str]],
        exporter: Callable[[str], Stack | None],
        importers: Callable[[str], list[str]],
        providers: Providers,
    ) -> None:
        """
        Args:
            client: Makes boto3 clients for the stack's region, with the rights that the stack has.
            providers: Make custom resources.

        `cancelled` is set when nobody waits for the work any more, `halted` when an update is to be rolled back.
        """
        self.stack = stack
        self.cancelled = threading.Event()
        self.halted = threading.Event()
        self._clock = clock
        self._client = client
        self._providers = providers
        self.lookup = Lookup(stack, client, exports, exporter, importers)

    def say(self, status: str, reason: str = "") -> None:
        """The stack itself comes to a status."""
        stack = self.stack
        stack.events.append(Event(self._moment(), stack.name, stack.id, STACK, status, reason))
        stack.status, stack.reason = status, reason

    def tell(self, made: Made, status: str, reason: str = "") -> None:
        """A resource comes to a status."""
        made.status, made.reason, made.changed = status, reason, self._moment()
        self.stack.events.append(Event(made.changed, made.logical, made.identity, made.type, status, reason))

    def _moment(self) -> datetime:
        """Now, and later than the last event: clients put events in order by their times, which are told in milliseconds."""
        now = self._clock.now()
        return max(now, self.stack.events[-1].time + TICK) if self.stack.events else now

    def create(self, resource: Resource) -> bool:
        """Make a resource; whether that went well."""
        made = Made(resource.name, resource.type, policies=resource.metadata)
        self.stack.resources[resource.name] = made
        self.tell(made, "CREATE_IN_PROGRESS")
        return self._make(resource, made, "CREATE")

    def replace(self, resource: Resource, properties: Mapping[str, Any]) -> bool:
        """Make a resource anew beside the old one, which stays for whoever cleans up."""
        former = self.stack.resources[resource.name]
        made = Made(resource.name, resource.type, properties=properties, policies=resource.metadata)
        self.stack.resources[resource.name] = made
        told = "Requested update requires the creation of a new physical resource; hence creating one."
        self.tell(made, "UPDATE_IN_PROGRESS", told)
        return self._make(resource, made, "UPDATE", former)

    def _make(self, resource: Resource, made: Made, doing: str, former: Made | None = None) -> bool:
        noticed = Noticed()
        held = kept(former.properties, made.properties) if former and former.type == made.type else {}

        def work() -> Result:
            how = self._kind(resource.type)
            schemas.check(resource)
            made.properties = self.lookup.resolve(resource.properties)
            noticed.update(made.properties)
            try:
                return how.create(self._place(made, held), noticed)
            except Taken as taken:
                raise Failed(collision(str(taken), made.type, former.properties if former else {}, noticed)) from None

        result = self._attempt(made, f"{doing}_FAILED", work)
        if result is None:
            return False
        made.identity, made.attributes = result.identity, result.attributes or {}
        self.tell(made, f"{doing}_IN_PROGRESS", "Resource creation Initiated")
        passed_over = ", ".join(noticed.passed_over)
        self.tell(made, f"{doing}_COMPLETE", f"the local AWS takes no notice of {passed_over}" if passed_over else "")
        return True

    def replaces(self, resource: Resource, made: Made, properties: Mapping[str, Any]) -> bool:
        """Whether it is certain, before anything is done, that a resource has to be made anew."""
        differing = changed(made.properties, properties)
        return made.type != resource.type or bool(differing & replacements.always(made.type))

    def change(self, resource: Resource, properties: Mapping[str, Any]) -> bool | None:
        """Bring a resource to new properties; None: it has to be made anew."""
        made = self.stack.resources[resource.name]
        update = self._kind(resource.type).update
        if update is None or self.replaces(resource, made, properties):
            return None
        before = made.properties
        self.tell(made, "UPDATE_IN_PROGRESS")
        replaced = False

        def work() -> Result | None:
            nonlocal replaced
            schemas.check(resource)
            result = update(self._place(made), made.identity, before, properties)
            replaced = result is None
            return result

        result = self._attempt(made, "UPDATE_FAILED", work)
        if replaced:
            return None
        if result is None:
            return False
        made.properties, made.identity = properties, result.identity
        if result.attributes is not None:
            made.attributes = result.attributes
        self.tell(made, "UPDATE_COMPLETE")
        return True

    def delete(self, made: Made, *, rollback: bool = False, replaced: bool = False) -> bool:
        """
        Remove a resource, unless its template wants it kept; whether it is gone.

        Args:
            replaced: Whether another one has taken its place.
        """
        if not made.identity:  # it was never made
            return True
        policy = made.policies.get("UpdateReplacePolicy" if replaced else "DeletionPolicy")
        if policy == "Retain" or (policy == "RetainExceptOnCreate" and not rollback):
            self.tell(made, "DELETE_SKIPPED")
            return True
        self.tell(made, "DELETE_IN_PROGRESS")

        def work() -> Result:
            self._kind(made.type).delete(self._place(made), made.identity, made.properties)
            return Result(made.identity)

        try:
            result = self._attempt(made, "DELETE_FAILED", work)
        except _Gone:
            result = Result(made.identity)
        if result is None:
            return False
        self.tell(made, "DELETE_COMPLETE", "the local AWS takes no snapshot" if policy == "Snapshot" else "")
        return True

    def _attempt(self, made: Made, failed: str, work: Callable[[], Result | None]) -> Result | None:
        """Do something about a resource; None, with an event, when it fails."""
        try:
            return work()
        except ClientError as error:
            if failed == "DELETE_FAILED" and any(word in error.response["Error"]["Code"] for word in GONE):
                raise _Gone from None
            self.tell(made, failed, handler_error(error, made.type))
        except KeyError as error:
            self.tell(made, failed, _invalid(made, f"required key [{error.args[0]}] not found"))
        except ParamValidationError as error:
            self.tell(made, failed, _invalid(made, " ".join(str(error.kwargs["report"]).split())))
        except (TypeError, ValueError) as error:
            self.tell(made, failed, _invalid(made, str(error)))
        except (Failed, BotoCoreError, FunctionError) as error:
            self.tell(made, failed, str(error))
        return None

    def _kind(self, name: str) -> Kind:
        found = kind(name)
        if found is None:
            raise Failed(f"the local AWS does not have the resource type {name}")
        return found

    def _place(self, made: Made, former: Properties | None = None) -> Place:
        graph = self.stack.graph

        def began(identity: str) -> None:
            made.identity = identity

        return Place(
            client=self._client,
            account=graph.account,
            region=graph.region,
            partition=partition(graph.region).name,
            stack=self.stack.name,
            logical=made.logical,
            type=made.type,
            stack_id=self.stack.id,
            tags=self.stack.tags,
            capabilities=self.stack.capabilities,
            began=began,
            ask=lambda function, event, patience: self._providers.ask(function, event, patience, self.cancelled),
            former=former or {},
        )


def _invalid(made: Made, message: str) -> str:
    return f"Properties validation failed for resource {made.logical} with message: {message}"


def changed(before: Properties, after: Properties) -> frozenset[str]:
    """The names of the properties that are not the same."""
    return frozenset(name for name in {*before, *after} if before.get(name) != after.get(name))


def kept(before: Properties, after: Properties) -> Properties:
    """The texts that are the same."""
    return {name: value for name, value in after.items() if isinstance(value, str) and before.get(name) == value}


def collision(name: str, type_: str, before: Properties, after: Properties) -> str:
    """Why a resource with a name of its own cannot be made anew."""
    differing = changed(before, after)
    if replacements.in_place(type_, differing):
        told = ", ".join(sorted(differing))
        return f"the local AWS cannot change {told} of {name} in place, as AWS does: take it out of the template first"
    return (
        "CloudFormation cannot update a stack when a custom-named resource requires replacing."
        f" Rename {name} and update the stack again."
    )


class _Gone(Exception):
    pass
