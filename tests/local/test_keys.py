"""KMS and CloudWatch Logs: who may use a key is decided by its policy, as on AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from keyturn.facts import logs
from keyturn.local.cloud import Cloud

GROUP = "/aws/lambda/tested"


def refused(code: str, call: Any, /, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == code
    message: str = caught.value.response["Error"]["Message"]
    return message


def root(cloud: Cloud) -> dict[str, Any]:
    arn = f"arn:aws:iam::{cloud.account}:root"
    return {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "kms:*", "Resource": "*"}


def policy(cloud: Cloud, *statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [root(cloud), *statements]})


def group_arn(cloud: Cloud, name: str = GROUP) -> str:
    return f"arn:aws:logs:us-east-1:{cloud.account}:log-group:{name}"


def key(cloud: Cloud, *statements: dict[str, Any]) -> str:
    arn: str = cloud.client("kms").create_key(Policy=policy(cloud, *statements))["KeyMetadata"]["Arn"]
    return arn


class TestALogGroupsKey:
    def test_with_the_documented_statement_is_taken(self, cloud: Cloud) -> None:
        made = key(cloud, logs.key_statement("us-east-1", group_arn(cloud)))
        client = cloud.client("logs")
        client.create_log_group(logGroupName=GROUP, kmsKeyId=made)
        assert client.describe_log_groups()["logGroups"][0]["kmsKeyId"] == made

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"Principal": {"Service": "logs.eu-west-1.amazonaws.com"}}, "another region's service"),
            ({"Action": ["kms:Encrypt", "kms:GenerateDataKey*"]}, "it may not decrypt"),
            (
                {"Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:1:other"}}},
                "another group",
            ),
            ({"Effect": "Deny"}, "denied"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_that_does_not_admit_logs_is_refused(self, cloud: Cloud, change: dict[str, Any], why: str) -> None:
        made = key(cloud, {**logs.key_statement("us-east-1", group_arn(cloud)), **change})
        told = refused(
            "AccessDeniedException", cloud.client("logs").create_log_group, logGroupName=GROUP, kmsKeyId=made
        )
        assert told == logs.key_refused(group_arn(cloud)).message
        assert not cloud.client("logs").describe_log_groups()["logGroups"]

    def test_for_one_group_is_not_for_another(self, cloud: Cloud) -> None:
        made = key(cloud, logs.key_statement("us-east-1", group_arn(cloud)))
        client = cloud.client("logs")
        refused("AccessDeniedException", client.create_log_group, logGroupName="/other", kmsKeyId=made)

    def test_that_is_missing_disabled_or_no_arn_is_not_found(self, cloud: Cloud) -> None:
        made = key(cloud, logs.key_statement("us-east-1", group_arn(cloud)))
        client, kms = cloud.client("logs"), cloud.client("kms")
        create = client.create_log_group
        missing = made[:-12] + "000000000000"
        for named in (made.rpartition("/")[2], missing):
            told = refused("InvalidParameterException", create, logGroupName=GROUP, kmsKeyId=named)
            assert told == logs.key_not_found(GROUP).message
        kms.disable_key(KeyId=made)
        refused("InvalidParameterException", create, logGroupName=GROUP, kmsKeyId=made)

    def test_can_be_given_later_and_taken_away(self, cloud: Cloud) -> None:
        client = cloud.client("logs")
        client.create_log_group(logGroupName=GROUP)
        made = key(cloud, logs.key_statement("us-east-1", group_arn(cloud)))
        client.associate_kms_key(logGroupName=GROUP, kmsKeyId=made)
        assert client.describe_log_groups()["logGroups"][0]["kmsKeyId"] == made
        client.disassociate_kms_key(logGroupName=GROUP)
        assert "kmsKeyId" not in client.describe_log_groups()["logGroups"][0]
        refused("ResourceNotFoundException", client.associate_kms_key, logGroupName="/missing", kmsKeyId=made)


class TestAKeyPolicy:
    def test_that_locks_its_maker_out_is_refused_unless_that_is_meant(self, cloud: Cloud) -> None:
        kms = cloud.client("kms")
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
            "Action": "kms:Decrypt",
            "Resource": "*",
        }
        lonely = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        told = refused("MalformedPolicyDocumentException", kms.create_key, Policy=lonely)
        assert told == "The new key policy will not allow you to update the key policy in the future."
        assert not kms.list_keys()["Keys"]
        made = kms.create_key(Policy=lonely, BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["KeyId"]
        assert json.loads(kms.get_key_policy(KeyId=made)["Policy"]) == json.loads(lonely)

    def test_that_names_nobody_is_refused(self, cloud: Cloud) -> None:
        kms = cloud.client("kms")
        arn = f"arn:aws:iam::{cloud.account}:role/later"
        statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "kms:Decrypt", "Resource": "*"}
        told = refused("MalformedPolicyDocumentException", kms.create_key, Policy=policy(cloud, statement))
        assert told == "Policy contains a statement with one or more invalid principals."
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        cloud.client("iam").create_role(RoleName="later", AssumeRolePolicyDocument=trust)
        assert kms.create_key(Policy=policy(cloud, statement))

    def test_may_name_a_role_that_a_service_makes_for_itself(self, cloud: Cloud) -> None:
        name = "aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
        arn = f"arn:aws:iam::{cloud.account}:role/{name}"
        statement = {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "kms:Decrypt", "Resource": "*"}
        cloud.client("kms").create_key(Policy=policy(cloud, statement))

    def test_that_is_no_policy_is_refused(self, cloud: Cloud) -> None:
        kms = cloud.client("kms")
        made = key(cloud)
        for text in ("{}", "not JSON", '{"Version": "2012-10-17", "Statement": [{"Effect": "Maybe"}]}'):
            refused("MalformedPolicyDocumentException", kms.put_key_policy, KeyId=made, Policy=text)
        assert json.loads(kms.get_key_policy(KeyId=made)["Policy"])["Statement"] == [root(cloud)]

    def test_can_be_put_by_arn(self, cloud: Cloud) -> None:
        kms = cloud.client("kms")
        made = key(cloud)
        statement = logs.key_statement("us-east-1", group_arn(cloud))
        kms.put_key_policy(KeyId=made, Policy=policy(cloud, statement))
        assert len(json.loads(kms.get_key_policy(KeyId=made)["Policy"])["Statement"]) == 2


class TestAKeyThatIsNotUsable:
    def test_is_not_used(self, cloud: Cloud) -> None:
        kms = cloud.client("kms")
        made = key(cloud)
        assert kms.encrypt(KeyId=made, Plaintext=b"x")["CiphertextBlob"]
        kms.disable_key(KeyId=made)
        told = refused("DisabledException", kms.encrypt, KeyId=made, Plaintext=b"x")
        assert told == f"{made} is disabled."
        kms.schedule_key_deletion(KeyId=made, PendingWindowInDays=7)
        refused("KMSInvalidStateException", kms.generate_data_key, KeyId=made, KeySpec="AES_256")

    def test_that_does_not_exist_is_not_found(self, cloud: Cloud) -> None:
        kms = cloud.client("kms")
        missing = "00000000-0000-4000-a000-000000000000"
        told = refused("NotFoundException", kms.describe_key, KeyId=missing)
        assert told == f"Key 'arn:aws:kms:us-east-1:{cloud.account}:key/{missing}' does not exist"
        told = refused("NotFoundException", kms.encrypt, KeyId="alias/missing", Plaintext=b"x")
        assert told == f"Alias arn:aws:kms:us-east-1:{cloud.account}:alias/missing is not found."
