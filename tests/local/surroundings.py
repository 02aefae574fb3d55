"""
What the examples of checks take for granted: packages that were uploaded, roles, a trail's bucket, subnets of another stack's.

Everything that an example names and does not declare is here, and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from clouds import LAMBDA_TRUST, make_role, packed
from keyturn.local.cloud import Cloud
from stacks import create

ID = re.compile(r"\b(?:vpc|subnet|sg)-[0-9a-f]+\b")
ROLE = re.compile(r"arn:aws:iam::123456789012:role/([\w+=,.@-]+)(?![\w/])")
FUNCTION = re.compile(r"arn:aws:lambda:us-east-1:123456789012:function:([\w-]+)")
ANY_SERVICE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Service": [f"{name}.amazonaws.com" for name in ("lambda", "vpc-flow-logs", "logs", "events")]
            },
            "Action": "sts:AssumeRole",
        }
    ],
}

ROTATE = """
import json
import socket

import boto3


def handle(event, context):
    secrets = boto3.client("secretsmanager")
    name, token = event["SecretId"], event["ClientRequestToken"]
    match event["Step"]:
        case "createSecret":
            value = secrets.get_secret_value(SecretId=name, VersionStage="AWSCURRENT")["SecretString"]
            secrets.put_secret_value(
                SecretId=name, ClientRequestToken=token, SecretString=value, VersionStages=["AWSPENDING"]
            )
        case "setSecret":
            value = json.loads(secrets.get_secret_value(SecretId=name, VersionId=token)["SecretString"])
            if "host" in value:
                socket.create_connection((value["host"], value["port"]), timeout=1).close()
        case "finishSecret":
            stages = secrets.describe_secret(SecretId=name)["VersionIdsToStages"]
            current = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
            secrets.update_secret_version_stage(
                SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current
            )
"""
APPLICATION = """
def handle(event, context):
    print("served")
"""
GRANTS = """
import json
import urllib.request


def handle(event, context):
    told = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    body = json.dumps({"Status": "SUCCESS", "PhysicalResourceId": "grant", **told}).encode()
    urllib.request.urlopen(urllib.request.Request(event["ResponseURL"], data=body, method="PUT"))
"""
EXPORTING = {
    "Resources": {"Name": {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "rotation"}}},
    "Outputs": {
        "Function": {
            "Value": {"Fn::Sub": "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:rotation"},
            "Export": {"Name": "rotation-function-arn"},
        }
    },
}


def prepare(cloud: Cloud, patch: pytest.MonkeyPatch, texts: list[str]) -> None:
    """
    Make what examples share.

    Args:
        texts: The examples.
    """
    _upload(cloud)
    role = make_role(cloud, "surroundings", ["logs:*", "secretsmanager:*"], LAMBDA_TRUST)
    for name, code in (("grants", GRANTS), ("rotation", ROTATE)):
        _function(cloud, name, code, role)
    cloud.client("lambda").add_permission(
        FunctionName="rotation",
        StatementId="1",
        Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
    )
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = cloud.client("iam")
    iam.create_policy(PolicyName="own", PolicyDocument=policy)
    iam.create_service_linked_role(AWSServiceName="autoscaling.amazonaws.com")
    cloud.client("secretsmanager").create_secret(
        Name="database", SecretString=json.dumps({"password": "that-Is-long-enough"})
    )
    _trail_bucket(cloud)
    ecs = cloud.client("ecs")
    ecs.create_cluster(clusterName="default")
    ecs.register_task_definition(
        family="web",
        containerDefinitions=[
            {"name": "web", "image": "nginx", "memory": 300, "portMappings": [{"containerPort": 80}]}
        ],
    )
    _network(cloud, patch, {name for text in texts for name in ID.findall(text)})
    assert create(cloud.client("cloudformation"), EXPORTING, "exporting").status == "CREATE_COMPLETE"


@contextmanager
def around(cloud: Cloud, text: str) -> Iterator[None]:
    """Roles and functions that one example names by their ARNs and does not declare; they go again."""
    iam, functions = cloud.client("iam"), cloud.client("lambda")
    named = set(re.findall(r"FunctionName: ([a-z]+)$", text, re.MULTILINE))
    declared = named if "AWS::Lambda::Function\n" in text else set()
    roles = sorted({*ROLE.findall(text)} - {*re.findall(r"RoleName: (\S+)", text)})
    names = sorted({*FUNCTION.findall(text), *named} - declared - {"grants", "rotation"})
    for name in roles:
        make_role(cloud, name, ["ec2:*", "kms:*", "logs:*", "s3:*", "secretsmanager:*"], ANY_SERVICE)
    for name in names:
        _function(cloud, name, APPLICATION, f"arn:aws:iam::{cloud.account}:role/surroundings")
        _admit(cloud, name)
    try:
        yield
    finally:
        for name in roles:
            iam.delete_role_policy(RoleName=name, PolicyName="all")
            iam.delete_role(RoleName=name)
        for name in names:
            functions.delete_function(FunctionName=name)


def key_of_somebody(cloud: Cloud) -> str:
    """A key that admits all services."""
    everyone = {
        "Effect": "Allow",
        "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": "kms:*",
        "Resource": "*",
    }
    owner = {**everyone, "Principal": {"AWS": f"arn:aws:iam::{cloud.account}:root"}}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everyone, owner]})
    arn: str = cloud.client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]
    return arn


def _upload(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    for bucket in ("packages", "code"):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket="packages", Key="rotate.zip", Body=packed(ROTATE, "rotate.py"))
    s3.put_object(Bucket="packages", Key="app.zip", Body=packed(APPLICATION, "app.py"))
    s3.put_object(Bucket="code", Key="orders.zip", Body=packed(APPLICATION, "index.py"))


def _function(cloud: Cloud, name: str, code: str, role: str) -> None:
    cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="index.handle",
        Role=role,
        Code={"ZipFile": packed(code)},
    )


def _admit(cloud: Cloud, function: str) -> None:
    cloud.client("lambda").add_permission(
        FunctionName=function, StatementId="1", Action="lambda:InvokeFunction", Principal="secretsmanager.amazonaws.com"
    )


def _trail_bucket(cloud: Cloud) -> None:
    """As the CloudTrail guide has it."""
    s3, name = cloud.client("s3"), "audit-logs"
    s3.create_bucket(Bucket=name)
    trail = {"Service": "cloudtrail.amazonaws.com"}
    statements: list[dict[str, Any]] = [
        {"Effect": "Allow", "Principal": trail, "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{name}"},
        {"Effect": "Allow", "Principal": trail, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/*"},
    ]
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))


def _network(cloud: Cloud, patch: pytest.MonkeyPatch, ids: set[str]) -> None:
    """VPCs, subnets and groups with the ids that examples name; AWS would choose others."""
    ec2, names = cloud.client("ec2"), sorted(ids)
    vpcs = [name for name in names if name.startswith("vpc-")]
    with patch.context() as chosen:
        for name in vpcs:
            chosen.setattr("moto.ec2.models.vpcs.random_vpc_id", lambda name=name: name)
            ec2.create_vpc(CidrBlock="10.0.0.0/16")
            settings = {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}
            for setting, value in settings.items():
                ec2.modify_vpc_attribute(VpcId=name, **{setting: value})
        for number, name in enumerate(each for each in names if each.startswith("subnet-")):
            chosen.setattr("moto.ec2.models.subnets.random_subnet_id", lambda name=name: name)
            zone = "ab"[number % 2]
            ec2.create_subnet(VpcId=vpcs[0], CidrBlock=f"10.0.{200 + number}.0/24", AvailabilityZone=f"us-east-1{zone}")
        for name in (each for each in names if each.startswith("sg-")):
            chosen.setattr("moto.ec2.models.security_groups.random_security_group_id", lambda name=name: name)
            ec2.create_security_group(GroupName=name, Description="named by examples", VpcId=vpcs[0])
