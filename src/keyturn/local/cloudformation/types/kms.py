"""AWS::KMS."""

from __future__ import annotations

from typing import Any

from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, document, number, pick, truth

WINDOW_DAYS = 30


def _tags(place: Place, properties: Properties) -> list[dict[str, str]]:
    return [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in place.tagged(properties)]


def _create_key(place: Place, properties: Properties) -> Result:
    kms = place.client("kms")
    settings: dict[str, Any] = pick(properties, "Description", "KeyUsage", "KeySpec", "Origin")
    if "KeyPolicy" in properties:
        settings["Policy"] = document(properties["KeyPolicy"])
    if truth(properties.get("MultiRegion", False)):
        settings["MultiRegion"] = True
    if truth(properties.get("BypassPolicyLockoutSafetyCheck", False)):
        settings["BypassPolicyLockoutSafetyCheck"] = True
    made = kms.create_key(**settings, Tags=_tags(place, properties))["KeyMetadata"]
    place.began(made["KeyId"])
    _switch(kms, made["KeyId"], properties)
    return Result(made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]})


def _switch(kms: Any, key: str, properties: Properties) -> None:
    if truth(properties.get("EnableKeyRotation", False)):
        kms.enable_key_rotation(KeyId=key)
    if not truth(properties.get("Enabled", True)):
        kms.disable_key(KeyId=key)


def _delete_key(place: Place, key: str, properties: Properties) -> None:
    days = number(properties.get("PendingWindowInDays", WINDOW_DAYS))
    kms = place.client("kms")
    if kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion":
        return
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=days)


def _update_key(place: Place, key: str, old: Properties, new: Properties) -> Result | None:
    if any(old.get(name) != new.get(name) for name in ("KeyUsage", "KeySpec", "Origin", "MultiRegion")):
        return None
    kms = place.client("kms")
    if new.get("KeyPolicy") is not None and new["KeyPolicy"] != old.get("KeyPolicy"):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=document(new["KeyPolicy"]))
    if new.get("Description") != old.get("Description"):
        kms.update_key_description(KeyId=key, Description=new.get("Description") or "")
    rotates = truth(new.get("EnableKeyRotation", False))
    (kms.enable_key_rotation if rotates else kms.disable_key_rotation)(KeyId=key)
    (kms.enable_key if truth(new.get("Enabled", True)) else kms.disable_key)(KeyId=key)
    kms.tag_resource(KeyId=key, Tags=_tags(place, new))
    arn = kms.describe_key(KeyId=key)["KeyMetadata"]["Arn"]
    return Result(key, {"Arn": arn, "KeyId": key})


def _create_alias(place: Place, properties: Properties) -> Result:
    place.client("kms").create_alias(AliasName=properties["AliasName"], TargetKeyId=properties["TargetKeyId"])
    return Result(properties["AliasName"])


def _delete_alias(place: Place, alias: str, properties: Properties) -> None:
    place.client("kms").delete_alias(AliasName=alias)


def _update_alias(place: Place, alias: str, old: Properties, new: Properties) -> Result | None:
    if old["AliasName"] != new["AliasName"]:
        return None
    place.client("kms").update_alias(AliasName=alias, TargetKeyId=new["TargetKeyId"])
    return Result(alias)


KINDS = {
    "AWS::KMS::Key": Kind(_create_key, _delete_key, _update_key),
    "AWS::KMS::Alias": Kind(_create_alias, _delete_alias, _update_alias),
}
