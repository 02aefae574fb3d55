"""
What databases are known by.

RDS and Neptune keep identifiers in lower case. The host of an endpoint has a part that is the same for all of an account in a region.

Source: "Return values" of each type in CloudFormation's template reference; "Amazon Resource Names (ARNs) in Amazon RDS"; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.graph import Unknown, Value
from keyturn.read.functions import concat
from keyturn.read.identity.mint import mint
from keyturn.read.identity.shape import Fields, Form, Shape

_RDS = "arn:{partition}:rds:{region}:{account}:"

PORTS = {"postgres": "5432", "aurora-postgresql": "5432", "oracle": "1521", "sqlserver": "1433", "db2": "50000"}
"""Where each engine listens unless told otherwise, by the beginning of its name; the MySQL family listens on 3306."""


def _port(fields: Fields) -> Value:
    if (given := fields.properties.get("Port")) is not None:
        return concat((given,))
    engine = fields.properties.get("Engine")
    if not isinstance(engine, str):
        return (
            engine if isinstance(engine, Unknown) else Unknown(f"the engine of {fields.logical} is not declared here")
        )
    return next((port for name, port in PORTS.items() if engine.startswith(name)), "3306")


def _host(kind: str, service: str = "rds") -> Form:
    """`<identifier>.<kind><the account's part>.<region>.<service>.<suffix>`."""

    def form(fields: Fields) -> Value:
        account = mint("lower12", service, fields.world.account, fields.world.region)
        return concat((fields.name, ".", kind, account, f".{fields.world.region}.{service}.{fields.world.dns_suffix}"))

    return form


def _document_port(fields: Fields) -> Value:
    given = fields.properties.get("Port")
    return "27017" if given is None else given


def _master_secret(kind: str) -> Form:
    def form(fields: Fields) -> Value:
        managed = fields.properties.get("ManageMasterUserPassword")
        if managed not in (True, "true"):
            return (
                managed
                if isinstance(managed, Unknown)
                else Unknown(f"{fields.logical} does not let RDS manage its master password")
            )
        secret = f"arn:{{partition}}:secretsmanager:{{region}}:{{account}}:secret:rds!{kind}-{{uuid:secret}}-{{mixed6:secret}}"
        return fields.render(secret)

    return form


def _group(kind: str, name: str, **attributes: Form) -> Shape:
    return Shape(name=name, arn=f"{_RDS}{kind}:{{name}}", lower=True, attributes=attributes)


def _stream(fields: Fields) -> Value:
    if fields.properties.get("StreamSpecification") is None:
        return Unknown(f"{fields.logical} has no stream")
    return fields.render("{arn}/stream/2026-01-01T00:00:00.000")  # The time of its creation, made up.


_TABLE = Shape(
    name="TableName",
    arn="arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    attributes={"Arn": "{arn}", "StreamArn": _stream, "TableId": "{uuid}"},
)

SHAPES: Mapping[str, Shape] = {
    "RDS::DBCluster": Shape(
        name="DBClusterIdentifier",
        arn=_RDS + "cluster:{name}",
        limit=63,
        lower=True,
        attributes={
            "DBClusterArn": "{arn}",
            "DBClusterResourceId": "cluster-{upper26}",
            "Endpoint.Address": _host("cluster-"),
            "Endpoint.Port": _port,
            "ReadEndpoint.Address": _host("cluster-ro-"),
            "MasterUserSecret.SecretArn": _master_secret("cluster"),
        },
    ),
    "RDS::DBInstance": Shape(
        name="DBInstanceIdentifier",
        arn=_RDS + "db:{name}",
        limit=63,
        lower=True,
        attributes={
            "DBInstanceArn": "{arn}",
            "DbiResourceId": "db-{upper26}",
            "Endpoint.Address": _host(""),
            "Endpoint.Port": _port,
            "Endpoint.HostedZoneId": lambda fields: Unknown(f"AWS chooses the hosted zone of {fields.logical}"),
            "MasterUserSecret.SecretArn": _master_secret("db"),
        },
    ),
    "RDS::DBSubnetGroup": _group("subgrp", "DBSubnetGroupName", DBSubnetGroupArn="{arn}"),
    "RDS::DBClusterParameterGroup": _group("cluster-pg", "DBClusterParameterGroupName"),
    "RDS::DBParameterGroup": _group("pg", "DBParameterGroupName", DBParameterGroupName="{name}"),
    "RDS::OptionGroup": _group("og", "OptionGroupName"),
    "RDS::EventSubscription": _group("es", "SubscriptionName"),
    "RDS::GlobalCluster": Shape(
        name="GlobalClusterIdentifier",
        arn="arn:{partition}:rds::{account}:global-cluster:{name}",
        lower=True,
    ),
    "RDS::DBProxy": Shape(
        name="DBProxyName",
        arn=_RDS + "db-proxy:prx-0{hex16}",
        lower=True,
        attributes={
            "DBProxyArn": "{arn}",
            "Endpoint": _host("proxy-"),
            "VpcId": lambda fields: Unknown(f"AWS finds the VPC of {fields.logical}"),
        },
    ),
    "RDS::DBProxyTargetGroup": Shape(
        ref="{arn}", arn=_RDS + "target-group:prx-tg-0{hex16}", attributes={"TargetGroupArn": "{arn}"}
    ),
    "DocDB::DBCluster": Shape(
        name="DBClusterIdentifier",
        arn=_RDS + "cluster:{name}",
        limit=63,
        lower=True,
        attributes={
            "ClusterResourceId": "cluster-{upper26}",
            "Endpoint": _host("cluster-", "docdb"),
            "ReadEndpoint": _host("cluster-ro-", "docdb"),
            "Port": _document_port,
        },
    ),
    "DocDB::DBInstance": Shape(
        name="DBInstanceIdentifier",
        arn=_RDS + "db:{name}",
        limit=63,
        lower=True,
        attributes={"Endpoint": _host("", "docdb"), "Port": _document_port},
    ),
    "ElastiCache::ReplicationGroup": Shape(
        name="ReplicationGroupId",
        arn="arn:{partition}:elasticache:{region}:{account}:replicationgroup:{name}",
        limit=40,
        lower=True,
    ),
    "EFS::FileSystem": Shape(
        ref="fs-0{hex16}",
        arn="arn:{partition}:elasticfilesystem:{region}:{account}:file-system/{ref}",
        attributes={"Arn": "{arn}", "FileSystemId": "{ref}"},
    ),
    "DynamoDB::Table": _TABLE,
    "DynamoDB::GlobalTable": _TABLE,
}
