"""
What calls are about: the ARN that policies see, for the services whose state is moto's.

A call whose resource is not told here may pass where the caller may make it on any resource that their policies name: a right that is
missing altogether is refused, one that is there for another resource only is not noticed.

Source: the services' resource tables in the Service Authorization Reference; the ARNs that AWS's denials of CloudWatch Logs show.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local import kms
from keyturn.local.authorization import ANY, Target, Targets
from keyturn.local.call import Call
from keyturn.local.identities import find_role

Parameters = Mapping[str, Any]

NAMED = {
    "cloudwatch": {"AlarmName": "alarm:{}"},
    "dynamodb": {"TableName": "table/{}"},
    "events": {"Rule": "rule/{}", "Name": "rule/{}"},
    "kinesis": {"StreamName": "stream/{}"},
    "rds": {
        "DBInstanceIdentifier": "db:{}",
        "DBClusterIdentifier": "cluster:{}",
        "DBSubnetGroupName": "subgrp:{}",
        "DBParameterGroupName": "pg:{}",
        "DBClusterParameterGroupName": "cluster-pg:{}",
    },
    "sqs": {"QueueName": "{}"},
    "ssm": {"Name": "parameter/{}", "Path": "parameter/{}"},
    "states": {"name": "stateMachine:{}"},
}
"""By service and parameter: the resource's part of the ARN. A parameter that has an ARN is taken as it is."""

GIVEN = (
    "Arn",
    "ResourceArn",
    "resourceArn",
    "TopicArn",
    "stateMachineArn",
    "executionArn",
    "StreamARN",
    "ResourceName",
)
"""Parameters that have the ARN."""


def targets() -> dict[str, Targets]:
    """By service; `*` for the others."""
    own: dict[str, Targets] = {
        "ec2": _any,
        "iam": _iam,
        "kms": _kms,
        "logs": _logs,
        "s3": _s3,
        "sqs": _sqs,
        "sts": _sts,
    }
    return {"*": _any, **dict.fromkeys(NAMED, _named), **own}


def _any(call: Call, parameters: Parameters) -> Target:
    arn = next((parameters[name] for name in GIVEN if str(parameters.get(name, "")).startswith("arn:")), ANY)
    return Target(arn)


def _named(call: Call, parameters: Parameters) -> Target:
    for name, form in NAMED[call.service].items():
        if value := parameters.get(name):
            named = str(value)
            return Target(named if named.startswith("arn:") else _arn(call, form.format(named.lstrip("/"))))
    return _any(call, parameters)


def _kms(call: Call, parameters: Parameters) -> Target | None:
    if call.operation in ("CreateKey", "ListKeys", "ListAliases"):
        return Target()
    if call.operation in ("Decrypt", "ReEncrypt") and "KeyId" not in parameters:
        return Target(ANY)
    named = parameters.get("KeyId") or parameters.get("TargetKeyId") or ""
    retiring = call.operation == "RetireGrant"
    key = (
        kms.of_grant(call.account, call.region, parameters) if retiring else kms.find(call.account, call.region, named)
    )
    if key is None:
        return None
    context = {f"kms:EncryptionContext:{name}": text for name, text in _context(parameters).items()}
    if call.operation == "CreateGrant":
        context |= kms.grant_conditions(parameters)
    return Target(key.arn, context=context, key=key)


def _context(parameters: Parameters) -> Mapping[str, str]:
    return parameters.get("EncryptionContext") or {}


def _logs(call: Call, parameters: Parameters) -> Target:
    """A group's own ARN is seen with an empty stream."""
    group = parameters.get("logGroupName")
    if not group:
        named = parameters.get("logGroupIdentifier") or parameters.get("resourceArn") or ""
        if not named.startswith("arn:"):
            return Target(ANY)
        group = named.removesuffix(":*").partition(":log-group:")[2]
    return Target(_arn(call, f"log-group:{group}:log-stream:{parameters.get('logStreamName', '')}"))


def _iam(call: Call, parameters: Parameters) -> Target:
    place = partition(call.region).name
    role, user = parameters.get("RoleName"), parameters.get("UserName")
    if role:
        found = find_role(call.account, place, role)
        return Target(
            found.arn if found else f"arn:{place}:iam::{call.account}:role{parameters.get('Path', '/')}{role}"
        )
    if user:
        return Target(f"arn:{place}:iam::{call.account}:user{parameters.get('Path', '/')}{user}")
    return Target(parameters.get("PolicyArn", ANY))


def _sts(call: Call, parameters: Parameters) -> Target | None:
    """Of a role that is assumed, the role's own trust decides, which `Sts` asks."""
    return None if call.operation == "AssumeRole" else Target()


def _sqs(call: Call, parameters: Parameters) -> Target:
    if url := parameters.get("QueueUrl"):
        return Target(_arn(call, url.rpartition("/")[2]))
    return _named(call, parameters)


def _s3(call: Call, parameters: Parameters) -> Target:
    place = partition(call.region).name
    bucket, key = parameters.get("Bucket"), parameters.get("Key")
    action = S3_ACTIONS.get(call.operation, "")
    if not bucket:
        return Target(action=action)
    return Target(f"arn:{place}:s3:::{bucket}/{key}" if key else f"arn:{place}:s3:::{bucket}", action=action)


S3_ACTIONS = {
    "AbortMultipartUpload": "s3:AbortMultipartUpload",
    "CompleteMultipartUpload": "s3:PutObject",
    "CopyObject": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "DeleteObjects": "s3:DeleteObject",
    "HeadBucket": "s3:ListBucket",
    "HeadObject": "s3:GetObject",
    "ListBuckets": "s3:ListAllMyBuckets",
    "ListObjects": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "UploadPart": "s3:PutObject",
}
"""Operations whose action has another name."""


def _arn(call: Call, resource: str) -> str:
    service = "cloudwatch" if call.service == "monitoring" else call.service
    return f"arn:{partition(call.region).name}:{service}:{call.region}:{call.account}:{resource}"
