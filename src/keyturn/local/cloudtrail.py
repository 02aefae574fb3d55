"""
CloudTrail: when a trail is made, it tries its bucket and its key.

Source: CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail" and "Configure AWS KMS key policies for CloudTrail".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keyturn.facts import cloudtrail, keys
from keyturn.facts.partitions import partition
from keyturn.local import kms
from keyturn.local.call import Answer, Call, Handler, Refused
from keyturn.local.moto_state import backend
from keyturn.policy import Malformed, Request, evaluate


class CloudTrail:
    """The operations in front of moto's."""

    def __init__(self, rest: Callable[[Call], Answer]) -> None:
        self._rest = rest

    def handlers(self) -> dict[str, Handler]:
        return {"cloudtrail:CreateTrail": self._create, "cloudtrail:UpdateTrail": self._create}

    def _create(self, call: Call, parameters: dict[str, Any]) -> Answer:
        place = partition(call.region).name
        trail = f"arn:{place}:cloudtrail:{call.region}:{call.account}:trail/{parameters['Name']}"
        bucket = backend("s3", call.account, place).buckets.get(parameters.get("S3BucketName"))
        if bucket is not None and not _may_write(bucket, trail, parameters.get("S3KeyPrefix") or "", call.account):
            raise Refused.with_error(cloudtrail.bucket_refused(bucket.name))
        if (named := parameters.get("KmsKeyId")) and not _may_encrypt(call, named, trail):
            raise Refused.with_error(cloudtrail.key_refused(parameters.get("S3BucketName", ""), named))
        return self._rest(call)


def _may_write(bucket: Any, trail: str, prefix: str, account: str) -> bool:
    policy = bucket.policy.decode() if isinstance(bucket.policy, bytes) else bucket.policy
    if not policy:
        return False
    arn = f"arn:{bucket.partition}:s3:::{bucket.name}"
    below = f"{arn}/{prefix}{'/' if prefix else ''}AWSLogs/{account}/log.gz"
    context = {"aws:SourceArn": trail, "s3:x-amz-acl": "bucket-owner-full-control", "aws:SecureTransport": "true"}
    try:
        return all(
            evaluate(
                Request(cloudtrail.PRINCIPAL, action, resource, resource_account=account, context=context),
                resource_policy=policy,
            ).allowed
            for action, resource in (("s3:GetBucketAcl", arn), ("s3:PutObject", below))
        )
    except Malformed:
        return False


def _may_encrypt(call: Call, named: str, trail: str) -> bool:
    key = kms.find(call.account, call.region, named)
    if key is None or not key.usable:
        return False
    context = {cloudtrail.ENCRYPTION_CONTEXT: trail, "aws:SourceArn": trail, "aws:SourceAccount": call.account}
    return all(key.decide(keys.TRAIL.principal, action, context=context).allowed for action in keys.TRAIL.needs)
