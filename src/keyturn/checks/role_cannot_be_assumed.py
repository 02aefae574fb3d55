"""
A service is given a role that does not let the service assume it.

A role says in its trust policy who may take it on. A role made for Lambda is of no use to Step Functions, and a misspelt service principal
lets nobody in. One that asks on whose behalf the service comes has to ask for what the service sends: for EventBridge Scheduler
`aws:SourceArn` is the ARN of the schedule's group, never that of the schedule.

Fix: allow the service `sts:AssumeRole` in the role's trust policy.

Why it matters: services that try the role at once refuse it, and the stack is rolled back. The others fail when they first need it: the
rule fires and nothing happens, the flow log stays empty.

Scope: roles declared beside state machines, schedules, pipes, delivery streams, EventBridge targets, flow logs, trails, CodeBuild,
CodePipeline, databases with enhanced monitoring, ECS tasks and EKS clusters; functions have a check of their own

Noticed: at deployment, or when the service first needs the role

Recovery: change the trust policy and deploy again

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html
  https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import Circumstances
from keyturn.checks.evidence.publishers import items
from keyturn.checks.evidence.trust import trust
from keyturn.facts import scheduler
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Path, Resource, Unknown


class Use(NamedTuple):
    """Which property names the role, which service assumes it, what comes of one that cannot be assumed, and what the service sends."""

    path: Path
    service: str
    error: AwsError | None = None
    verdict: Verdict | None = None
    sends: Callable[[Resource], Circumstances] = lambda _: {}


def _for_its_group(schedule: Resource) -> Circumstances:
    group = schedule.get("GroupName")
    group = scheduler.DEFAULT_GROUP if group is None else group
    arn = (
        scheduler.group_arn(group, schedule.region, schedule.account, schedule.partition)
        if isinstance(group, str)
        else Unknown("the schedule's group is not known")
    )
    return {"aws:SourceAccount": schedule.account, "aws:SourceArn": arn}


DEAD = Verdict.DEAD
USES: dict[str, tuple[Use, ...]] = {
    "AWS::StepFunctions::StateMachine": (
        Use(
            ("RoleArn",),
            "states.amazonaws.com",
            AwsError(
                "AccessDeniedException",
                "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the "
                "provided role.",
            ),
        ),
    ),
    "AWS::Scheduler::Schedule": (
        Use(
            ("Target", "RoleArn"),
            "scheduler.amazonaws.com",
            AwsError(
                "ValidationException",
                "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
            ),
            sends=_for_its_group,
        ),
    ),
    "AWS::Pipes::Pipe": (Use(("RoleArn",), "pipes.amazonaws.com"),),
    "AWS::KinesisFirehose::DeliveryStream": tuple(
        Use(
            (destination, "RoleARN"),
            "firehose.amazonaws.com",
            AwsError("InvalidArgumentException", "Firehose is unable to assume role. Please check the role provided."),
        )
        for destination in ("S3DestinationConfiguration", "ExtendedS3DestinationConfiguration")
    ),
    "AWS::Events::Rule": (Use(("Targets", "RoleArn"), "events.amazonaws.com", verdict=DEAD),),
    "AWS::EC2::FlowLog": (Use(("DeliverLogsPermissionArn",), "vpc-flow-logs.amazonaws.com", verdict=DEAD),),
    "AWS::CloudTrail::Trail": (
        Use(
            ("CloudWatchLogsRoleArn",),
            "cloudtrail.amazonaws.com",
            AwsError(
                "InvalidCloudWatchLogsRoleArnException", "Access denied. Check the trust relationships for your role."
            ),
        ),
    ),
    "AWS::CodeBuild::Project": (
        Use(
            ("ServiceRole",),
            "codebuild.amazonaws.com",
            AwsError("InvalidInputException", "CodeBuild is not authorized to perform: sts:AssumeRole on service role"),
        ),
    ),
    "AWS::CodePipeline::Pipeline": (
        Use(
            ("RoleArn",),
            "codepipeline.amazonaws.com",
            AwsError("InvalidStructureException", "CodePipeline is not authorized to perform AssumeRole on role"),
        ),
    ),
    "AWS::RDS::DBInstance": (
        Use(
            ("MonitoringRoleArn",),
            "monitoring.rds.amazonaws.com",
            AwsError(
                "InvalidParameterValue",
                "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
            ),
        ),
    ),
    "AWS::ECS::TaskDefinition": (
        Use(("TaskRoleArn",), "ecs-tasks.amazonaws.com", verdict=DEAD),
        Use(("ExecutionRoleArn",), "ecs-tasks.amazonaws.com", verdict=DEAD),
    ),
    "AWS::EKS::Cluster": (
        Use(
            ("RoleArn",),
            "eks.amazonaws.com",
            AwsError(
                "InvalidParameterException",
                "Role with arn could not be assumed because it does not exist or the trusted entity is not correct",
            ),
        ),
    ),
}


@check(*USES, verdict=Verdict.REFUSED)
def role_cannot_be_assumed(holder: Resource, graph: Graph) -> Iterator[Outcome]:
    for use in USES[holder.type]:
        for path in _places(holder, use.path):
            regional = use.service.replace(".amazonaws", f".{holder.region}.amazonaws", 1)
            also, sends = (regional, f"{use.service}.cn"), use.sends(holder)
            yield from trust(holder, path, use.service, graph, use.error, use.verdict, *also, sends=sends)


def _places(holder: Resource, path: Path) -> Iterator[Path]:
    """The path; through a list, that of each of its items."""
    first, *rest = path
    listed = list(items(holder, first))
    if rest and listed:
        yield from ((first, index, *rest) for index, _ in listed)
    else:
        yield path
