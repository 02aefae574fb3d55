"""The component: everything that rotates one database credential, put together."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from keyturn.stack.alarms import alarms
from keyturn.stack.arguments import Arguments
from keyturn.stack.database import database
from keyturn.stack.endpoints import endpoints
from keyturn.stack.function import function
from keyturn.stack.keys import keys
from keyturn.stack.network import groups, subnets
from keyturn.stack.package import package
from keyturn.stack.permissions import Subject, endpoint_statements
from keyturn.stack.rotation import discard, schedule
from keyturn.stack.where import here


class RotationStack(pulumi.ComponentResource):
    """
    An Aurora cluster whose application credential rotates with no failed login.

    Attributes:
        secret_arn: The application's secret. It has no value before the first rotation, which runs at deployment.
        vpc_id, cluster_endpoint, function_name: Where things are.
        database_key_arn, secrets_key_arn, logs_key_arn: The keys; the first is None with a cluster of one's own.
    """

    secret_arn: pulumi.Output[str]
    vpc_id: pulumi.Output[str]
    cluster_endpoint: pulumi.Output[str]
    function_name: pulumi.Output[str]
    database_key_arn: pulumi.Output[str] | None
    secrets_key_arn: pulumi.Output[str]
    logs_key_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        arguments: Arguments,
        opts: pulumi.ResourceOptions | None = None,
        *,
        code: pulumi.Archive | None = None,
    ) -> None:
        """
        Declare the stack.

        Args:
            code: The function's package; built from this installation if None.

        Raises:
            Misuse: The provider deploys to another region than the arguments name.
        """
        super().__init__("keyturn:stack:RotationStack", name, None, opts)
        options, invoke = pulumi.ResourceOptions(parent=self), pulumi.InvokeOptions(parent=self)
        where = here(arguments.region, invoke)
        function_name = arguments.name("rotation-function")
        log_group = f"/aws/lambda/{function_name}"

        stack_keys = keys(arguments, where, options, log_group=log_group)
        network = subnets(arguments, options, invoke)
        security_groups = groups(arguments, network, arguments.port, options)
        cluster = database(arguments, network, security_groups, stack_keys, options)
        secret = aws.secretsmanager.Secret(
            arguments.name("database-secret"),
            name=arguments.name("database-secret"),
            description=f"How {arguments.user} logs in to {arguments.database}; rotated by {function_name}",
            kms_key_id=stack_keys.secrets,
            recovery_window_in_days=30 if arguments.production else 0,
            tags=arguments.tagged("database-secret"),
            opts=options,
        )
        subject = Subject(
            role=arguments.name("rotation-role"),
            function=function_name,
            log_group=log_group,
            secret_arn=secret.arn,
            database=cluster,
            keys=stack_keys,
            network=network,
            groups=security_groups,
        )
        ways = endpoints(arguments, where, network, security_groups, endpoint_statements(subject, where), options)
        rotator = function(arguments, where, subject, code or pulumi.FileArchive(str(package().file())), options)
        ready = (*ways, *security_groups.rules, *cluster.ready)
        schedule(arguments, where, rotator, secret, ready, options)
        discard(arguments, rotator, options)
        alarms(arguments, function_name, options)

        outputs = {
            "secret_arn": secret.arn,
            "vpc_id": network.vpc_id,
            "cluster_endpoint": cluster.endpoint,
            "function_name": rotator.name,
            "database_key_arn": stack_keys.database,
            "secrets_key_arn": stack_keys.secrets,
            "logs_key_arn": stack_keys.logs,
        }
        for output, value in outputs.items():
            setattr(self, output, pulumi.Output.from_input(value) if value is not None else None)
        self.register_outputs(outputs)

    def outputs(self) -> dict[str, pulumi.Output[str]]:
        """All outputs that there are, by name, to export."""
        values = {name: getattr(self, name) for name in RotationStack.__annotations__}
        return {name: value for name, value in values.items() if value is not None}
