"""AWS::DynamoDB."""

from __future__ import annotations

from typing import Any

from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, number, pick, truth

PLAIN = (
    "KeySchema",
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "TableClass",
)


INDEXES = "GlobalSecondaryIndexes"
INDEXED = ("KeySchema", "AttributeDefinitions", INDEXES, "LocalSecondaryIndexes")


def _settings(properties: Properties) -> dict[str, Any]:
    settings: dict[str, Any] = pick(properties, *PLAIN)
    if throughput := properties.get("ProvisionedThroughput"):
        settings["ProvisionedThroughput"] = {unit: number(value) for unit, value in throughput.items()}
    if stream := properties.get("StreamSpecification"):
        settings["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": stream["StreamViewType"]}
    if encryption := properties.get("SSESpecification"):
        settings["SSESpecification"] = {
            "Enabled": truth(encryption.get("SSEEnabled", False)),
            **pick(encryption, "SSEType", "KMSMasterKeyId"),
        }
    if "DeletionProtectionEnabled" in properties:
        settings["DeletionProtectionEnabled"] = truth(properties["DeletionProtectionEnabled"])
    return settings


def _create(place: Place, properties: Properties) -> Result:
    dynamodb = place.client("dynamodb")
    name = place.name(properties.get("TableName"))
    made = dynamodb.create_table(TableName=name, Tags=place.tagged(properties), **_settings(properties))
    place.began(name)
    if lifetime := properties.get("TimeToLiveSpecification"):
        _set_lifetime(dynamodb, name, lifetime)
    return _result(made["TableDescription"])


def _set_lifetime(dynamodb: Any, name: str, lifetime: Properties) -> None:
    specification = {"AttributeName": lifetime["AttributeName"], "Enabled": truth(lifetime["Enabled"])}
    dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)


def _result(table: dict[str, Any]) -> Result:
    attributes = {"Arn": table["TableArn"], "StreamArn": table.get("LatestStreamArn"), "TableId": table.get("TableId")}
    return Result(table["TableName"], {key: value for key, value in attributes.items() if value})


def _update(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    if any(old.get(each) != new.get(each) for each in ("KeySchema", "LocalSecondaryIndexes")):
        return None
    dynamodb = place.client("dynamodb")
    wanted, was = _settings(new), _settings(old)
    changes = {each: value for each, value in wanted.items() if each not in INDEXED and was.get(each) != value}
    if "DeletionProtectionEnabled" in was.keys() - wanted.keys():
        changes["DeletionProtectionEnabled"] = False
    if "StreamSpecification" in was.keys() - wanted.keys():
        changes["StreamSpecification"] = {"StreamEnabled": False}
    if changes:
        dynamodb.update_table(TableName=name, **changes)
    _change_indexes(dynamodb, name, old, new)
    lifetime, before = new.get("TimeToLiveSpecification"), old.get("TimeToLiveSpecification")
    if lifetime != before:
        told = lifetime or {**(before or {}), "Enabled": False}
        _set_lifetime(dynamodb, name, told)
    return _result(dynamodb.describe_table(TableName=name)["Table"])


def _change_indexes(dynamodb: Any, name: str, old: Properties, new: Properties) -> None:
    """One after the other, as DynamoDB wants it; one that is otherwise now is made anew, its throughput is changed."""
    was, wanted = ({each["IndexName"]: each for each in some.get(INDEXES) or ()} for some in (old, new))
    definitions = {"AttributeDefinitions": new["AttributeDefinitions"]}
    for index, each in was.items():
        if index not in wanted:
            dynamodb.update_table(
                TableName=name, GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": index}}], **definitions
            )
        elif each != wanted[index]:
            update = {"IndexName": index, **pick(wanted[index], "ProvisionedThroughput")}
            dynamodb.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Update": update}])
    for index in wanted.keys() - was.keys():
        dynamodb.update_table(TableName=name, GlobalSecondaryIndexUpdates=[{"Create": wanted[index]}], **definitions)


def _delete(place: Place, name: str, properties: Properties) -> None:
    place.client("dynamodb").delete_table(TableName=name)


KINDS = {"AWS::DynamoDB::Table": Kind(_create, _delete, _update)}
