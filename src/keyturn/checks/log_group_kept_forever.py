"""
A log group keeps what is written to it for ever.

Without a retention nothing is ever deleted.

Fix: set `RetentionInDays`.

Why it matters: logs hold more about people and systems than one remembers, and cost more every month.

Scope: every log group that is declared

Noticed: on the bill, or by an audit

Recovery: set the retention; what is older is deleted within days

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.graph import Graph, Resource


@check("AWS::Logs::LogGroup", verdict=Verdict.WEAK)
def log_group_kept_forever(group: Resource, graph: Graph) -> Iterator[Outcome]:
    # Groups of the class DELIVERY have a retention of their own.
    if group.get("RetentionInDays") is None and group.get("LogGroupClass") != "DELIVERY":
        at = group.at("RetentionInDays")
        yield Finding(
            at,
            "nothing is ever deleted",
            fix=Fix("keep it for a year", at, replace=365, risk="what is older is deleted"),
        )
