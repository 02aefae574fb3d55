"""AWS::Logs."""

from __future__ import annotations

from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, number


def _create_group(place: Place, properties: Properties) -> Result:
    name = place.name(properties.get("LogGroupName"), 512)
    key = {"kmsKeyId": properties["KmsKeyId"]} if properties.get("KmsKeyId") else {}
    tags = {tag["Key"]: tag["Value"] for tag in place.tagged(properties)}
    logs = place.client("logs")
    logs.create_log_group(logGroupName=name, **key, **({"tags": tags} if tags else {}))
    if properties.get("RetentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=number(properties["RetentionInDays"]))
    return _group(place, name)


def _group(place: Place, name: str) -> Result:
    return Result(name, {"Arn": place.arn("logs", f"log-group:{name}:*")})


def _delete_group(place: Place, name: str, properties: Properties) -> None:
    place.client("logs").delete_log_group(logGroupName=name)


def _update_group(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    if old.get("LogGroupName") != new.get("LogGroupName"):
        return None
    logs = place.client("logs")
    if new.get("KmsKeyId") != old.get("KmsKeyId"):
        if new.get("KmsKeyId"):
            logs.associate_kms_key(logGroupName=name, kmsKeyId=new["KmsKeyId"])
        else:
            logs.disassociate_kms_key(logGroupName=name)
    if new.get("RetentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=number(new["RetentionInDays"]))
    elif old.get("RetentionInDays"):
        logs.delete_retention_policy(logGroupName=name)
    return _group(place, name)


KINDS = {"AWS::Logs::LogGroup": Kind(_create_group, _delete_group, _update_group)}
