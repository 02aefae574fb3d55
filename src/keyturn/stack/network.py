"""
A private network: subnets with no way to the internet, and who may talk to whom.

The function talks to the endpoints on 443 and to the database on its port. Nothing else is admitted anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from keyturn.stack.arguments import Arguments

NOWHERE = aws.ec2.SecurityGroupEgressArgs(
    protocol="-1", from_port=0, to_port=0, cidr_blocks=["127.0.0.1/32"], description="no outbound traffic"
)
"""A group without outbound rules is open to everywhere in CloudFormation; its reference closes one with this rule."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Security groups, by id; `rules` are what admits the function to the others."""

    function: pulumi.Input[str]
    endpoints: pulumi.Input[str]
    database: pulumi.Input[str]
    rules: tuple[pulumi.Resource, ...]


@dataclass(frozen=True, slots=True)
class Subnets:
    """A VPC and its private subnets, made here or given."""

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]


def subnets(arguments: Arguments, options: pulumi.ResourceOptions, invoke: pulumi.InvokeOptions) -> Subnets:
    """Make a VPC with private subnets in different zones, or take what is given."""
    if arguments.network is not None:
        return Subnets(arguments.network.vpc_id, arguments.network.subnet_ids)
    vpc = aws.ec2.Vpc(
        arguments.name("vpc"),
        cidr_block=arguments.vpc_cidr,
        enable_dns_support=True,
        enable_dns_hostnames=True,
        tags=arguments.tagged("vpc"),
        opts=options,
    )
    routes = aws.ec2.RouteTable(
        arguments.name("private-route-table"), vpc_id=vpc.id, tags=arguments.tagged("private-route-table"), opts=options
    )
    zones = aws.get_availability_zones(state="available", opts=invoke).names
    made = []
    for number, (zone, block) in enumerate(zip(zones, arguments.subnets, strict=False), start=1):
        subnet = aws.ec2.Subnet(
            arguments.name(f"private-subnet-{number}"),
            vpc_id=vpc.id,
            availability_zone=zone,
            cidr_block=block,
            map_public_ip_on_launch=False,
            tags=arguments.tagged(f"private-subnet-{number}"),
            opts=options,
        )
        aws.ec2.RouteTableAssociation(
            arguments.name(f"private-route-table-association-{number}"),
            subnet_id=subnet.id,
            route_table_id=routes.id,
            opts=options,
        )
        made.append(subnet.id)
    return Subnets(vpc.id, made)


def groups(arguments: Arguments, network: Subnets, port: int, options: pulumi.ResourceOptions) -> Groups:
    """
    Make the security groups and their rules.

    The function's outbound rules stand in its group, the inbound rules of the others beside theirs: groups that name each other
    could not be made one after the other.
    """

    def group(kind: str, description: str, *egress: aws.ec2.SecurityGroupEgressArgs) -> pulumi.Output[str]:
        name = f"{kind}-security-group"
        return aws.ec2.SecurityGroup(
            arguments.name(name),
            name=arguments.name(name),
            description=description,
            vpc_id=network.vpc_id,
            egress=list(egress),
            tags=arguments.tagged(name),
            opts=options,
        ).id

    given = arguments.network.endpoints_security_group_id if arguments.network else None
    endpoints = given or group("endpoints", "Interface endpoints: the rotation function on 443", NOWHERE)
    database = (
        arguments.cluster.security_group_id
        if arguments.cluster
        else group("database", f"Database: the rotation function on {port}", NOWHERE)
    )

    def to(group_id: pulumi.Input[str], port: int, what: str) -> aws.ec2.SecurityGroupEgressArgs:
        return aws.ec2.SecurityGroupEgressArgs(
            protocol="tcp", from_port=port, to_port=port, security_groups=[group_id], description=f"to {what}"
        )

    function = group(
        "function",
        "Rotation function: to endpoints and database only",
        to(endpoints, 443, "the endpoints"),
        to(database, port, "the database"),
    )

    def admit(kind: str, group_id: pulumi.Input[str], port: int) -> pulumi.Resource:
        return aws.vpc.SecurityGroupIngressRule(
            arguments.name(f"{kind}-ingress"),
            security_group_id=group_id,
            referenced_security_group_id=function,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description="from the rotation function",
            tags=arguments.tagged(f"{kind}-ingress"),
            opts=options,
        )

    rules = admit("endpoints", endpoints, 443), admit("database", database, port)
    return Groups(function, endpoints, database, rules)
