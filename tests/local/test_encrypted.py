"""Topics, queues, buckets and functions under a customer's key: who writes or reads needs rights on the key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from clouds import MakeFunction, allow
from keyturn.local.cloud import Cloud
from test_authorization import make_user, refused, statement


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Cloud]:
    with Cloud.start(tmp_path / "cloud", enforce_iam=True) as started:
        yield started


def user(cloud: Cloud, service: str, *actions: str) -> Any:
    """A client of a user who may do these things, and nothing with KMS."""
    return cloud.client(service, **make_user(cloud, statement(*actions)))


def let_use(cloud: Cloud, *actions: str) -> None:
    document = {"Version": "2012-10-17", "Statement": [statement(*actions)]}
    cloud.client("iam").put_user_policy(UserName="alice", PolicyName="kms", PolicyDocument=json.dumps(document))


@pytest.fixture
def key(strict: Cloud) -> str:
    arn: str = strict.client("kms").create_key()["KeyMetadata"]["Arn"]
    return arn


def test_a_topic_is_published_to_with_rights_on_its_key(strict: Cloud, key: str) -> None:
    topic = strict.client("sns").create_topic(Name="alerts", Attributes={"KmsMasterKeyId": key})["TopicArn"]
    client = user(strict, "sns", "sns:Publish")
    assert refused(client.publish, TopicArn=topic, Message="1")[0] == "KMSAccessDenied"
    let_use(strict, "kms:GenerateDataKey", "kms:Decrypt")
    assert client.publish(TopicArn=topic, Message="1")["MessageId"]
    strict.client("kms").disable_key(KeyId=key)
    assert refused(strict.client("sns").publish, TopicArn=topic, Message="1")[0] == "KMSDisabled"


def test_a_queue_is_sent_to_and_received_from_with_rights_on_its_key(strict: Cloud, key: str) -> None:
    queue = strict.client("sqs").create_queue(QueueName="orders", Attributes={"KmsMasterKeyId": key})["QueueUrl"]
    client = user(strict, "sqs", "sqs:SendMessage", "sqs:ReceiveMessage")
    assert "KmsAccessDenied" in refused(client.send_message, QueueUrl=queue, MessageBody="1")[0]
    let_use(strict, "kms:Decrypt")
    assert "KmsAccessDenied" in refused(client.send_message, QueueUrl=queue, MessageBody="1")[0]
    assert "Messages" not in client.receive_message(QueueUrl=queue)
    let_use(strict, "kms:Decrypt", "kms:GenerateDataKey")
    client.send_message(QueueUrl=queue, MessageBody="1")
    assert client.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "1"


def test_an_object_is_written_and_read_with_rights_on_its_key(strict: Cloud, key: str) -> None:
    owner = strict.client("s3")
    owner.create_bucket(Bucket="orders")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    owner.put_bucket_encryption(Bucket="orders", ServerSideEncryptionConfiguration={"Rules": [rule]})
    client = user(strict, "s3", "s3:PutObject", "s3:GetObject")
    code, text, status = refused(client.put_object, Bucket="orders", Key="1", Body=b"x")
    assert (code, status) == ("AccessDenied", 403)
    assert f"is not authorized to perform: kms:GenerateDataKey on resource: {key}" in text
    owner.put_object(Bucket="orders", Key="1", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key)
    assert "kms:Decrypt" in refused(client.get_object, Bucket="orders", Key="1")[1]
    let_use(strict, "kms:Decrypt", "kms:GenerateDataKey")
    client.put_object(Bucket="orders", Key="2", Body=b"y")
    assert client.get_object(Bucket="orders", Key="1")["Body"].read() == b"x"
    strict.client("kms").disable_key(KeyId=key)
    assert refused(owner.get_object, Bucket="orders", Key="1")[0] == "KMS.DisabledException"


def test_a_functions_variables_are_decrypted_with_its_roles_rights(cloud: Cloud, make_function: MakeFunction) -> None:
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    settings = {"Environment": {"Variables": {"STAGE": "test"}}, "KMSKeyArn": key}
    make_function("import os\ndef handler(event, context): return os.environ['STAGE']", **settings)
    client = cloud.client("lambda")
    code, text, status = refused(client.invoke, FunctionName="tested")
    assert (code, status) == ("KMSAccessDeniedException", 502)
    assert text.startswith("Lambda was unable to decrypt the environment variables because KMS access was denied.")
    allow(cloud, "tested-role", ["logs:*", "kms:Decrypt"])
    assert json.loads(client.invoke(FunctionName="tested")["Payload"].read()) == "test"
    cloud.client("kms").disable_key(KeyId=key)
    assert refused(client.invoke, FunctionName="tested")[0] == "KMSDisabledException"
