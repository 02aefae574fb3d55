"""
What wakes an operator: a rotation or a discard that does not go as it should.

They watch what the function's line says, so each has a reason to be read in the log: see docs/operating.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pulumi
import pulumi_aws as aws

from keyturn.rotation.metrics import FUNCTION, NAMESPACE
from keyturn.stack.arguments import Arguments

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Alarm:
    """
    A metric that is not to go over a threshold.

    Attributes:
        period: Seconds that a value stands for.
        periods: For how many of them, one after the other, it has to be over the threshold.
        missing: What it means when the function has written nothing: `notBreaching`, or `breaching`.
    """

    kind: str
    metric: str
    statistic: str
    over: float
    period: int
    periods: int
    missing: str
    description: str


ALARMS = (
    Alarm(
        "rotation-failed-alarm", "failures", "Sum", 0, 300, 1, "notBreaching",
        "A run of the rotation function ended in a way that somebody has to look at; AWSCURRENT logs in meanwhile",
    ),
    Alarm(
        "rotation-unfinished-alarm", "unfinished", "Maximum", timedelta(hours=6).total_seconds(), HOUR, 1, "notBreaching",
        "A rotation has not been completed for six hours; AWSCURRENT logs in meanwhile",
    ),
    Alarm(
        "discard-overdue-alarm", "overdue", "Maximum", HOUR, HOUR, 3, "breaching",
        "An old password goes on working though its grace is over, or the hourly run that would tell does not happen",
    ),
)  # fmt: skip
"""The hourly run writes a value each hour, so three hours without one are a fault, and one hour may be by chance."""


def alarms(arguments: Arguments, function: str, options: pulumi.ResourceOptions) -> None:
    """Make the alarms on the metrics of a function, by its name. Their topic is the user's."""
    topics = [arguments.alarm_topic_arn] if arguments.alarm_topic_arn else None
    for alarm in ALARMS:
        aws.cloudwatch.MetricAlarm(
            arguments.name(alarm.kind),
            name=arguments.name(alarm.kind),
            alarm_description=alarm.description,
            namespace=NAMESPACE,
            metric_name=alarm.metric,
            dimensions={FUNCTION: function},
            statistic=alarm.statistic,
            period=alarm.period,
            evaluation_periods=alarm.periods,
            datapoints_to_alarm=alarm.periods,
            threshold=alarm.over,
            comparison_operator="GreaterThanThreshold",
            treat_missing_data=alarm.missing,
            alarm_actions=topics,
            ok_actions=topics,
            tags=arguments.tagged(alarm.kind),
            opts=options,
        )
