"""
A flow log has properties that do not go together.

A flow log that writes to CloudWatch Logs does so with a role, `DeliverLogsPermissionArn`. One that writes to S3 takes no role,
for there the bucket's policy decides. The interval over which traffic is summed up is 60 or 600 seconds.

Fix: give the role for CloudWatch Logs only, and one of the two intervals.

Why it matters: the flow log is not created, and the stack is rolled back.

Scope: every flow log of a VPC, subnet or network interface

Noticed: at deployment, when the flow log is created

Recovery: change the property and deploy again

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.facts.networks import BAD_INTERVAL, FLOW_LOG_INTERVALS, NOT_APPLICABLE
from keyturn.graph import Graph, Resource, Unknown


@check("AWS::EC2::FlowLog", verdict=Verdict.REFUSED)
def flow_log_disagrees(flow_log: Resource, graph: Graph) -> Iterator[Outcome]:
    kind = flow_log.get("LogDestinationType") or "cloud-watch-logs"
    role, interval = flow_log.get("DeliverLogsPermissionArn"), flow_log.get("MaxAggregationInterval")
    if kind == "s3" and role is not None:
        yield Finding(
            at=flow_log.at("DeliverLogsPermissionArn"),
            message=f"{flow_log} writes to S3, and takes no role for it",
            error=NOT_APPLICABLE,
            hint="leave DeliverLogsPermissionArn out: the bucket's policy decides",
        )
    if kind == "cloud-watch-logs" and role is None:
        yield Finding(
            at=flow_log.at(),
            message=f"{flow_log} writes to CloudWatch Logs, and is given no role for it",
            hint="give DeliverLogsPermissionArn, a role that vpc-flow-logs.amazonaws.com may assume",
        )
    if interval is not None and not isinstance(interval, Unknown) and str(interval) not in FLOW_LOG_INTERVALS:
        at = flow_log.at("MaxAggregationInterval")
        yield Finding(
            at=at,
            message=f"{interval} is not an interval: traffic is summed up over 60 or 600 seconds",
            error=BAD_INTERVAL,
            fix=Fix("take 60", at, replace=60),
        )
