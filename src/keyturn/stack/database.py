"""The database: an Aurora cluster or an RDS instance, private, encrypted, its master user's password kept by RDS under our key."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from keyturn.rotation.configuration import POSTGRESQL
from keyturn.stack.arguments import ADMINISTRATOR, Arguments
from keyturn.stack.instance import instance
from keyturn.stack.keys import StackKeys
from keyturn.stack.network import Groups, Subnets


@dataclass(frozen=True, slots=True)
class Database:
    """
    What the rotation needs to know of a cluster.

    Attributes:
        ready: What must stand before the database answers.
    """

    endpoint: pulumi.Input[str]
    reader_endpoint: pulumi.Input[str] | None
    port: int
    administrator_secret_arn: pulumi.Input[str]
    administrator_key_arn: pulumi.Input[str]
    ready: tuple[pulumi.Resource, ...] = ()


def database(
    arguments: Arguments, network: Subnets, groups: Groups, keys: StackKeys, options: pulumi.ResourceOptions
) -> Database:
    """
    Make a cluster and its instances, or an instance on its own, or take what is given.

    A cluster's instances do not say a version: theirs is the cluster's, also after it has been upgraded.
    """
    given = arguments.cluster
    if given is not None:
        return Database(
            given.endpoint,
            given.reader_endpoint,
            arguments.port,
            given.administrator_secret_arn,
            given.administrator_key_arn,
        )
    subnet_group = aws.rds.SubnetGroup(
        arguments.name("database-subnet-group"),
        name=arguments.name("database-subnet-group"),
        description=f"Private subnets of {arguments.environment_suffix}",
        subnet_ids=network.subnet_ids,
        tags=arguments.tagged("database-subnet-group"),
        opts=options,
    )
    if not arguments.kind.clusters:
        made = instance(arguments, subnet_group, groups.database, keys, options)
        return Database(
            endpoint=made.address,
            reader_endpoint=None,
            port=arguments.port,
            administrator_secret_arn=made.master_user_secrets[0].secret_arn,
            administrator_key_arn=keys.secrets,
            ready=(made,),
        )
    parameters = _parameters(arguments, options)
    cluster = aws.rds.Cluster(
        arguments.name("aurora-cluster"),
        cluster_identifier=arguments.name("aurora-cluster"),
        engine=arguments.engine,
        engine_version=arguments.version,
        database_name=arguments.database,
        db_cluster_parameter_group_name=parameters.name if parameters else None,
        port=arguments.port,
        master_username=ADMINISTRATOR,
        manage_master_user_password=True,
        master_user_secret_kms_key_id=keys.secrets,
        storage_encrypted=True,
        kms_key_id=keys.database,
        db_subnet_group_name=subnet_group.name,
        vpc_security_group_ids=[groups.database],
        backup_retention_period=arguments.backup_retention_days,
        copy_tags_to_snapshot=True,
        deletion_protection=arguments.protected,
        skip_final_snapshot=not arguments.snapshot,
        final_snapshot_identifier=arguments.name("aurora-final-snapshot") if arguments.snapshot else None,
        tags=arguments.tagged("aurora-cluster"),
        opts=options,
    )
    instances = tuple(
        aws.rds.ClusterInstance(
            arguments.name(f"aurora-instance-{number}"),
            identifier=arguments.name(f"aurora-instance-{number}"),
            cluster_identifier=cluster.cluster_identifier,
            engine=aws.rds.EngineType(arguments.engine),
            instance_class=arguments.instance_class,
            db_subnet_group_name=subnet_group.name,
            publicly_accessible=False,
            tags=arguments.tagged(f"aurora-instance-{number}"),
            opts=options,
        )
        for number in range(1, arguments.instances + 1)
    )
    return Database(
        endpoint=cluster.endpoint,
        reader_endpoint=cluster.reader_endpoint if arguments.instances > 1 else None,
        port=arguments.port,
        administrator_secret_arn=cluster.master_user_secrets[0].secret_arn,
        administrator_key_arn=keys.secrets,
        ready=instances,
    )


def _parameters(arguments: Arguments, options: pulumi.ResourceOptions) -> aws.rds.ClusterParameterGroup | None:
    """
    What refuses connections without TLS, on PostgreSQL.

    On MySQL the application's user is one that must use it; PostgreSQL has nothing of the kind for a single role.
    """
    if arguments.engine not in POSTGRESQL:
        return None
    return aws.rds.ClusterParameterGroup(
        arguments.name("aurora-parameters"),
        name=arguments.name("aurora-parameters"),
        family=arguments.kind.family(arguments.version),
        description=f"TLS only, for {arguments.environment_suffix}",
        parameters=[{"name": "rds.force_ssl", "value": "1"}],
        tags=arguments.tagged("aurora-parameters"),
        opts=options,
    )
