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


def _create(place: Place, properties: Properties) -> Result:
    dynamodb = place.client("dynamodb")
    name = place.name(properties.get("TableName"))
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
    made = dynamodb.create_table(TableName=name, Tags=place.tagged(properties), **settings)["TableDescription"]
    place.began(name)
    if lifetime := properties.get("TimeToLiveSpecification"):
        dynamodb.update_time_to_live(
            TableName=name,
            TimeToLiveSpecification={"AttributeName": lifetime["AttributeName"], "Enabled": truth(lifetime["Enabled"])},
        )
    attributes = {"Arn": made["TableArn"], "StreamArn": made.get("LatestStreamArn"), "TableId": made.get("TableId")}
    return Result(name, {key: value for key, value in attributes.items() if value})


def _delete(place: Place, name: str, properties: Properties) -> None:
    place.client("dynamodb").delete_table(TableName=name)


KINDS = {"AWS::DynamoDB::Table": Kind(_create, _delete)}
