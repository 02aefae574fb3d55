"""What keeps a stack with a rotation from working, of which no template tells: the traps that are Secrets Manager's own."""

from __future__ import annotations

from typing import Any

import pytest

import stacks
from clouds import LAMBDA_TRUST
from keyturn.local.cloud import Cloud
from processes import eventually

FAILS = "def handler(event, context): raise RuntimeError('never')"


def template(days: int, condition: dict[str, Any] | None = None, **rotation: Any) -> dict[str, Any]:
    """A secret, a function that fails, its role, the permission, and the schedule."""
    allow: dict[str, Any] = {"Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [allow | ({"Condition": condition} if condition else {})]}

    def resource(kind: str, depends: list[str], **properties: Any) -> dict[str, Any]:
        return {"Type": kind, "DependsOn": depends, "Properties": properties}

    function = {"Fn::GetAtt": ["Function", "Arn"]}
    return {
        "Resources": {
            "Secret": resource("AWS::SecretsManager::Secret", [], SecretString="first", Name="trapped"),
            "Role": resource(
                "AWS::IAM::Role",
                [],
                AssumeRolePolicyDocument=LAMBDA_TRUST,
                Policies=[{"PolicyName": "own", "PolicyDocument": policy}],
            ),
            "Function": resource(
                "AWS::Lambda::Function",
                [],
                Runtime="python3.12",
                Handler="index.handler",
                Role={"Fn::GetAtt": ["Role", "Arn"]},
                Code={"ZipFile": FAILS},
            ),
            "Permission": resource(
                "AWS::Lambda::Permission",
                [],
                FunctionName=function,
                Action="lambda:InvokeFunction",
                Principal="secretsmanager.amazonaws.com",
            ),
            "Schedule": resource(
                "AWS::SecretsManager::RotationSchedule",
                ["Permission"],
                SecretId={"Ref": "Secret"},
                RotationLambdaARN=function,
                RotationRules={"AutomaticallyAfterDays": days},
                **rotation,
            ),
        }
    }


def pending(cloud: Cloud) -> bool:
    stages = cloud.client("secretsmanager").describe_secret(SecretId="trapped")["VersionIdsToStages"]
    return ["AWSPENDING"] in stages.values()


def test_a_first_rotation_that_fails_blocks_later_deployments(cloud: Cloud) -> None:
    cloudformation = cloud.client("cloudformation")
    assert stacks.create(cloudformation, template(7)).status == "CREATE_COMPLETE", "which does not wait for it"
    assert eventually(lambda: pending(cloud)), "it begins when the schedule is made"
    cloud.clock.settle(10)
    updated = stacks.update(cloudformation, template(8))
    assert updated.status.startswith("UPDATE_ROLLBACK_")
    assert "A previous rotation isn't complete" in updated.failures["Schedule"]


def test_one_that_is_not_to_begin_at_once_blocks_nothing(cloud: Cloud) -> None:
    cloudformation = cloud.client("cloudformation")
    later = {"RotateImmediatelyOnUpdate": False}
    assert stacks.create(cloudformation, template(7, **later)).status == "CREATE_COMPLETE"
    cloud.clock.settle(10)
    assert not pending(cloud)
    assert stacks.update(cloudformation, template(8, **later)).status == "UPDATE_COMPLETE"


def test_a_role_that_is_bound_to_its_function_by_reference_is_a_circle(cloud: Cloud) -> None:
    bound = {"StringEquals": {"secretsmanager:resource/AllowRotationLambdaArn": {"Fn::GetAtt": ["Function", "Arn"]}}}
    cloudformation = cloud.client("cloudformation")
    with pytest.raises(cloudformation.exceptions.ClientError, match="Circular dependency between resources"):
        stacks.create(cloudformation, template(7, bound))
