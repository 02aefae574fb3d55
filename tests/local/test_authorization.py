"""Users, sessions and functions are held to their policies; the account's owner is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clouds import allow, make_role
from keyturn.local.cloud import Cloud


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Cloud]:
    with Cloud.start(tmp_path / "cloud", enforce_iam=True) as started:
        yield started


def keys(credentials: dict[str, Any]) -> dict[str, str]:
    """Credentials as boto3 takes them."""
    taken = {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
    }
    token = credentials.get("SessionToken")
    return {**taken, "aws_session_token": token} if token else taken


def make_user(cloud: Cloud, *statements: dict[str, Any]) -> dict[str, str]:
    iam = cloud.client("iam")
    iam.create_user(UserName="alice")
    if statements:
        document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=document)
    return keys(iam.create_access_key(UserName="alice")["AccessKey"])


def statement(*actions: str, resource: str = "*", effect: str = "Allow") -> dict[str, Any]:
    return {"Effect": effect, "Action": list(actions), "Resource": resource}


def refused(call: Any, /, **parameters: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error, meta = caught.value.response["Error"], caught.value.response["ResponseMetadata"]
    return error["Code"], error["Message"], meta["HTTPStatusCode"]


def test_a_user_may_do_what_their_policy_says(strict: Cloud) -> None:
    mine = make_user(strict, statement("secretsmanager:CreateSecret"))
    secrets = strict.client("secretsmanager", **mine)
    arn = secrets.create_secret(Name="one", SecretString="value")["ARN"]
    told = (
        f"User: arn:aws:iam::{strict.account}:user/alice is not authorized to perform: secretsmanager:GetSecretValue on"
        f" resource: {arn} because no identity-based policy allows the secretsmanager:GetSecretValue action"
    )
    assert refused(secrets.get_secret_value, SecretId="one") == ("AccessDeniedException", told, 400)


def test_a_user_is_free_where_nothing_is_enforced(cloud: Cloud) -> None:
    mine = make_user(cloud)
    assert cloud.client("sts", **mine).get_caller_identity()["Arn"] == f"arn:aws:iam::{cloud.account}:user/alice"
    cloud.client("secretsmanager", **mine).create_secret(Name="one", SecretString="value")


def test_each_protocol_refuses_in_its_own_way(strict: Cloud) -> None:
    mine = make_user(strict)
    strict.client("s3").create_bucket(Bucket="bucket")
    code, text, status = refused(strict.client("iam", **mine).list_users)
    assert (code, status) == ("AccessDenied", 403)
    code, text, status = refused(strict.client("ec2", **mine).describe_vpcs)
    assert (code, status) == ("UnauthorizedOperation", 403)
    assert text.startswith("You are not authorized to perform this operation. User: arn:aws:iam::")
    code, text, status = refused(strict.client("lambda", **mine).list_functions)
    assert (code, status) == ("AccessDeniedException", 403)
    code, text, status = refused(strict.client("s3", **mine).get_object, Bucket="bucket", Key="key")
    assert (code, status) == ("AccessDenied", 403)
    assert "s3:GetObject on resource: arn:aws:s3:::bucket/key because" in text


def test_a_deny_is_told(strict: Cloud) -> None:
    mine = make_user(strict, statement("sqs:*"), statement("sqs:CreateQueue", effect="Deny"))
    _, text, _ = refused(strict.client("sqs", **mine).create_queue, QueueName="queue")
    assert text.endswith("with an explicit deny in an identity-based policy")


def test_a_right_for_another_resource_is_none(strict: Cloud) -> None:
    there = f"arn:aws:dynamodb:us-east-1:{strict.account}:table/there"
    mine = make_user(strict, statement("dynamodb:DescribeTable", resource=there))
    code, text, _ = refused(strict.client("dynamodb", **mine).describe_table, TableName="here")
    assert code == "AccessDeniedException"
    assert f"on resource: arn:aws:dynamodb:us-east-1:{strict.account}:table/here" in text
    code, *_ = refused(strict.client("dynamodb", **mine).describe_table, TableName="there")
    assert code == "ResourceNotFoundException"


def test_an_unknown_resource_passes_for_a_right_to_any(strict: Cloud) -> None:
    mine = make_user(strict, statement("ec2:DescribeVpcs", resource="arn:aws:ec2:*:*:vpc/*"))
    assert strict.client("ec2", **mine).describe_vpcs()["Vpcs"]
    code, *_ = refused(strict.client("ec2", **mine).describe_subnets)
    assert code == "UnauthorizedOperation"


def test_groups_and_managed_policies_count(strict: Cloud) -> None:
    mine = make_user(strict)
    iam = strict.client("iam")
    iam.create_group(GroupName="readers")
    iam.attach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    iam.add_user_to_group(GroupName="readers", UserName="alice")
    assert strict.client("iam", **mine).list_users()["Users"]
    code, *_ = refused(strict.client("iam", **mine).create_user, UserName="bob")
    assert code == "AccessDenied"


def test_a_key_policy_decides(strict: Cloud) -> None:
    mine = make_user(strict, statement("kms:Encrypt"))
    kms = strict.client("kms")
    key = kms.create_key()["KeyMetadata"]
    assert strict.client("kms", **mine).encrypt(KeyId=key["KeyId"], Plaintext=b"text")["CiphertextBlob"]
    code, text, _ = refused(strict.client("kms", **mine).generate_data_key, KeyId=key["KeyId"], KeySpec="AES_256")
    assert code == "AccessDeniedException"
    assert f"kms:GenerateDataKey on resource: {key['Arn']}" in text


def trust(principal: str) -> dict[str, Any]:
    allowed = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [allowed]}


def test_a_role_is_assumed_by_whom_it_trusts(strict: Cloud) -> None:
    mine = make_user(strict)
    user = f"arn:aws:iam::{strict.account}:user/alice"
    role = make_role(strict, "reader", ["sqs:ListQueues"], trust(user))
    session = strict.client("sts", **mine).assume_role(RoleArn=role, RoleSessionName="reading")
    assert session["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{strict.account}:assumed-role/reader/reading"
    theirs = keys(session["Credentials"])
    assert strict.client("sts", **theirs).get_caller_identity()["Arn"] == session["AssumedRoleUser"]["Arn"]
    strict.client("sqs", **theirs).list_queues()
    code, *_ = refused(strict.client("sqs", **theirs).create_queue, QueueName="queue")
    assert code.endswith("AccessDenied") or code == "AccessDeniedException"
    allow(strict, "reader", ["sqs:CreateQueue"])
    strict.client("sqs", **theirs).create_queue(QueueName="queue")


def test_a_boundary_limits(strict: Cloud) -> None:
    role = make_role(strict, "limited", ["iam:*"], trust(f"arn:aws:iam::{strict.account}:root"))
    boundary = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    strict.client("iam").put_role_permissions_boundary(RoleName="limited", PermissionsBoundary=boundary)
    session = strict.client("sts").assume_role(RoleArn=role, RoleSessionName="trying")
    iam = strict.client("iam", **keys(session["Credentials"]))
    assert iam.list_roles()["Roles"]
    _, text, _ = refused(iam.create_user, UserName="bob")
    assert text.endswith("because no permissions boundary allows the iam:CreateUser action")


def test_a_role_is_not_assumed_by_others(strict: Cloud) -> None:
    mine = make_user(strict, statement("sts:AssumeRole"))
    role = make_role(strict, "service", [], trust(f"arn:aws:iam::{strict.account}:user/bob"))
    code, text, status = refused(strict.client("sts", **mine).assume_role, RoleArn=role, RoleSessionName="trying")
    assert (code, status) == ("AccessDenied", 403)
    assert f"is not authorized to perform: sts:AssumeRole on resource: {role}" in text


def test_a_role_that_is_not_there_is_denied(cloud: Cloud) -> None:
    role = f"arn:aws:iam::{cloud.account}:role/none"
    code, text, _ = refused(cloud.client("sts").assume_role, RoleArn=role, RoleSessionName="trying")
    assert code == "AccessDenied"
    assert text.endswith(f"is not authorized to perform: sts:AssumeRole on resource: {role}")


def test_the_owner_may_do_everything(strict: Cloud) -> None:
    identity = strict.client("sts").get_caller_identity()
    assert (identity["Arn"], identity["UserId"]) == (f"arn:aws:iam::{strict.account}:root", strict.account)
    strict.client("sqs").create_queue(QueueName="queue")
    strict.client("sqs", aws_access_key_id="test", aws_secret_access_key="test").create_queue(QueueName="another")


def test_many_secrets_are_read_by_the_right_to_read_each(strict: Cloud) -> None:
    owner = strict.client("secretsmanager")
    mine, other = (owner.create_secret(Name=name, SecretString=name)["ARN"] for name in ("mine", "other"))
    alice = make_user(
        strict,
        statement("secretsmanager:BatchGetSecretValue"),
        statement("secretsmanager:GetSecretValue", resource=mine),
    )
    secrets = strict.client("secretsmanager", **alice)
    answer = secrets.batch_get_secret_value(SecretIdList=[mine, other])
    assert [each["SecretString"] for each in answer["SecretValues"]] == ["mine"]
    assert [(each["SecretId"], each["ErrorCode"]) for each in answer["Errors"]] == [(other, "AccessDeniedException")]
    filters = [{"Key": "name", "Values": ["mine"]}]
    code, text, _ = refused(secrets.batch_get_secret_value, Filters=filters)
    assert code == "AccessDeniedException"
    assert "secretsmanager:ListSecrets" in text
