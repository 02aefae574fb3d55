"""
What CloudTrail sends to KMS, as whom it writes, and what it answers when it may not use what it is given.

Sources: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html, read in a copy of 2026;
the texts as quoted in aws/aws-cdk#23391, trussworks/terraform-aws-cloudtrail#186 and Azure/Azure-Sentinel#12242.
"""

from __future__ import annotations

from keyturn.facts.error import AwsError

PRINCIPAL = "cloudtrail.amazonaws.com"
"""As whom it writes, and calls KMS."""

ENCRYPTION_CONTEXT = "kms:EncryptionContext:aws:cloudtrail:arn"
"""The condition key in which policies see the trail's ARN."""


def key_refused(bucket: str, key: str) -> AwsError:
    """The answer of CreateTrail to a key, or a bucket, that CloudTrail may not use."""
    return AwsError(
        "InsufficientEncryptionPolicyException",
        f"Insufficient permissions to access S3 bucket {bucket} or KMS key {key}.",
    )


def bucket_refused(bucket: str) -> AwsError:
    """The answer of CreateTrail to a bucket whose policy does not let CloudTrail write."""
    return AwsError(
        "InsufficientS3BucketPolicyException", f"Incorrect S3 bucket policy is detected for bucket: {bucket}"
    )
