"""Buckets and what is said of them, parameters."""

from __future__ import annotations

from keyturn.read.names.kind import TAGS, Document, Ignored, Kind, Object, Objects, Part, Rule, Spread

_OF_BUCKET: dict[str, Rule] = {"bucket": "Bucket", "expected_bucket_owner": Ignored(), "skip_destroy": Ignored()}

_ENCRYPTION: dict[str, Rule] = {
    "rule": Objects(
        "ServerSideEncryptionConfiguration",
        {
            "apply_server_side_encryption_by_default": Object(
                "ServerSideEncryptionByDefault",
                {"sse_algorithm": "SSEAlgorithm", "kms_master_key_id": "KMSMasterKeyID"},
            ),
            "bucket_key_enabled": "BucketKeyEnabled",
            "blocked_encryption_types": Ignored(),
        },
    )
}
_LOGGING: dict[str, Rule] = {"target_bucket": "DestinationBucketName", "target_prefix": "LogFilePrefix"}


def _events(to: str, name: str, target: str) -> Spread:
    own: dict[str, Rule] = {name: target, "filter_prefix": Ignored(), "filter_suffix": Ignored(), "id": Ignored()}
    return Spread(to, own, {"events": "Event"})


def _part(terraform: str, pulumi: str, properties: dict[str, Rule], into: str, take: str = "") -> Kind:
    """What completes a bucket."""
    return Kind("", terraform, pulumi, _OF_BUCKET | properties, part=Part("Bucket", into, take))


S3 = (
    Kind(
        "AWS::S3::Bucket",
        "aws_s3_bucket",
        "aws:s3/bucket:Bucket",
        {
            "bucket": "BucketName",
            "bucket_prefix": Ignored(),
            "acl": Ignored(),
            "force_destroy": Ignored(),
            "logging": Object("LoggingConfiguration", _LOGGING),
            "object_lock_enabled": "ObjectLockEnabled",
            "server_side_encryption_configuration": Object("BucketEncryption", _ENCRYPTION),
            "tags": TAGS,
        },
        {
            "id": "",
            "bucket": "",
            "arn": "Arn",
            "bucket_domain_name": "DomainName",
            "bucket_regional_domain_name": "RegionalDomainName",
        },
    ),
    Kind(
        "AWS::S3::BucketPolicy",
        "aws_s3_bucket_policy",
        "aws:s3/bucketPolicy:BucketPolicy",
        {"bucket": "Bucket", "policy": Document("PolicyDocument")},
    ),
    _part(
        "aws_s3_bucket_versioning",
        "aws:s3/bucketVersioning:BucketVersioning",
        {
            "versioning_configuration": Object(
                "VersioningConfiguration", {"status": "Status", "mfa_delete": Ignored()}
            ),
            "mfa": Ignored(),
        },
        "VersioningConfiguration",
        "VersioningConfiguration",
    ),
    _part(
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        _ENCRYPTION,
        "BucketEncryption",
    ),
    _part(
        "aws_s3_bucket_public_access_block",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {
            "block_public_acls": "BlockPublicAcls",
            "block_public_policy": "BlockPublicPolicy",
            "ignore_public_acls": "IgnorePublicAcls",
            "restrict_public_buckets": "RestrictPublicBuckets",
        },
        "PublicAccessBlockConfiguration",
    ),
    _part(
        "aws_s3_bucket_ownership_controls",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"rule": Objects("Rules", {"object_ownership": "ObjectOwnership"})},
        "OwnershipControls",
    ),
    _part(
        "aws_s3_bucket_logging",
        "aws:s3/bucketLogging:BucketLogging",
        _LOGGING | {"target_grant": Ignored(), "target_object_key_format": Ignored()},
        "LoggingConfiguration",
    ),
    _part(
        "aws_s3_bucket_notification",
        "aws:s3/bucketNotification:BucketNotification",
        {
            "topic": _events("TopicConfigurations", "topic_arn", "Topic"),
            "queue": _events("QueueConfigurations", "queue_arn", "Queue"),
            "lambda_function": _events("LambdaConfigurations", "lambda_function_arn", "Function"),
            "eventbridge": Ignored(),
        },
        "NotificationConfiguration",
    ),
)

SSM = (
    Kind(
        "AWS::SSM::Parameter",
        "aws_ssm_parameter",
        "aws:ssm/parameter:Parameter",
        {
            "name": "Name",
            "type": "Type",
            "value": "Value",
            "insecure_value": "Value",
            "value_wo": "Value",
            "value_wo_version": Ignored(),
            "description": "Description",
            "allowed_pattern": "AllowedPattern",
            "data_type": "DataType",
            "tier": "Tier",
            "overwrite": Ignored(),
            "tags": Ignored(),
        },
        {"id": "", "name": "", "arn": "Arn"},
    ),
)

KINDS = S3 + SSM
