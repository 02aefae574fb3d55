"""
A log group is to keep its events for a number of days that CloudWatch Logs does not know.

There is a list of periods: 1, 3, 5, 7, 14, 30, 60, 90 days and so on up to ten years. Any other number is refused.

Fix: take the next longer period.

Why it matters: the log group is not created, nor what waits for it.

Scope: every log group with a retention

Noticed: at deployment, when the log group is created

Recovery: change the number and deploy again

Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.facts import logs
from keyturn.graph import Graph, Resource


@check("AWS::Logs::LogGroup", verdict=Verdict.REFUSED)
def log_retention_not_allowed(group: Resource, graph: Graph) -> Iterator[Outcome]:
    days = group.get("RetentionInDays")
    if isinstance(days, bool) or not isinstance(days, int | str) or not str(days).isdigit():
        return
    if int(days) not in logs.RETENTIONS:
        at = group.at("RetentionInDays")
        longer = next((each for each in logs.RETENTIONS if each > int(days)), logs.RETENTIONS[-1])
        yield Finding(
            at=at,
            message=f"{days} days is not a period that CloudWatch Logs knows",
            error=logs.retention_refused(int(days)),
            fix=Fix(f"keep them for {longer} days", at, replace=longer),
        )
