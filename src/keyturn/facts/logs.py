"""
What CloudWatch Logs needs of a customer managed key, and what it answers when it does not get it.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html, read 2026-11-23 in the copy of
2023-06-15; the errors as quoted in hashicorp/terraform-provider-aws#29282, aws/aws-cdk#28304 and hashicorp/terraform#24194.
"""

from __future__ import annotations

from keyturn.facts.error import AwsError
from keyturn.facts.partitions import dns_suffix

CONTEXT_KEY = "aws:logs:arn"
"""The encryption context that CloudWatch Logs sends with every call: the ARN of the log group."""

KMS_ACTIONS = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey")
"""
The calls without which CloudWatch Logs refuses a key.

The guide's example policy also names ReEncrypt* and Describe*. Keys that admit neither are accepted: AWS's own CDK deploys its
log groups with a key that grants Encrypt, Decrypt, ReEncrypt* and GenerateDataKey*, and stacks without ReEncrypt* deploy too.
"""

DOCUMENTED_ACTIONS = (
    *("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"),
    # Not among those of the guide; CloudWatch Logs uses no grants, and it does no harm.
    "kms:CreateGrant",
    "kms:DescribeKey",
)
"""What a key's policy is to allow CloudWatch Logs."""
SID = "AllowCloudWatchLogs"


def service_principal(region: str, partition: str = "aws") -> str:
    """Whom the key policy must name: CloudWatch Logs calls KMS as itself, by a principal of its region."""
    return f"logs.{region}.{dns_suffix(partition)}"


def accepted_principals(region: str, partition: str = "aws") -> tuple[str, ...]:
    """The regional principal, which the guide gives, and those under which deployments are also known to succeed."""
    suffixes = dict.fromkeys((dns_suffix(partition), "amazonaws.com"))
    return tuple(f"logs.{place}{suffix}" for place in (f"{region}.", "") for suffix in suffixes)


def group_arn(arn: str) -> str:
    """A log group's ARN as it stands in the encryption context and in errors: without the `:*` that `Fn::GetAtt` adds."""
    return arn.removesuffix(":*")


def encryption_context(log_group_arn: str) -> dict[str, str]:
    """The condition key, with its value, that key policies see when CloudWatch Logs calls for this log group."""
    return {f"kms:EncryptionContext:{CONTEXT_KEY}": group_arn(log_group_arn)}


def subscription_source(log_group: str, region: str, account: str, partition: str = "aws") -> str:
    """
    What `aws:SourceArn` holds when CloudWatch Logs invokes the function of a subscription filter: the log group's ARN with `:*`.

    A permission for the ARN without it lets nobody in (hashicorp/terraform-provider-aws#16162).

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample, read 2026-11-28;
    SAM's event CloudWatchLogs and CDK's LambdaDestination write the same.
    """
    return f"arn:{partition}:logs:{region}:{account}:log-group:{log_group}:*"


def key_statement(region: str, log_group_arn: str, partition: str = "aws") -> dict[str, object]:
    """The key policy statement that admits CloudWatch Logs, for this log group only."""
    return {
        "Sid": SID,
        "Effect": "Allow",
        "Principal": {"Service": service_principal(region, partition)},
        "Action": [*DOCUMENTED_ACTIONS],
        "Resource": "*",
        "Condition": {"ArnEquals": dict(encryption_context(log_group_arn))},
    }


def key_refused(log_group_arn: str) -> AwsError:
    """The answer of CreateLogGroup and AssociateKmsKey to a key whose policy does not admit CloudWatch Logs."""
    return AwsError(
        "AccessDeniedException",
        f"The specified KMS key does not exist or is not allowed to be used with Arn '{group_arn(log_group_arn)}'",
    )


def key_not_found(log_group_name: str) -> AwsError:
    """The answer to a key id or alias where an ARN belongs, and to a key that is missing or disabled."""
    return AwsError("InvalidParameterException", f"The specified KMS Key Id could not be found. '{log_group_name}'")


RETENTIONS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""
For how many days log events can be kept.

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html, in botocore 1.44.5.
"""


def retention_refused(days: int) -> AwsError:
    """The answer to another number of days."""
    return AwsError(
        "InvalidParameterException",
        f"1 validation error detected: Value '{days}' at 'retentionInDays' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{', '.join(map(str, RETENTIONS))}]",
    )
