"""Buckets and what is said of them, parameters."""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.read.names.kind import TAGS, Apart, Document, Ignored, Kind, Object, Objects, Part, Renamed, Rule, Spread

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


_ACL = Renamed(
    "AccessControl",
    {
        "private": "Private",
        "public-read": "PublicRead",
        "public-read-write": "PublicReadWrite",
        "aws-exec-read": "AwsExecRead",
        "authenticated-read": "AuthenticatedRead",
        "bucket-owner-read": "BucketOwnerRead",
        "bucket-owner-full-control": "BucketOwnerFullControl",
        "log-delivery-write": "LogDeliveryWrite",
    },
)


def _events(to: str, name: str, target: str) -> Spread:
    own: dict[str, Rule] = {name: target, "filter_prefix": Ignored(), "filter_suffix": Ignored(), "id": Ignored()}
    return Spread(to, own, {"events": "Event"})


def _part(
    terraform: str,
    pulumi: str,
    properties: dict[str, Rule],
    into: str,
    take: str = "",
    *,
    many: bool = False,
    absent: Mapping[str, object] | None = None,
) -> Kind:
    """What completes a bucket."""
    part = Part("Bucket", into, take, many)
    return Kind("", terraform, pulumi, _OF_BUCKET | properties, absent=absent or {}, part=part)


S3 = (
    Kind(
        "AWS::S3::Bucket",
        "aws_s3_bucket",
        "aws:s3/bucket:Bucket",
        {
            "bucket": "BucketName",
            "bucket_prefix": Ignored(),
            "acl": _ACL,
            "force_destroy": Ignored(),
            "logging": Object("LoggingConfiguration", _LOGGING),
            "object_lock_enabled": "ObjectLockEnabled",
            "policy": Apart("AWS::S3::BucketPolicy", "PolicyDocument", "Bucket", listed=False),
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
        "aws_s3_bucket_acl",
        "aws:s3/bucketAcl:BucketAcl",
        {"acl": _ACL},
        "AccessControl",
        "AccessControl",
    ),
    _part(
        "aws_s3_bucket_replication_configuration",
        "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
        {
            "role": "Role",
            "token": Ignored(),
            "rule": Objects(
                "Rules",
                {
                    "id": "Id",
                    "prefix": "Prefix",
                    "priority": "Priority",
                    "status": "Status",
                    "delete_marker_replication": Object("DeleteMarkerReplication", {"status": "Status"}),
                    "destination": Object(
                        "Destination",
                        {
                            "account": "Account",
                            "bucket": "Bucket",
                            "storage_class": "StorageClass",
                            "encryption_configuration": Object(
                                "EncryptionConfiguration", {"replica_kms_key_id": "ReplicaKmsKeyID"}
                            ),
                        },
                    ),
                    "filter": Object("Filter", {"prefix": "Prefix"}),
                    "source_selection_criteria": Object(
                        "SourceSelectionCriteria",
                        {"sse_kms_encrypted_objects": Object("SseKmsEncryptedObjects", {"status": "Status"})},
                    ),
                },
            ),
        },
        "ReplicationConfiguration",
    ),
    _part(
        "aws_s3_bucket_inventory",
        "aws:s3/inventory:Inventory",
        {
            "name": "Id",
            "enabled": "Enabled",
            "included_object_versions": "IncludedObjectVersions",
            "optional_fields": "OptionalFields",
            "filter": Object("", {"prefix": "Prefix"}),
            "schedule": Object("", {"frequency": "ScheduleFrequency"}),
            "destination": Object(
                "",
                {
                    "bucket": Object(
                        "Destination",
                        {
                            "bucket_arn": "BucketArn",
                            "account_id": "BucketAccountId",
                            "format": "Format",
                            "prefix": "Prefix",
                        },
                    )
                },
            ),
        },
        "InventoryConfigurations",
        many=True,
        absent={"Enabled": True},
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

STORAGE_LENS = (
    Kind(
        "AWS::S3::StorageLens",
        "aws_s3control_storage_lens_configuration",
        "aws:s3control/storageLensConfiguration:StorageLensConfiguration",
        {
            "config_id": "StorageLensConfiguration.Id",
            "account_id": Ignored(),
            "storage_lens_configuration": Object(
                "StorageLensConfiguration",
                {
                    "enabled": "IsEnabled",
                    "data_export": Object(
                        "DataExport",
                        {
                            "s3_bucket_destination": Object(
                                "S3BucketDestination",
                                {
                                    "account_id": "AccountId",
                                    "arn": "Arn",
                                    "format": "Format",
                                    "output_schema_version": "OutputSchemaVersion",
                                    "prefix": "Prefix",
                                    "encryption": Object(
                                        "Encryption", {"sse_kms": Object("SSEKMS", {"key_id": "KeyId"})}
                                    ),
                                },
                            )
                        },
                    ),
                },
            ),
            "tags": TAGS,
        },
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

KINDS = S3 + STORAGE_LENS + SSM
