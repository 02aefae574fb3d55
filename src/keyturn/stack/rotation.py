"""When the function runs: Secrets Manager's schedule rotates, an hourly rule discards old passwords."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from keyturn.stack.arguments import Arguments
from keyturn.stack.where import Where


def schedule(
    arguments: Arguments,
    where: Where,
    function: aws.lambda_.Function,
    secret: aws.secretsmanager.Secret,
    ready: Sequence[pulumi.Resource],
    options: pulumi.ResourceOptions,
) -> None:
    """
    Rotate on schedule, and at once: the first rotation makes the user and sets the password.

    Args:
        ready: What that first rotation needs. A first rotation that fails blocks the deployments after it.
    """
    permission = aws.lambda_.Permission(
        arguments.name("rotation-permission"),
        action="lambda:InvokeFunction",
        function=function.name,
        principal="secretsmanager.amazonaws.com",
        source_account=where.account,
        source_arn=secret.arn,
        opts=options,
    )
    # Secrets Manager asks for the permission when the schedule is made, and cannot wait for it.
    aws.secretsmanager.SecretRotation(
        arguments.name("rotation-schedule"),
        secret_id=secret.id,
        rotation_lambda_arn=function.arn,
        rotate_immediately=True,
        rotation_rules={"schedule_expression": arguments.schedule},
        opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[permission, *ready])),
    )


def discard(arguments: Arguments, function: aws.lambda_.Function, options: pulumi.ResourceOptions) -> None:
    """
    Let the function look every hour whether an old password's grace is over.

    The permission names the rule's ARN, which holds the account. It does not name the account besides: EventBridge does not pass
    `aws:SourceAccount` to Lambda, and would be refused without a word (awsdocs/aws-cloudformation-user-guide#481).
    """
    rule = aws.cloudwatch.EventRule(
        arguments.name("discard-rule"),
        name=arguments.name("discard-rule"),
        description="Every hour: discard an old password when its grace is over",
        schedule_expression="rate(1 hour)",
        tags=arguments.tagged("discard-rule"),
        opts=options,
    )
    aws.cloudwatch.EventTarget(
        arguments.name("discard-target"),
        rule=rule.name,
        target_id="rotation-function",
        arn=function.arn,
        opts=options,
    )
    aws.lambda_.Permission(
        arguments.name("discard-permission"),
        action="lambda:InvokeFunction",
        function=function.name,
        principal="events.amazonaws.com",
        source_arn=rule.arn,
        opts=options,
    )
