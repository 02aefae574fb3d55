"""
On whose behalf EventBridge Scheduler assumes the role of a schedule: that of the schedule's group, never that of the schedule.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html, which forbids to narrow
`aws:SourceArn` to a schedule, or to the beginning of a schedule's name, as CDK's aws-scheduler-targets 2.275.0 has it too; read 2026-11-28.
"""

from __future__ import annotations

DEFAULT_GROUP = "default"
"""
The group of a schedule that names none.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-group.html, read 2026-11-28.
"""


def group_arn(group: str, region: str, account: str, partition: str = "aws") -> str:
    """The ARN of a group, which is what `aws:SourceArn` holds when Scheduler assumes the role of one of its schedules."""
    return f"arn:{partition}:scheduler:{region}:{account}:schedule-group/{group}"
