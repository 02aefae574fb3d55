"""Databases in a cloud of one's own, and what clients see of them."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from typing import Any

import pymysql
import pytest
from botocore.exceptions import ClientError

from keyturn.local.cloud import Cloud

VERSION = "8.0.mysql_aurora.3.04.0"
PASSWORD = "The-first-Passw0rd"
POSTGRESQL = {"Engine": "aurora-postgresql", "EngineVersion": "16"}
"""A cluster of the engine whose server is the quickest to start."""

Clusters = Callable[..., dict[str, Any]]


@pytest.fixture
def make_cluster(cloud: Cloud) -> Clusters:
    """Makes the cluster `orders`; gives what DescribeDBClusters says of it."""

    def make(name: str = "orders", **settings: Any) -> dict[str, Any]:
        rds = cloud.client("rds")
        defaults = {"Engine": "aurora-mysql", "EngineVersion": VERSION, "MasterUsername": "clusteradmin"}
        if not settings.get("ManageMasterUserPassword"):
            defaults["MasterUserPassword"] = PASSWORD
        rds.create_db_cluster(DBClusterIdentifier=name, **{**defaults, **settings})
        found: dict[str, Any] = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
        return found

    return make


@pytest.fixture
def subnets(cloud: Cloud) -> list[str]:
    """Two subnets of a VPC, in two zones."""
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    return [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    ]


def error_of(call: Callable[..., Any], /, **parameters: Any) -> tuple[str, str, int]:
    """Code, text and HTTP status of AWS's refusal."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error, answer = caught.value.response["Error"], caught.value.response["ResponseMetadata"]
    return error["Code"], error["Message"], answer["HTTPStatusCode"]


def managed(cloud: Cloud, cluster: dict[str, Any], stage: str = "AWSCURRENT") -> dict[str, str]:
    secrets = cloud.client("secretsmanager")
    value = secrets.get_secret_value(SecretId=cluster["MasterUserSecret"]["SecretArn"], VersionStage=stage)
    login: dict[str, str] = json.loads(value["SecretString"])
    return login


def log_in(cloud: Cloud, cluster: dict[str, Any], user: str, password: str, **options: Any) -> list[Any]:
    """Log in as any client would: by the endpoint, over verified TLS; the databases that one sees."""
    tls = ssl.create_default_context(cafile=cloud.ca_file)
    with pymysql.connect(
        host=cluster["Endpoint"], port=cluster["Port"], user=user, password=password, ssl=tls, **options
    ) as connection:
        cursor = connection.cursor()
        cursor.execute("SHOW DATABASES")
        return [name for (name,) in cursor.fetchall()]


def add_instance(cloud: Cloud, name: str = "first", **settings: Any) -> dict[str, Any]:
    defaults = {"Engine": "aurora-mysql", "DBClusterIdentifier": "orders", "DBInstanceClass": "db.t3.medium"}
    rds = cloud.client("rds")
    rds.create_db_instance(DBInstanceIdentifier=name, **{**defaults, **settings})
    found: dict[str, Any] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    return found


def add_single(cloud: Cloud, engine: str, **settings: Any) -> dict[str, Any]:
    """An instance of no cluster, `orders`."""
    defaults = {"AllocatedStorage": 20, "MasterUsername": "clusteradmin", "MasterUserPassword": PASSWORD}
    rds = cloud.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="orders", DBInstanceClass="db.t3.medium", Engine=engine, **{**defaults, **settings}
    )
    found: dict[str, Any] = rds.describe_db_instances(DBInstanceIdentifier="orders")["DBInstances"][0]
    return found


def make_group(cloud: Cloud, subnets: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = cloud.client("rds").create_db_subnet_group(
        DBSubnetGroupName="Private", DBSubnetGroupDescription="for databases", SubnetIds=subnets
    )["DBSubnetGroup"]
    return made
