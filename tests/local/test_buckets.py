"""S3: bucket policies with their conditions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from keyturn.local.cloud import Cloud


@pytest.fixture
def storage(cloud: Cloud) -> Any:
    client = cloud.client("s3")
    client.create_bucket(Bucket="guarded")
    return client


def guard(storage: Any, *conditions: dict[str, Any], action: str = "s3:*") -> None:
    """Deny a thing to everybody where a condition holds."""
    statements = [
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": action,
            "Resource": ["arn:aws:s3:::guarded", "arn:aws:s3:::guarded/*"],
            "Condition": condition,
        }
        for condition in conditions
    ]
    document = {"Version": "2012-10-17", "Statement": statements}
    storage.put_bucket_policy(Bucket="guarded", Policy=json.dumps(document))


def test_that_deny_all_but_tls_let_everything_pass(storage: Any) -> None:
    guard(storage, {"Bool": {"aws:SecureTransport": "false"}})
    storage.put_object(Bucket="guarded", Key="a", Body=b"a")
    assert storage.get_object(Bucket="guarded", Key="a")["Body"].read() == b"a"


def test_that_deny_uploads_without_encryption_are_kept_to(storage: Any) -> None:
    guard(storage, {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}}, action="s3:PutObject")
    with pytest.raises(ClientError) as caught:
        storage.put_object(Bucket="guarded", Key="a", Body=b"a")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    storage.put_object(Bucket="guarded", Key="a", Body=b"a", ServerSideEncryption="aws:kms")


def test_of_moto_used_beside_this_cloud_are_motos_own(storage: Any) -> None:
    from moto.iam.access_control import PermissionResult
    from moto.s3.models import FakeBucket

    bucket = FakeBucket("theirs", account_id="111111111111", region_name="us-east-1")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    bucket.policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]}).encode()
    assert bucket.get_permission("s3:GetObject", "arn:aws:s3:::theirs/a") == PermissionResult.DENIED


def test_that_let_everybody_in_are_blocked_until_the_bucket_says_otherwise(storage: Any) -> None:
    block = storage.get_public_access_block(Bucket="guarded")["PublicAccessBlockConfiguration"]
    assert all(block.values()), "as of every new bucket"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::guarded/*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    with pytest.raises(ClientError) as caught:
        storage.put_bucket_policy(Bucket="guarded", Policy=document)
    error = caught.value.response["Error"]
    assert error["Code"] == "AccessDenied"
    assert error["Message"].endswith(
        'is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::guarded" because public policies are '
        "prevented by the BlockPublicPolicy setting in S3 Block Public Access."
    )
    storage.put_public_access_block(
        Bucket="guarded", PublicAccessBlockConfiguration={**block, "BlockPublicPolicy": False}
    )
    storage.put_bucket_policy(Bucket="guarded", Policy=document)
    storage.delete_public_access_block(Bucket="guarded")
    storage.put_bucket_policy(Bucket="guarded", Policy=document)
