"""
What Lambda refuses of a function, and in which words.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html (reserved variables, and what they may be called),
https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html (what the role of a function in a VPC must be allowed),
https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html (who assumes it),
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html (where it logs to),
https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html (which calls are told apart); the errors as
quoted by programs that failed with them; read 2026-11-24.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from keyturn.facts.error import AwsError

PRINCIPAL = "lambda.amazonaws.com"
_RESERVED = """
_HANDLER _X_AMZN_TRACE_ID AWS_DEFAULT_REGION AWS_REGION AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_NAME
AWS_LAMBDA_FUNCTION_MEMORY_SIZE AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE AWS_LAMBDA_LOG_GROUP_NAME
AWS_LAMBDA_LOG_STREAM_NAME AWS_ACCESS_KEY AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_LAMBDA_RUNTIME_API
LAMBDA_TASK_ROOT LAMBDA_RUNTIME_DIR
"""
RESERVED_VARIABLES = frozenset(_RESERVED.split())
"""Environment variables that Lambda sets, and nobody else may."""

VARIABLE = re.compile("[a-zA-Z][a-zA-Z0-9_]+")
"""What an environment variable may be called; read 2026-11-28."""

MALFORMED_VARIABLE = AwsError(
    "ValidationException",
    "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member "
    "must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
)
"""The answer to one that is called otherwise."""


def malformed(names: Iterable[str]) -> list[str]:
    """The names that no environment variable may have; of reserved ones Lambda says that they are."""
    return [name for name in names if not VARIABLE.fullmatch(name) and name not in RESERVED_VARIABLES]


INTERFACE_CALLS = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
"""What Lambda does with the role of a function in a VPC before the function is there."""

INTERFACE_CALLS_ARE_SILENT_ON = frozenset({"lambda:sourcefunctionarn"})
"""Of calls that Lambda makes around a function, and not the function itself, this condition key is not sent."""


def log_group(function_name: str) -> str:
    """The log group that a function writes to unless it is told another; Lambda makes it when it is not there."""
    return f"/aws/lambda/{function_name}"


def reserved(names: Sequence[str]) -> AwsError:
    """The answer to environment variables that Lambda keeps to itself."""
    return AwsError(
        "InvalidParameterValueException",
        "Lambda was unable to configure your environment variables because the environment variables you have provided contains "
        "reserved keys that are currently not supported for modification. Reserved keys used in this request: "
        + ", ".join(names),
    )


def cannot_make_interfaces(call: str) -> AwsError:
    """The answer when the role of a function in a VPC may not make the function's network interfaces."""
    return AwsError(
        "InvalidParameterValueException",
        f"The provided execution role does not have permissions to call {call.partition(':')[2]} on EC2",
    )


def cannot_be_assumed() -> AwsError:
    """The answer when the role does not trust Lambda."""
    return AwsError("InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda.")


class Reading(NamedTuple):
    """What Lambda calls to read an event source, with the role of the function: the service by its name in errors, and the calls."""

    service: str
    calls: tuple[str, ...]


_READINGS = {
    "sqs": Reading("SQS", ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")),
    "dynamodb": Reading("DynamoDB", ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")),
}


def reading(source_arn: str) -> Reading | None:
    """
    How an event source is read; None for one that is not here.

    Sources: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html,
    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html, read 2026-11-24.
    """
    parts = source_arn.split(":")
    return _READINGS.get(parts[2]) if len(parts) > 5 else None


def cannot_read(call: str, service: str) -> AwsError:
    """The answer to an event source mapping whose function's role may not read the source."""
    return AwsError(
        "InvalidParameterValueException",
        f"The provided execution role does not have permissions to call {call.partition(':')[2]} on {service}",
    )
