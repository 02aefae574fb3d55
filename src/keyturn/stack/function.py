"""The rotation function: its log, its role, itself."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from keyturn.rotation.configuration import TWO_PASSWORDS
from keyturn.stack.arguments import Arguments
from keyturn.stack.permissions import Subject, role_policy, trust
from keyturn.stack.where import Where

HANDLER = "rotation.handler.handle"
RUNTIME = "python3.12"


def function(
    arguments: Arguments, where: Where, subject: Subject, code: pulumi.Archive, options: pulumi.ResourceOptions
) -> aws.lambda_.Function:
    """
    Make the function and what must be there before it.

    The log group comes first, or Lambda would make one of that name without encryption; the role's policy too, for Lambda asks at
    creation whether the role may make network interfaces.
    """
    log_group = aws.cloudwatch.LogGroup(
        arguments.name("rotation-function-log-group"),
        name=subject.log_group,
        kms_key_id=subject.keys.logs,
        retention_in_days=arguments.log_retention_days,
        tags=arguments.tagged("rotation-function-log-group"),
        opts=options,
    )
    role = aws.iam.Role(
        subject.role,
        name=subject.role,
        description="What the rotation function may do",
        assume_role_policy=pulumi.Output.json_dumps(trust()),
        tags=arguments.tagged("rotation-role"),
        opts=options,
    )
    policy = aws.iam.RolePolicy(
        arguments.name("rotation-policy"),
        name=arguments.name("rotation-policy"),
        role=role.name,
        policy=pulumi.Output.json_dumps(role_policy(subject, where)),
        opts=options,
    )
    return aws.lambda_.Function(
        subject.function,
        name=subject.function,
        description="Rotates the password of the application's database user",
        role=role.arn,
        runtime=RUNTIME,
        handler=HANDLER,
        code=code,
        timeout=60,
        memory_size=256,
        environment={"variables": environment(arguments, subject)},
        vpc_config={"subnet_ids": subject.network.subnet_ids, "security_group_ids": [subject.groups.function]},
        tags=arguments.tagged("rotation-function"),
        opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=[log_group, policy])),
    )


def environment(arguments: Arguments, subject: Subject) -> dict[str, pulumi.Input[str]]:
    """What the function is pinned to; read by `rotation.configuration`."""
    database = subject.database
    variables: dict[str, pulumi.Input[str]] = {
        "SECRET_ARN": subject.secret_arn,
        "ADMIN_SECRET_ARN": database.administrator_secret_arn,
        "ENGINE": arguments.engine,
        "DB_HOST": database.endpoint,
        "DB_PORT": str(database.port),
        "DB_NAME": arguments.database,
        "DB_USER": arguments.user,
        "GRACE_SECONDS": str(int(arguments.grace.total_seconds())),
        **arguments.password_settings,
    }
    if arguments.strategy != TWO_PASSWORDS:
        variables["STRATEGY"] = arguments.strategy
    if database.reader_endpoint is not None:
        variables["DB_READER_HOST"] = database.reader_endpoint
    return variables
