"""
What IAM answers to policy documents that it cannot read.

Source: the errors of https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html, with the texts that programs
that failed with them quote; read 2026-11-24.
"""

from __future__ import annotations

from keyturn.facts.error import AwsError
from keyturn.graph import Unknown

MALFORMED = AwsError("MalformedPolicyDocument", "Syntax errors in policy.")
"""The usual text; for some faults there are others."""

SID_REFUSED = AwsError(
    "MalformedPolicyDocument",
    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
)
"""To a Sid that is not of letters and digits."""

VERSION_REFUSED = AwsError("MalformedPolicyDocument", "Policy document must be version 2012-10-17 or greater.")
"""To a managed policy of the older version, or of none; inline policies may be either."""


def partition_refused(partition: str, arn: str) -> AwsError:
    """To a resource whose ARN is of no partition; IAM completes an ARN of fewer than six parts before it looks."""
    arn += ":*" * max(0, 5 - arn.count(":"))
    return AwsError("MalformedPolicyDocument", f'Partition "{partition}" is not valid for resource "{arn}".')


def public_policy_blocked(bucket: str | Unknown, who: str | Unknown) -> AwsError:
    """
    S3's answer to a public policy of a bucket that blocks such policies.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html, "Access denied due to Block Public Access
    settings", read 2026-11-28.

    Args:
        bucket: The bucket's ARN.
        who: The ARN of who puts the policy.
    """
    return AwsError(
        "AccessDenied",
        f'User: {who} is not authorized to perform: s3:PutBucketPolicy on resource: "{bucket}" because public policies are prevented by '
        "the BlockPublicPolicy setting in S3 Block Public Access.",
        403,
    )
