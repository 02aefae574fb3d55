"""Custom::… and AWS::CloudFormation::CustomResource: what functions of the user's make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result

PATIENCE = timedelta(hours=1)
"""How long a function may take, unless ServiceTimeout says less."""


def _ask(place: Place, kind: str, properties: Properties, **more: Any) -> Mapping[str, Any]:
    seconds = properties.get("ServiceTimeout")
    event = {
        "RequestType": kind,
        "ServiceToken": properties["ServiceToken"],
        "StackId": place.stack_id,
        "LogicalResourceId": place.logical,
        "ResourceType": place.type,
        "ResourceProperties": _texts(properties),
        **more,
    }
    return place.ask(properties["ServiceToken"], event, timedelta(seconds=int(seconds)) if seconds else PATIENCE)


def _texts(value: Any) -> Any:
    """Properties as functions get them: numbers and flags are texts."""
    match value:
        case Mapping():
            return {name: _texts(value[name]) for name in list(value)}
        case list():
            return [_texts(each) for each in value]
        case bool():
            return str(value).lower()
    return str(value)


def _create(place: Place, properties: Properties) -> Result:
    place.began(place.name(None))  # so that it is removed when this fails
    answer = _ask(place, "Create", properties)
    return Result(str(answer["PhysicalResourceId"]), answer.get("Data") or {})


def _update(place: Place, identity: str, old: Properties, new: Properties) -> Result | None:
    if old["ServiceToken"] != new["ServiceToken"]:
        raise Failed("Modifying service token is not allowed.")
    answer = _ask(place, "Update", new, PhysicalResourceId=identity, OldResourceProperties=_texts(old))
    return Result(str(answer["PhysicalResourceId"]), answer.get("Data") or {})


def _delete(place: Place, identity: str, properties: Properties) -> None:
    _ask(place, "Delete", properties, PhysicalResourceId=identity)


CUSTOM = Kind(_create, _delete, _update)
KINDS = {"AWS::CloudFormation::CustomResource": CUSTOM}
