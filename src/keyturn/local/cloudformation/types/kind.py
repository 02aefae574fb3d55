"""What a module of resource types offers, and what it is given to work with."""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias

Properties: TypeAlias = Mapping[str, Any]
"""As in the template, references resolved: lists, dicts, strings, numbers, booleans."""

UNIQUE = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Result:
    """
    What `Ref` and `Fn::GetAtt` give for a resource that was made or changed.

    Attributes:
        attributes: None: as they were, of one that was changed.
    """

    identity: str
    attributes: Mapping[str, Any] | None = None


class Taken(Exception):
    """A resource is to be made anew beside one that has its name, which its template gives."""


Ask: TypeAlias = Callable[[str, Mapping[str, Any], timedelta], Mapping[str, Any]]
"""Asks a function, by its ARN, tells it an event, and gives it time; its answer. Raises Failed."""


def _nobody(function: str, event: Mapping[str, Any], patience: timedelta) -> Mapping[str, Any]:
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a resource is being made.

    Attributes:
        client: A boto3 client of a service, in the stack's region.
        logical: The resource's logical name.
        type: The resource's.
        tags: The stack's own, for all its resources.
        capabilities: What the stack was given leave for.
        began: To be told what `Ref` will give once the thing is there and more calls follow: when one of them fails it is removed.
        ask: Has a function of the user's do something about a custom resource.
        former: The properties of the one that this one is to replace, and that still stands.
    """

    client: Callable[[str], Any]
    account: str
    region: str
    partition: str
    stack: str
    logical: str
    type: str = ""
    stack_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    began: Callable[[str], None] = lambda identity: None
    ask: Ask = _nobody
    former: Properties = field(default_factory=dict)

    def name(self, given: Any, limit: int = 255, *, lower: bool = False) -> str:
        """
        A resource's name: as given, else one that CloudFormation would make, which never comes twice.

        Raises:
            Taken: The one that it is to replace has the name.
        """
        if given is not None:
            if given in self.former.values():
                raise Taken(str(given))
            return str(given)
        unique = "".join(secrets.choice(UNIQUE) for _ in range(12))
        made = f"{self.stack}-{self.logical}"[: limit - len(unique) - 1].rstrip("-") + f"-{unique}"
        return made.lower() if lower else made

    def arn(self, service: str, resource: str, *, region: str | None = None) -> str:
        return f"arn:{self.partition}:{service}:{self.region if region is None else region}:{self.account}:{resource}"

    def tagged(self, properties: Properties) -> list[dict[str, str]]:
        """The resource's tags and the stack's, as a list."""
        own = {str(tag["Key"]): str(tag["Value"]) for tag in properties.get("Tags") or ()}
        return [{"Key": key, "Value": value} for key, value in {**self.tags, **own}.items()]


Create: TypeAlias = Callable[[Place, Properties], Result]
Delete: TypeAlias = Callable[[Place, str, Properties], None]
Update: TypeAlias = Callable[[Place, str, Properties, Properties], "Result | None"]


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A resource type.

    Attributes:
        create: Makes one. Raises botocore's ClientError, or `Failed`.
        delete: Removes one; one that is gone already is no error.
        update: Changes one from old properties to new; None as its result, or no such function: it is made anew. It is not
            asked where one of `facts.replacements` has changed.
        always: Whether it is changed also when its properties are the same: what they point to may have changed.
    """

    create: Create
    delete: Delete
    update: Update | None = None
    always: bool = False


def pick(properties: Properties, *names: str) -> dict[str, Any]:
    """Those of some properties that are there."""
    return {name: properties[name] for name in names if properties.get(name) is not None}


def camel(value: Any) -> Any:
    """Names as services write them that begin theirs in lower case."""
    if isinstance(value, Mapping):
        return {name[:1].lower() + name[1:]: camel(each) for name, each in value.items()}
    return [camel(each) for each in value] if isinstance(value, list) else value


def document(value: Any) -> str:
    """A policy document as JSON text."""
    return value if isinstance(value, str) else json.dumps(value)


def number(value: Any) -> int:
    return int(value)


def truth(value: Any) -> bool:
    """A boolean; templates and parameters also write it as text."""
    return value if isinstance(value, bool) else str(value).lower() == "true"
