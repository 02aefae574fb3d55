"""AWS::Events."""

from __future__ import annotations

import json
from typing import Any

from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, pick


def _bus(properties: Properties) -> dict[str, Any]:
    return pick(properties, "EventBusName")


def _create_rule(place: Place, properties: Properties) -> Result:
    return _put(place, place.name(properties.get("Name"), 64), properties)


def _put(place: Place, name: str, properties: Properties) -> Result:
    events = place.client("events")
    settings: dict[str, Any] = pick(properties, "ScheduleExpression", "State", "Description", "RoleArn") | _bus(
        properties
    )
    if properties.get("EventPattern") is not None:
        settings["EventPattern"] = json.dumps(properties["EventPattern"])
    arn = events.put_rule(Name=name, **settings)["RuleArn"]
    place.began(name)
    if tags := place.tagged(properties):
        events.tag_resource(ResourceARN=arn, Tags=tags)
    if targets := properties.get("Targets"):
        told = events.put_targets(Rule=name, Targets=list(targets), **_bus(properties))
        if told.get("FailedEntryCount"):
            raise Failed(told["FailedEntries"][0]["ErrorMessage"])
    return Result(name, {"Arn": arn})


def _delete_rule(place: Place, name: str, properties: Properties) -> None:
    events = place.client("events")
    found = events.list_targets_by_rule(Rule=name, **_bus(properties))["Targets"]
    if found:
        events.remove_targets(Rule=name, Ids=[target["Id"] for target in found], **_bus(properties))
    events.delete_rule(Name=name, **_bus(properties))


def _update_rule(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    if any(old.get(each) != new.get(each) for each in ("Name", "EventBusName")):
        return None
    events = place.client("events")
    gone = {each["Id"] for each in old.get("Targets") or ()} - {each["Id"] for each in new.get("Targets") or ()}
    if gone:
        events.remove_targets(Rule=name, Ids=sorted(gone), **_bus(new))
    return _put(place, name, new)


def _create_bus(place: Place, properties: Properties) -> Result:
    name = place.name(properties["Name"])
    arn = place.client("events").create_event_bus(Name=name, Tags=place.tagged(properties))["EventBusArn"]
    return Result(name, {"Arn": arn, "Name": name})


def _delete_bus(place: Place, name: str, properties: Properties) -> None:
    place.client("events").delete_event_bus(Name=name)


KINDS = {
    "AWS::Events::EventBus": Kind(_create_bus, _delete_bus),
    "AWS::Events::Rule": Kind(_create_rule, _delete_rule, _update_rule),
}
