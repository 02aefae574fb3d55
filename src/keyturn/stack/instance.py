"""An RDS instance that is no cluster's: encrypted, private, its master user's password kept by RDS in a secret under our key."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from keyturn.rotation.configuration import POSTGRESQL
from keyturn.stack.arguments import ADMINISTRATOR, Arguments
from keyturn.stack.keys import StackKeys

STORAGE_GB = 20
"""The least that both engines take on gp3; it can grow later without an interruption."""


def instance(
    arguments: Arguments,
    subnet_group: aws.rds.SubnetGroup,
    security_group: pulumi.Input[str],
    keys: StackKeys,
    options: pulumi.ResourceOptions,
) -> aws.rds.Instance:
    """Make the instance; with a standby in another zone where two are asked for."""
    parameters = aws.rds.ParameterGroup(
        arguments.name("database-parameters"),
        name=arguments.name("database-parameters"),
        family=arguments.kind.family(arguments.version),
        description=f"TLS only, for {arguments.environment_suffix}",
        parameters=[{"name": name, "value": value} for name, value in (_tls_only(arguments),)],
        tags=arguments.tagged("database-parameters"),
        opts=options,
    )
    return aws.rds.Instance(
        arguments.name("database-instance"),
        identifier=arguments.name("database-instance"),
        engine=arguments.engine,
        engine_version=arguments.version,
        instance_class=arguments.instance_class,
        allocated_storage=STORAGE_GB,
        storage_type="gp3",
        multi_az=arguments.instances > 1,
        db_name=arguments.database,
        port=arguments.port,
        username=ADMINISTRATOR,
        manage_master_user_password=True,
        master_user_secret_kms_key_id=keys.secrets,
        storage_encrypted=True,
        kms_key_id=keys.database,
        db_subnet_group_name=subnet_group.name,
        vpc_security_group_ids=[security_group],
        parameter_group_name=parameters.name,
        publicly_accessible=False,
        backup_retention_period=arguments.backup_retention_days,
        copy_tags_to_snapshot=True,
        deletion_protection=arguments.protected,
        skip_final_snapshot=not arguments.snapshot,
        final_snapshot_identifier=arguments.name("database-final-snapshot") if arguments.snapshot else None,
        tags=arguments.tagged("database-instance"),
        opts=options,
    )


def _tls_only(arguments: Arguments) -> tuple[str, str]:
    return ("rds.force_ssl", "1") if arguments.engine in POSTGRESQL else ("require_secure_transport", "ON")
