"""AWS::Events."""

from __future__ import annotations

import json
from typing import Any

from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.types.api import by_api
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


def _put_bus_policy(place: Place, properties: Properties) -> Result:
    """One statement of a bus's policy, as a whole or by the few settings that there were first."""
    events = place.client("events")
    bus, sid = properties.get("EventBusName") or "default", str(properties["StatementId"])
    if (statement := properties.get("Statement")) is None:
        settings = pick(properties, "Action", "Principal", "Condition")
        events.put_permission(EventBusName=bus, StatementId=sid, **settings)
        return Result(f"{bus}|{sid}")
    held = json.loads(events.describe_event_bus(Name=bus).get("Policy") or "{}").get("Statement", [])
    others = [each for each in held if each.get("Sid") != sid]
    policy = {"Version": "2012-10-17", "Statement": [*others, {"Sid": sid, **statement}]}
    events.put_permission(EventBusName=bus, Policy=json.dumps(policy))
    return Result(f"{bus}|{sid}")


def _change_bus_policy(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    _put_bus_policy(place, new)
    return Result(identity)


def _remove_bus_policy(place: Place, identity: str, properties: Properties) -> None:
    bus, _, sid = identity.partition("|")
    place.client("events").remove_permission(EventBusName=bus, StatementId=sid)


KINDS = {
    "AWS::Events::Archive": by_api(
        "events",
        "create_archive",
        "delete_archive",
        identity="ArchiveName",
        parameter="ArchiveName",
        name="ArchiveName",
        longest=48,
        attributes={"Arn": "ArchiveArn"},
        update="update_archive",
        renamed={"SourceArn": "EventSourceArn"},
    ),
    "AWS::Events::EventBusPolicy": Kind(_put_bus_policy, _remove_bus_policy, _change_bus_policy),
    "AWS::Events::EventBus": Kind(_create_bus, _delete_bus),
    "AWS::Events::Rule": Kind(_create_rule, _delete_rule, _update_rule),
}
