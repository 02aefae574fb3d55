"""
What the managed policies of AWS allow that functions' roles mostly have; of the others nothing is said.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html, each policy's page; read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LOGS = ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents")
_INTERFACES = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)
_TRACES = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")


def _allow(*actions: str) -> Mapping[str, Any]:
    return {"Version": "2012-10-17", "Statement": ({"Effect": "Allow", "Action": actions, "Resource": "*"},)}


DOCUMENTS: Mapping[str, Mapping[str, Any]] = {
    "service-role/AWSLambdaBasicExecutionRole": _allow(*_LOGS),
    "service-role/AWSLambdaVPCAccessExecutionRole": _allow(*_LOGS, *_INTERFACES),
    "AWSXRayDaemonWriteAccess": _allow(
        *_TRACES, "xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:GetSamplingStatisticSummaries"
    ),
    "AdministratorAccess": _allow("*"),
}
"""The policies' documents, by path and name as they stand in the ARN behind `policy/`."""


def document(arn: str) -> Mapping[str, Any] | None:
    """The document of a managed policy of AWS; None for one that is not here."""
    owner, _, name = arn.partition(":policy/")
    return DOCUMENTS.get(name) if owner.endswith(":iam::aws") else None
