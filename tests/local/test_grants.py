"""Grants: which ones KMS makes, and what they allow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from clouds import make_role
from keyturn.local import kms
from keyturn.local.cloud import Cloud

PAIR = {"Team": "blue"}
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/t"


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Cloud]:
    with Cloud.start(tmp_path / "cloud", enforce_iam=True) as started:
        yield started


def make_key(cloud: Cloud) -> str:
    arn: str = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    return arn


def found(cloud: Cloud, arn: str) -> kms.Key:
    key = kms.find(cloud.account, "us-east-1", arn)
    assert key is not None
    return key


@pytest.mark.parametrize(
    ("given", "code", "message"),
    [
        (
            {"Constraints": {"EncryptionContextEquals": PAIR, "EncryptionContextSubset": PAIR}},
            "ValidationException",
            "More than one constraint supplied",
        ),
        (
            {"Constraints": {"EncryptionContextEquals": {}, "EncryptionContextSubset": PAIR}},
            "ValidationException",
            "More than one constraint supplied",
        ),
        (
            {"Operations": ["CreateGrant"]},
            "ValidationException",
            "Grants must not contain only the CreateGrant operation.",
        ),
        (
            {"Operations": ["PutKeyPolicy"]},
            "ValidationException",
            "1 validation error detected: Value '[PutKeyPolicy]'",
        ),
        (
            {"GranteePrincipal": "arn:aws:iam::123456789012:group/g"},
            "InvalidArnException",
            "ARN does not refer to a valid principal: arn:aws:iam::123456789012:group/g",
        ),
        (
            {"RetiringPrincipal": "nobody"},
            "InvalidArnException",
            "ARN does not refer to a valid principal: nobody",
        ),
        ({"GranteePrincipal": ""}, "ValidationException", "Specify either GranteePrincipal or GranteeServicePrincipal"),
        (
            {"GranteeServicePrincipal": "dynamodb.amazonaws.com"},
            "ValidationException",
            "Specify either GranteePrincipal or GranteeServicePrincipal",
        ),
        (
            {"GranteePrincipal": "", "GranteeServicePrincipal": "dynamodb.amazonaws.com"},
            "ValidationException",
            "A grant to a service principal needs a SourceArn constraint",
        ),
    ],
)
def test_a_grant_that_kms_refuses(cloud: Cloud, given: dict[str, Any], code: str, message: str) -> None:
    key = make_key(cloud)
    role = {"GranteePrincipal": f"arn:aws:iam::{cloud.account}:role/app", "Operations": ["Decrypt"]}
    wanted = {name: value for name, value in (role | given).items() if value}
    raised = refused(cloud, KeyId=key, **wanted)
    assert raised["Code"] == code
    assert raised["Message"].startswith(message)
    assert found(cloud, key).grants == ()


def refused(cloud: Cloud, **parameters: Any) -> Any:
    """The error of a CreateGrant as it is sent, which boto3 itself would not look at."""
    client = cloud.client("kms", config=Config(parameter_validation=False))
    with pytest.raises(ClientError) as caught:
        client.create_grant(**parameters)
    return caught.value.response["Error"]


def test_a_grant_on_a_disabled_key_is_refused(cloud: Cloud) -> None:
    key = make_key(cloud)
    cloud.client("kms").disable_key(KeyId=key)
    role = f"arn:aws:iam::{cloud.account}:role/app"
    assert refused(cloud, KeyId=key, GranteePrincipal=role, Operations=["Decrypt"])["Code"] == "DisabledException"


def test_a_grant_allows_until_it_is_revoked(strict: Cloud) -> None:
    key, client = make_key(strict), strict.client("kms")
    role = make_role(strict, "app", [])
    allowed = {"kms:EncryptionContext:Team": "blue"}

    def decrypts(context: dict[str, str]) -> bool:
        return found(strict, key).decide(role, "kms:Decrypt", context=context).allowed

    assert not decrypts(allowed)
    constraints = {"EncryptionContextSubset": PAIR}
    made = client.create_grant(KeyId=key, GranteePrincipal=role, Operations=["Decrypt"], Constraints=constraints)
    assert decrypts(allowed)
    assert not decrypts({})
    client.revoke_grant(KeyId=key, GrantId=made["GrantId"])
    assert not decrypts(allowed)


def test_a_grant_to_a_service_is_for_its_source(cloud: Cloud) -> None:
    key, client = make_key(cloud), cloud.client("kms")
    client.create_grant(
        KeyId=key,
        GranteePrincipal="dynamodb.amazonaws.com",
        RetiringPrincipal=f"arn:aws:iam::{cloud.account}:root",
        Operations=["Decrypt", "DescribeKey"],
        Constraints={"SourceArn": TABLE},
    )
    (grant,) = client.list_grants(KeyId=key)["Grants"]
    assert grant["GranteePrincipal"] == "dynamodb.amazonaws.com"

    def decrypts(**context: str) -> bool:
        told = {f"aws:{name}": value for name, value in context.items()}
        return found(cloud, key).decide("dynamodb.amazonaws.com", "kms:Decrypt", context=told).allowed

    assert decrypts(SourceArn=TABLE)
    assert not decrypts(SourceArn=f"{TABLE}2")
    assert not decrypts()


@pytest.mark.parametrize("by", ["token", "id"])
def test_a_grant_is_retired_by_whom_it_names(strict: Cloud, by: str) -> None:
    key, owner = make_key(strict), strict.client("kms")
    iam = strict.client("iam")
    clients = {}
    for name in ("janitor", "other"):
        iam.create_user(UserName=name)
        made = iam.create_access_key(UserName=name)["AccessKey"]
        credentials = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}
        clients[name] = strict.client("kms", **credentials)
    user = f"arn:aws:iam::{strict.account}:user/"
    grant = {"KeyId": key, "GranteePrincipal": f"{user}other", "Operations": ["Decrypt"]}
    made = owner.create_grant(**grant, RetiringPrincipal=f"{user}janitor")
    owner.create_grant(**grant, RetiringPrincipal=f"{user}other")
    asked = {"GrantToken": made["GrantToken"]} if by == "token" else {"KeyId": key, "GrantId": made["GrantId"]}
    with pytest.raises(ClientError, match="AccessDeniedException"):
        clients["other"].retire_grant(**asked)
    clients["janitor"].retire_grant(**asked)
    assert [each["RetiringPrincipal"] for each in owner.list_grants(KeyId=key)["Grants"]] == [f"{user}other"]


def test_who_may_make_grants_may_be_held_to_their_operations(strict: Cloud) -> None:
    owner = strict.client("kms")
    key = make_key(strict)
    role = make_role(strict, "app", [])
    iam = strict.client("iam")
    iam.create_user(UserName="alice")
    statement = {
        "Effect": "Allow",
        "Action": "kms:CreateGrant",
        "Resource": key,
        "Condition": {
            "ForAllValues:StringEquals": {"kms:GrantOperations": ["Decrypt", "DescribeKey"]},
            "StringEquals": {"kms:GrantConstraintType": "EncryptionContextSubset", "kms:GranteePrincipal": role},
            "StringLike": {"kms:EncryptionContext:Team": "b*"},
        },
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    iam.put_user_policy(UserName="alice", PolicyName="own", PolicyDocument=document)
    made = iam.create_access_key(UserName="alice")["AccessKey"]
    alice = strict.client("kms", aws_access_key_id=made["AccessKeyId"], aws_secret_access_key=made["SecretAccessKey"])
    good = {
        "KeyId": key,
        "GranteePrincipal": role,
        "Operations": ["Decrypt"],
        "Constraints": {"EncryptionContextSubset": PAIR},
    }
    assert alice.create_grant(**good)["GrantId"]
    for change in (
        {"Operations": ["Decrypt", "Encrypt"]},
        {"Constraints": {"EncryptionContextEquals": PAIR}},
        {"Constraints": {"EncryptionContextSubset": {"Team": "red"}}},
        {"GranteePrincipal": f"arn:aws:iam::{strict.account}:root"},
    ):
        with pytest.raises(ClientError, match="AccessDeniedException"):
            alice.create_grant(**(good | change))
    assert len(owner.list_grants(KeyId=key)["Grants"]) == 1
