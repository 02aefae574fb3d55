"""
Interface endpoints: how a network without internet reaches Secrets Manager and KMS.

The function calls Secrets Manager only; Secrets Manager calls KMS on its behalf, from AWS's side. The endpoint for KMS is there for
programs in the same network that encrypt and decrypt themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from keyturn.stack.arguments import Arguments
from keyturn.stack.network import Groups, Subnets
from keyturn.stack.where import Where


def endpoints(
    arguments: Arguments,
    where: Where,
    network: Subnets,
    groups: Groups,
    statements: dict[str, Sequence[Any]],
    options: pulumi.ResourceOptions,
) -> tuple[aws.ec2.VpcEndpoint, ...]:
    """
    Make an endpoint for each service, unless the network has them already.

    Args:
        statements: What each endpoint lets through, by service: `secretsmanager`, `kms`.
    """
    if arguments.network is not None and arguments.network.endpoints_security_group_id:
        return ()
    return tuple(
        aws.ec2.VpcEndpoint(
            arguments.name(f"{service}-endpoint"),
            vpc_id=network.vpc_id,
            service_name=f"com.amazonaws.{where.region}.{service}",
            vpc_endpoint_type="Interface",
            subnet_ids=network.subnet_ids,
            security_group_ids=[groups.endpoints],
            private_dns_enabled=True,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": let_through}),
            tags=arguments.tagged(f"{service}-endpoint"),
            opts=options,
        )
        for service, let_through in statements.items()
    )
