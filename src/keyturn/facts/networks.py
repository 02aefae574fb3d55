"""
What is refused around networks: load balancers in one zone, flow logs that contradict themselves, domains that nobody can have, queues of
two kinds that do not go together.

Sources: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html, https://www.rfc-editor.org/rfc/rfc2606,
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html,
https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html; the errors as quoted by those who met them; read 2026-11-24.
"""

from __future__ import annotations

from keyturn.facts.error import AwsError

ONE_ZONE = AwsError("ValidationError", "At least two subnets in two different Availability Zones must be specified")

FLOW_LOG_INTERVALS = ("60", "600")
"""The seconds over which traffic is summed up."""
NOT_APPLICABLE = AwsError("InvalidParameter", "DeliverLogsPermissionArn is not applicable for s3 delivery")
BAD_INTERVAL = AwsError("InvalidParameter", "Invalid Flow Log Max Aggregation Interval")

RESERVED_DOMAINS = ("example.com", "example.net", "example.org")

OTHER_KIND = AwsError("InvalidParameterValue", "Dead-letter queue must be same type of queue as the source.")
STANDARD_TOPIC = AwsError(
    "InvalidParameter",
    "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics",
)


def plain(domain: str) -> str:
    """A domain as it is compared: in small letters, without the root's dot."""
    return domain.rstrip(".").lower()


def is_reserved(domain: str) -> bool:
    """Whether a domain is kept for documentation, or below one that is."""
    return any(plain(domain) == each or plain(domain).endswith(f".{each}") for each in RESERVED_DOMAINS)


def reserved(domain: str) -> AwsError:
    return AwsError("InvalidDomainName", f"{plain(domain)}. is reserved by AWS!")
