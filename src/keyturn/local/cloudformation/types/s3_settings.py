"""What a bucket is set to beside its encryption and its access: for each setting how it is put, and how it is taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from keyturn.local.cloudformation.types.api import arguments
from keyturn.local.cloudformation.types.kind import Properties, pick


class Setting(NamedTuple):
    """
    One.

    Attributes:
        call: Of S3's, without `put_bucket_` and `delete_bucket_`.
        parameter: What the call takes it by.
        told: As the call takes it.
        without: What it is put to instead of being taken away.
    """

    call: str
    parameter: str
    told: Callable[[Any], dict[str, Any]]
    without: dict[str, Any] | None = None


def _cors(given: Mapping[str, Any]) -> dict[str, Any]:
    renamed = {"ExposedHeaders": "ExposeHeaders", "Id": "ID", "MaxAge": "MaxAgeSeconds"}
    rules = [{renamed.get(name, name): value for name, value in rule.items()} for rule in given["CorsRules"]]
    return {"CORSRules": rules}


def _lifecycle(given: Mapping[str, Any]) -> dict[str, Any]:
    return {"Rules": [_rule(rule) for rule in given["Rules"]]}


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"Status": rule["Status"], **({"ID": rule["Id"]} if rule.get("Id") else {})}
    told["Filter"] = _filter(rule)
    expiration = {
        "Days": rule.get("ExpirationInDays"),
        "Date": rule.get("ExpirationDate"),
        "ExpiredObjectDeleteMarker": rule.get("ExpiredObjectDeleteMarker"),
    }
    if any(value is not None for value in expiration.values()):
        told["Expiration"] = {name: value for name, value in expiration.items() if value is not None}
    if transitions := [*(rule.get("Transitions") or ()), *([rule["Transition"]] if rule.get("Transition") else ())]:
        told["Transitions"] = [_transition(each, "Days") for each in transitions]
    older = rule.get("NoncurrentVersionExpiration") or {}
    if days := rule.get("NoncurrentVersionExpirationInDays", older.get("NoncurrentDays")):
        told["NoncurrentVersionExpiration"] = {"NoncurrentDays": days, **pick(older, "NewerNoncurrentVersions")}
    if moved := rule.get("NoncurrentVersionTransitions"):
        told["NoncurrentVersionTransitions"] = [_transition(each, "NoncurrentDays") for each in moved]
    if abort := rule.get("AbortIncompleteMultipartUpload"):
        told["AbortIncompleteMultipartUpload"] = abort
    return told


def _transition(given: Mapping[str, Any], days: str) -> dict[str, Any]:
    told = {days: given.get("TransitionInDays"), "Date": given.get("TransitionDate")}
    return {name: value for name, value in told.items() if value is not None} | pick(
        given, "StorageClass", "NewerNoncurrentVersions"
    )


def _filter(rule: Mapping[str, Any]) -> dict[str, Any]:
    """By a prefix, tags or sizes: several of them go under `And`."""
    prefix = {"Prefix": rule["Prefix"]} if rule.get("Prefix") else {}
    sizes = {name: int(rule[name]) for name in ("ObjectSizeGreaterThan", "ObjectSizeLessThan") if rule.get(name)}
    tags = list(rule.get("TagFilters") or ())
    if len(prefix) + len(sizes) + len(tags) > 1:
        return {"And": {**prefix, **sizes, **({"Tags": tags} if tags else {})}}
    return {"Tag": tags[0]} if tags else {**prefix, **sizes} or {"Prefix": ""}


def _logging(given: Mapping[str, Any]) -> dict[str, Any]:
    target = {"TargetBucket": given.get("DestinationBucketName"), "TargetPrefix": given.get("LogFilePrefix") or ""}
    return {"LoggingEnabled": target}


def _website(given: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if given.get("IndexDocument"):
        told["IndexDocument"] = {"Suffix": given["IndexDocument"]}
    if given.get("ErrorDocument"):
        told["ErrorDocument"] = {"Key": given["ErrorDocument"]}
    if given.get("RedirectAllRequestsTo"):
        told["RedirectAllRequestsTo"] = given["RedirectAllRequestsTo"]
    if given.get("RoutingRules"):
        rules = given["RoutingRules"]
        names = {"RedirectRule": "Redirect", "RoutingRuleCondition": "Condition"}
        told["RoutingRules"] = [{names.get(name, name): value for name, value in rule.items()} for rule in rules]
    return told


def _replication(given: Mapping[str, Any]) -> dict[str, Any]:
    rules = [{"ID" if name == "Id" else name: value for name, value in rule.items()} for rule in given["Rules"]]
    return {"Role": given["Role"], "Rules": rules}


SETTINGS = {
    "CorsConfiguration": Setting("cors", "CORSConfiguration", _cors),
    "LifecycleConfiguration": Setting("lifecycle_configuration", "LifecycleConfiguration", _lifecycle),
    "LoggingConfiguration": Setting("logging", "BucketLoggingStatus", _logging, without={}),
    "ReplicationConfiguration": Setting("replication", "ReplicationConfiguration", _replication),
    "WebsiteConfiguration": Setting("website", "WebsiteConfiguration", _website),
}
"""By the property."""


def set_all(s3: Any, bucket: str, properties: Properties) -> None:
    """Put those that a bucket's properties have."""
    for name, setting in SETTINGS.items():
        if (given := properties.get(name)) is not None:
            _put(s3, bucket, setting, setting.told(given))


def unset(s3: Any, bucket: str, old: Properties, new: Properties) -> None:
    """Take away those that it does not have any more."""
    for name, setting in SETTINGS.items():
        if old.get(name) is None or new.get(name) is not None:
            continue
        if setting.without is not None:
            _put(s3, bucket, setting, setting.without)
        else:
            call = "lifecycle" if setting.call == "lifecycle_configuration" else setting.call
            getattr(s3, f"delete_bucket_{call}")(Bucket=bucket)


def _put(s3: Any, bucket: str, setting: Setting, value: dict[str, Any]) -> None:
    call = f"put_bucket_{setting.call}"
    getattr(s3, call)(Bucket=bucket, **arguments(s3, call, {setting.parameter: value}))
