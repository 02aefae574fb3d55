"""
Which services call KMS as themselves, and what they need of a key's policy.

A service that is not listed here uses its caller's permissions, a role that it is given, or a grant: its principal in a key policy would do
nothing. `needs` are the calls without which it is known to fail; `documented` is what its page tells to allow. Read 2026-11-23, from
copies of 2022-12 to 2026-10.
"""

from __future__ import annotations

from typing import NamedTuple


class KeyUser(NamedTuple):
    """
    A service that calls KMS as itself.

    Attributes:
        principal: The name under which it calls.
        needs: The calls that it cannot do without.
        documented: The actions that its page tells to allow.
        silent_on: Condition keys that it is documented not to send: a statement that asks for them admits nobody.
        source: Its page.
    """

    principal: str
    needs: tuple[str, ...]
    documented: tuple[str, ...]
    source: str
    silent_on: tuple[str, ...] = ()


_SOURCE_KEYS = ("aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths")
_USE = ("kms:GenerateDataKey*", "kms:Decrypt")
_NEED = ("kms:GenerateDataKey", "kms:Decrypt")
_SNS = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
_SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html"

TRAIL = KeyUser(
    "cloudtrail.amazonaws.com",
    # Keys that do not admit kms:DescribeKey, which the page asks for too, are known to be accepted: aws/aws-cdk#20344.
    ("kms:GenerateDataKey",),
    ("kms:GenerateDataKey*", "kms:DescribeKey", "kms:Decrypt"),
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html",
)
EVENT_DATA_STORE = KeyUser(
    "cloudtrail.amazonaws.com",
    _NEED,
    ("kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey"),
    TRAIL.source,
    silent_on=("aws:SourceAccount", "aws:SourceArn"),
)
CONFIG = KeyUser(
    "config.amazonaws.com",
    _NEED,
    _NEED,
    "https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html",
)
S3_NOTIFICATION = KeyUser(
    "s3.amazonaws.com",
    _NEED,
    _USE,
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html",
)
S3_INVENTORY = KeyUser(
    "s3.amazonaws.com",
    ("kms:GenerateDataKey",),
    ("kms:GenerateDataKey",),
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html",
)
STORAGE_LENS = KeyUser(
    "storage-lens.s3.amazonaws.com",
    ("kms:GenerateDataKey",),
    ("kms:GenerateDataKey",),
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage_lens_encrypt_permissions.html",
)
ALARM = KeyUser("cloudwatch.amazonaws.com", _NEED, _USE, _SNS)
RULE_TO_TOPIC = KeyUser("events.amazonaws.com", _NEED, _USE, _SNS, silent_on=_SOURCE_KEYS)
RULE_TO_QUEUE = KeyUser(
    "events.amazonaws.com",
    _NEED,
    _USE,
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html",
)
TOPIC_TO_QUEUE = KeyUser(
    "sns.amazonaws.com",
    _NEED,
    _USE,
    "https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html",
)
TRAIL_TO_TOPIC = KeyUser(
    "cloudtrail.amazonaws.com",
    _NEED,
    _USE,
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html",
)
MAIL_TO_TOPIC = KeyUser(
    "ses.amazonaws.com", _NEED, _USE, "https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html"
)
BUDGET = KeyUser(
    "budgets.amazonaws.com",
    _NEED,
    _USE,
    "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html",
)
DEVELOPER_NOTIFICATION = KeyUser("codestar-notifications.amazonaws.com", _NEED, _USE, _SNS)
DATABASE_EVENT = KeyUser("events.rds.amazonaws.com", _NEED, _USE, _SNS)
ORIGIN_ACCESS = KeyUser(
    "cloudfront.amazonaws.com",
    ("kms:Decrypt",),
    ("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"),
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html",
)
LOG_DELIVERY = KeyUser(
    "delivery.logs.amazonaws.com",
    ("kms:GenerateDataKey",),
    ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"),
    "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html",
)
ACCESS_LOG = KeyUser(
    "logging.s3.amazonaws.com",
    ("kms:GenerateDataKey",),
    ("kms:GenerateDataKey*", "kms:Decrypt", "kms:Encrypt"),
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html",
)
ENCRYPTED_LOG_DELIVERY = KeyUser(
    "delivery.logs.amazonaws.com",
    ("kms:Decrypt",),
    ("kms:Decrypt", "kms:GenerateDataKey"),
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-bus-logs.html",
)
EVENT_FILTER = KeyUser(
    "lambda.amazonaws.com",
    ("kms:Decrypt",),
    ("kms:Decrypt",),
    "https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html",
)
EVENT_BUS = KeyUser(
    "events.amazonaws.com",
    _NEED,
    ("kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt"),
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html",
)
MAIL_TO_BUCKET = KeyUser(
    "ses.amazonaws.com",
    ("kms:GenerateDataKey",),
    ("kms:Encrypt", "kms:GenerateDataKey*"),
    "https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html",
)
FUNCTION_CODE = KeyUser(
    "lambda.amazonaws.com", _NEED, _NEED, "https://docs.aws.amazon.com/lambda/latest/dg/encrypt-zip-package.html"
)
DATA_SYNC = KeyUser(
    "ssm.amazonaws.com",
    ("kms:GenerateDataKey",),
    ("kms:GenerateDataKey",),
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-inventory-resource-data-sync.html",
)
AUTO_SCALING = KeyUser(
    "arn:{partition}:iam::{account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
    # The role lets EC2 use the key by a grant; with that EC2 does the rest.
    ("kms:CreateGrant",),
    ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey", "kms:CreateGrant"),
    "https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html",
)
"""A role, not a service: the policy that AWS gives it has no rights on anybody's keys, so the key's policy has to name it."""
