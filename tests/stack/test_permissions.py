"""The role may do what the function does, and nothing else: decided by the policy evaluator, endpoint policies included."""

from __future__ import annotations

from typing import Any

import pytest

from keyturn.graph import Graph
from keyturn.policy import Request, evaluate, kms
from worlds import data, only

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/rotation-role-dev-001"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/rotation-role-dev-001/rotation-function-dev-001"
FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:rotation-function-dev-001"
OTHER_SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:other-AbCdEf"


def role_policy(graph: Graph) -> Any:
    return data(only(graph, "AWS::IAM::Role").get("Policies", 0, "PolicyDocument"))


def endpoint_policy(graph: Graph, service: str) -> Any:
    return data(graph.resources[f"{service}Endpoint"].get("PolicyDocument"))


def secret(graph: Graph) -> str:
    return str(only(graph, "AWS::SecretsManager::Secret").identity)


def administrator(graph: Graph) -> str:
    return str(only(graph, "AWS::RDS::DBCluster").attributes["MasterUserSecret.SecretArn"])


def may(graph: Graph, action: str, resource: str, **context: Any) -> bool:
    return evaluate(Request(SESSION, action, resource, context=context), identity_policies=[role_policy(graph)]).allowed


ROTATES = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")


@pytest.mark.parametrize("call", ROTATES)
def test_it_may_rotate_its_secret_also_through_the_endpoint(dev: Graph, call: str) -> None:
    request = Request(SESSION, f"secretsmanager:{call}", secret(dev), context={"aws:PrincipalArn": ROLE})
    decision = evaluate(
        request, identity_policies=[role_policy(dev)], endpoint_policies=[endpoint_policy(dev, "Secretsmanager")]
    )
    assert decision.allowed


@pytest.mark.parametrize("call", [*ROTATES, "DeleteSecret", "RotateSecret", "PutResourcePolicy", "TagResource"])
@pytest.mark.parametrize("which", ["administrator", "other"])
def test_of_other_secrets_it_may_read_the_administrator_s(dev: Graph, call: str, which: str) -> None:
    arn = administrator(dev) if which == "administrator" else OTHER_SECRET
    assert may(dev, f"secretsmanager:{call}", arn) == (which == "administrator" and call == "GetSecretValue")


@pytest.mark.parametrize(
    "call", ["DeleteSecret", "RotateSecret", "UpdateSecret", "PutResourcePolicy", "CancelRotateSecret"]
)
def test_it_may_not_change_its_secret_otherwise(dev: Graph, call: str) -> None:
    assert not may(dev, f"secretsmanager:{call}", secret(dev))


def test_the_endpoint_lets_nobody_else_through(dev: Graph) -> None:
    someone = f"arn:aws:iam::{ACCOUNT}:role/someone"
    everything = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
    for call in ROTATES:
        request = Request(someone, f"secretsmanager:{call}", secret(dev), context={"aws:PrincipalArn": someone})
        assert not evaluate(
            request, identity_policies=[everything], endpoint_policies=[endpoint_policy(dev, "Secretsmanager")]
        ).allowed


def key_use(graph: Graph, call: str, secret_arn: str, **context: Any) -> bool:
    key = graph.resources["SecretsKmsKey"]
    given = {
        "kms:ViaService": "secretsmanager.us-east-1.amazonaws.com",
        "kms:EncryptionContext:SecretARN": secret_arn,
        "kms:CallerAccount": ACCOUNT,
    } | context
    return kms.evaluate(
        Request(SESSION, f"kms:{call}", str(key.arn), context=given),
        key_policy=data(key.get("KeyPolicy")),
        identity_policies=[role_policy(graph)],
    ).allowed


@pytest.mark.parametrize(
    ("call", "its_own", "administrators"), [("Decrypt", True, True), ("GenerateDataKey", True, False)]
)
def test_the_key_may_be_used_through_secrets_manager_for_these_secrets(
    dev: Graph, call: str, its_own: bool, administrators: bool
) -> None:
    assert key_use(dev, call, secret(dev)) == its_own
    assert key_use(dev, call, administrator(dev)) == administrators
    assert not key_use(dev, call, OTHER_SECRET)
    assert not key_use(dev, call, secret(dev), **{"kms:ViaService": "rds.us-east-1.amazonaws.com"})


@pytest.mark.parametrize("call", ["Encrypt", "CreateGrant", "ScheduleKeyDeletion", "PutKeyPolicy", "DisableKey"])
def test_the_key_may_not_be_used_otherwise(dev: Graph, call: str) -> None:
    assert not key_use(dev, call, secret(dev))


@pytest.mark.parametrize("key", ["DatabaseKmsKey", "LogsKmsKey"])
def test_the_other_keys_are_not_the_function_s(dev: Graph, key: str) -> None:
    resource = dev.resources[key]
    request = Request(
        SESSION, "kms:Decrypt", str(resource.arn), context={"kms:EncryptionContext:SecretARN": secret(dev)}
    )
    assert not kms.evaluate(
        request, key_policy=data(resource.get("KeyPolicy")), identity_policies=[role_policy(dev)]
    ).allowed


def test_it_may_write_its_log_and_no_other(dev: Graph) -> None:
    own = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/rotation-function-dev-001"
    for call in ("CreateLogStream", "PutLogEvents"):
        assert may(dev, f"logs:{call}", f"{own}:log-stream:2026/11/24/[$LATEST]1")
        assert not may(dev, f"logs:{call}", own.replace("dev-001", "dev-002") + ":log-stream:1")
    assert not may(dev, "logs:CreateLogGroup", own)
    assert not may(dev, "logs:DeleteLogGroup", own)


def ec2(kind: str, identifier: str) -> str:
    return f"arn:aws:ec2:us-east-1:{ACCOUNT}:{kind}/{identifier}"


def test_lambda_may_make_its_interfaces_in_its_subnets_and_group(dev: Graph) -> None:
    subnet = str(dev.resources["PrivateSubnet1"].identity)
    group = str(dev.resources["FunctionSecurityGroup"].identity)
    for resource in (ec2("subnet", subnet), ec2("security-group", group), ec2("network-interface", "*")):
        assert may(dev, "ec2:CreateNetworkInterface", resource)
    assert not may(dev, "ec2:CreateNetworkInterface", ec2("subnet", "subnet-0other"))
    assert not may(dev, "ec2:CreateNetworkInterface", ec2("security-group", "sg-0other"))
    assert may(dev, "ec2:DescribeNetworkInterfaces", "*")
    assert may(dev, "ec2:DeleteNetworkInterface", ec2("*", "*")), "Lambda asks for this one for any interface"


@pytest.mark.parametrize("call", ["CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces"])
def test_the_function_s_own_code_may_not_touch_interfaces(dev: Graph, call: str) -> None:
    context = {"lambda:SourceFunctionArn": FUNCTION}
    assert not may(dev, f"ec2:{call}", ec2("network-interface", "eni-1"), **context)


def test_wildcards_stand_only_where_aws_offers_nothing_else(dev: Graph) -> None:
    wild = {
        statement["Sid"]: resource
        for statement in role_policy(dev)["Statement"]
        for resource in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])
        if "*" in resource and statement["Effect"] == "Allow"
    }
    assert wild == {
        "WriteItsLog": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/rotation-function-dev-001:*",
        "MakeItsInterfaces": ec2("network-interface", "*"),
        "ManageInterfaces": ec2("*", "*"),
        "SeeInterfaces": "*",
    }
    assert not any(
        "*" in action
        for statement in role_policy(dev)["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    )


def test_only_lambda_may_be_the_role(dev: Graph) -> None:
    trust = data(only(dev, "AWS::IAM::Role").get("AssumeRolePolicyDocument"))
    assert trust["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]


@pytest.mark.parametrize(
    "call", ["Encrypt", "Decrypt", "ReEncryptFrom", "GenerateDataKey", "CreateGrant", "DescribeKey"]
)
def test_cloudwatch_logs_may_use_its_key_for_this_log_group_only(dev: Graph, call: str) -> None:
    key, group = dev.resources["LogsKmsKey"], only(dev, "AWS::Logs::LogGroup")

    def allowed(arn: str, region: str = "us-east-1") -> bool:
        context = {"kms:EncryptionContext:aws:logs:arn": arn}
        request = Request(f"logs.{region}.amazonaws.com", f"kms:{call}", str(key.arn), context=context)
        return kms.evaluate(request, key_policy=data(key.get("KeyPolicy"))).allowed

    assert allowed(str(group.arn))
    assert not allowed(f"{group.arn}-other")
    assert not allowed(str(group.arn), region="us-west-2")
