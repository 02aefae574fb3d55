"""AWS::S3."""

from __future__ import annotations

from typing import Any

from keyturn.local.cloudformation.types import s3_settings
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, document, truth


def _create_bucket(place: Place, properties: Properties) -> Result:
    s3 = place.client("s3")
    name = place.name(properties.get("BucketName"), 63, lower=True)
    where = {} if place.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": place.region}}
    settings = _ownership(properties)
    # A list that lets everybody in is set once the bucket blocks none: every new one does.
    unblocked = not truth(
        (properties.get("PublicAccessBlockConfiguration") or {"BlockPublicAcls": True}).get("BlockPublicAcls", False)
    )
    public = settings.pop("ACL") if unblocked and settings.get("ACL") in PUBLIC else None
    s3.create_bucket(Bucket=name, **where, **settings)
    place.began(name)
    _configure(place, s3, name, properties)
    if public:
        s3.put_bucket_acl(Bucket=name, ACL=public)
    return _bucket(place, name)


PUBLIC = ("public-read", "public-read-write", "authenticated-read")
LISTS = {
    "Private": "private",
    "PublicRead": "public-read",
    "PublicReadWrite": "public-read-write",
    "AuthenticatedRead": "authenticated-read",
    "LogDeliveryWrite": "log-delivery-write",
    "BucketOwnerRead": "bucket-owner-read",
    "BucketOwnerFullControl": "bucket-owner-full-control",
    "AwsExecRead": "aws-exec-read",
}
"""Access control lists by CloudFormation's names."""


def _ownership(properties: Properties) -> dict[str, str]:
    settings: dict[str, str] = {}
    rules = (properties.get("OwnershipControls") or {}).get("Rules") or [{}]
    if ownership := rules[0].get("ObjectOwnership"):
        settings["ObjectOwnership"] = str(ownership)
    if list_ := properties.get("AccessControl"):
        settings["ACL"] = LISTS.get(str(list_), str(list_))
    return settings


NOTIFICATIONS = {
    "TopicConfigurations": ("Topic", "TopicArn"),
    "QueueConfigurations": ("Queue", "QueueArn"),
    "LambdaConfigurations": ("Function", "LambdaFunctionArn"),
}


def _notifications(wanted: Properties) -> dict[str, Any]:
    """As S3's API has them."""
    told: dict[str, Any] = {}
    for group, (ours, theirs) in NOTIFICATIONS.items():
        for each in wanted.get(group) or ():
            rules = ((each.get("Filter") or {}).get("S3Key") or {}).get("Rules")
            filtered = {"Filter": {"Key": {"FilterRules": rules}}} if rules else {}
            entry = {theirs: each[ours], "Events": [each["Event"]], **filtered}
            told.setdefault(group.replace("LambdaC", "LambdaFunctionC"), []).append(entry)
    if wanted.get("EventBridgeConfiguration"):
        told["EventBridgeConfiguration"] = {}
    return told


def _configure(place: Place, s3: Any, name: str, properties: Properties) -> None:
    if encryption := properties.get("BucketEncryption"):
        rules = [
            {
                "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
                "BucketKeyEnabled": truth(rule.get("BucketKeyEnabled", False)),
            }
            for rule in encryption["ServerSideEncryptionConfiguration"]
        ]
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
    if block := properties.get("PublicAccessBlockConfiguration"):
        settings = {key: truth(value) for key, value in block.items()}
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=settings)
    if versioning := properties.get("VersioningConfiguration"):
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": versioning["Status"]})
    if notifications := properties.get("NotificationConfiguration"):
        settings = _notifications(notifications)
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration=settings)
    s3_settings.set_all(s3, name, properties)
    if tags := place.tagged(properties):
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})


def _bucket(place: Place, name: str) -> Result:
    suffix = "amazonaws.com.cn" if place.partition == "aws-cn" else "amazonaws.com"
    return Result(
        name,
        {
            "Arn": f"arn:{place.partition}:s3:::{name}",
            "DomainName": f"{name}.s3.{suffix}",
            "RegionalDomainName": f"{name}.s3.{place.region}.{suffix}",
            "DualStackDomainName": f"{name}.s3.dualstack.{place.region}.{suffix}",
            "WebsiteURL": f"http://{name}.s3-website-{place.region}.{suffix}",
        },
    )


def _delete_bucket(place: Place, name: str, properties: Properties) -> None:
    place.client("s3").delete_bucket(Bucket=name)


def _update_bucket(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    if old.get("BucketName") != new.get("BucketName"):
        return None
    s3 = place.client("s3")
    s3_settings.unset(s3, name, old, new)
    if old.get("NotificationConfiguration") and not new.get("NotificationConfiguration"):
        s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={})
    if old.get("PublicAccessBlockConfiguration") and not new.get("PublicAccessBlockConfiguration"):
        s3.delete_public_access_block(Bucket=name)
    _configure(place, s3, name, new)
    return _bucket(place, name)


def _put_policy(place: Place, properties: Properties) -> Result:
    place.client("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=document(properties["PolicyDocument"]))
    return Result(properties["Bucket"])


def _delete_policy(place: Place, name: str, properties: Properties) -> None:
    place.client("s3").delete_bucket_policy(Bucket=properties["Bucket"])


def _update_policy(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    return None if old["Bucket"] != new["Bucket"] else _put_policy(place, new)


KINDS = {
    "AWS::S3::Bucket": Kind(_create_bucket, _delete_bucket, _update_bucket),
    "AWS::S3::BucketPolicy": Kind(_put_policy, _delete_policy, _update_policy),
}
