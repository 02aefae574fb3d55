"""Secrets Manager: versions, labels, values and lives of secrets, as the API reference has them."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from keyturn.local.cloud import Cloud
from keyturn.local.secretsmanager.quotas import Rates

NAME = "application"


def token() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def manager(cloud: Cloud) -> Any:
    return cloud.client("secretsmanager")


def refused(code: str, call: Any, /, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == code
    message: str = caught.value.response["Error"]["Message"]
    return message


def stages(manager: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = manager.describe_secret(SecretId=NAME).get("VersionIdsToStages", {})
    return {version: sorted(labels) for version, labels in found.items()}


class TestValues:
    def test_are_read_by_name_by_arn_and_by_arn_without_its_end(self, manager: Any) -> None:
        arn = manager.create_secret(Name=NAME, SecretString="first")["ARN"]
        for named in (NAME, arn, arn[:-7]):
            assert manager.get_secret_value(SecretId=named)["SecretString"] == "first"

    def test_can_be_bytes(self, manager: Any) -> None:
        manager.create_secret(Name=NAME, SecretBinary=b"\x00\xff")
        assert manager.get_secret_value(SecretId=NAME)["SecretBinary"] == b"\x00\xff"

    def test_of_a_secret_without_one_are_not_found(self, manager: Any) -> None:
        manager.create_secret(Name=NAME)
        told = refused("ResourceNotFoundException", manager.get_secret_value, SecretId=NAME)
        assert told == "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
        assert "VersionIdsToStages" not in manager.describe_secret(SecretId=NAME)

    def test_put_become_current_and_the_former_previous(self, manager: Any) -> None:
        first = manager.create_secret(Name=NAME, SecretString="1")["VersionId"]
        second = manager.put_secret_value(SecretId=NAME, SecretString="2")["VersionId"]
        assert stages(manager) == {first: ["AWSPREVIOUS"], second: ["AWSCURRENT"]}
        third = manager.put_secret_value(SecretId=NAME, SecretString="3")["VersionId"]
        assert stages(manager) == {second: ["AWSPREVIOUS"], third: ["AWSCURRENT"]}
        assert manager.get_secret_value(SecretId=NAME, VersionId=first)["SecretString"] == "1"

    def test_with_the_same_token_are_written_once(self, manager: Any) -> None:
        manager.create_secret(Name=NAME, SecretString="1")
        made = token()
        for _ in range(2):
            manager.put_secret_value(SecretId=NAME, SecretString="2", ClientRequestToken=made)
        assert len(stages(manager)) == 2
        told = refused(
            "ResourceExistsException",
            manager.put_secret_value,
            SecretId=NAME,
            SecretString="other",
            ClientRequestToken=made,
        )
        assert made in told
        assert "other" not in told

    def test_put_as_pending_leave_the_current_one(self, manager: Any) -> None:
        first = manager.create_secret(Name=NAME, SecretString="1")["VersionId"]
        second = manager.put_secret_value(SecretId=NAME, SecretString="2", VersionStages=["AWSPENDING"])["VersionId"]
        assert stages(manager) == {first: ["AWSCURRENT"], second: ["AWSPENDING"]}

    def test_are_either_text_or_bytes(self, manager: Any) -> None:
        manager.create_secret(Name=NAME)
        put = manager.put_secret_value
        refused("InvalidParameterException", put, SecretId=NAME, SecretString="a", SecretBinary=b"a")
        refused("InvalidRequestException", put, SecretId=NAME)

    def test_asked_for_by_a_label_of_another_version_are_refused(self, manager: Any) -> None:
        first = manager.create_secret(Name=NAME, SecretString="1")["VersionId"]
        manager.put_secret_value(SecretId=NAME, SecretString="2")
        refused(
            "InvalidRequestException",
            manager.get_secret_value,
            SecretId=NAME,
            VersionId=first,
            VersionStage="AWSCURRENT",
        )

    def test_are_read_many_at_once(self, manager: Any) -> None:
        manager.create_secret(Name=NAME, SecretString="1")
        answer = manager.batch_get_secret_value(SecretIdList=[NAME, "missing"])
        assert [each["SecretString"] for each in answer["SecretValues"]] == ["1"]
        assert [(each["SecretId"], each["ErrorCode"]) for each in answer["Errors"]] == [
            ("missing", "ResourceNotFoundException")
        ]

    def test_are_read_many_at_once_by_what_they_are(self, manager: Any) -> None:
        for number in range(3):
            manager.create_secret(
                Name=f"shop/{number}", SecretString=str(number), Tags=[{"Key": "of", "Value": "shop"}]
            )
        manager.create_secret(Name="other", SecretString="4")
        manager.delete_secret(SecretId="shop/1")
        shop = [{"Key": "name", "Values": ["shop/"]}]
        first = manager.batch_get_secret_value(Filters=shop, MaxResults=1)
        rest = manager.batch_get_secret_value(Filters=shop, NextToken=first["NextToken"])
        assert [each["SecretString"] for answer in (first, rest) for each in answer["SecretValues"]] == ["0", "2"]
        assert "NextToken" not in rest
        tagged = manager.batch_get_secret_value(Filters=[*shop, {"Key": "tag-value", "Values": ["!shop"]}])
        assert tagged["SecretValues"] == []

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({}, "InvalidParameterException"),
            ({"SecretIdList": [NAME], "Filters": [{"Key": "name", "Values": ["a"]}]}, "InvalidParameterException"),
            ({"SecretIdList": [NAME], "MaxResults": 5}, "InvalidParameterException"),
            ({"SecretIdList": [NAME] * 21}, "ValidationException"),
        ],
    )
    def test_are_not_read_by_a_list_that_is_none(self, manager: Any, asked: dict[str, Any], code: str) -> None:
        refused(code, manager.batch_get_secret_value, **asked)


class TestLabels:
    def test_move_only_from_where_they_are(self, manager: Any) -> None:
        first = manager.create_secret(Name=NAME, SecretString="1")["VersionId"]
        second = manager.put_secret_value(SecretId=NAME, SecretString="2", VersionStages=["AWSPENDING"])["VersionId"]
        move = manager.update_secret_version_stage
        told = refused(
            "InvalidParameterException", move, SecretId=NAME, VersionStage="AWSCURRENT", MoveToVersionId=second
        )
        assert f"currently attached to version {first}" in told
        wanted = {"SecretId": NAME, "VersionStage": "AWSCURRENT", "MoveToVersionId": second}
        refused("InvalidParameterException", move, **wanted, RemoveFromVersionId=second)
        move(**wanted, RemoveFromVersionId=first)
        assert stages(manager) == {first: ["AWSPREVIOUS"], second: ["AWSCURRENT", "AWSPENDING"]}
        assert manager.get_secret_value(SecretId=NAME)["SecretString"] == "2"

    def test_that_come_back_take_previous_with_them(self, manager: Any) -> None:
        first = manager.create_secret(Name=NAME, SecretString="1")["VersionId"]
        second = manager.put_secret_value(SecretId=NAME, SecretString="2")["VersionId"]
        manager.update_secret_version_stage(
            SecretId=NAME, VersionStage="AWSCURRENT", MoveToVersionId=first, RemoveFromVersionId=second
        )
        assert stages(manager) == {first: ["AWSCURRENT"], second: ["AWSPREVIOUS"]}

    def test_of_ones_own_are_on_one_version_each(self, manager: Any) -> None:
        first = manager.create_secret(Name=NAME, SecretString="1")["VersionId"]
        second = manager.put_secret_value(SecretId=NAME, SecretString="2")["VersionId"]
        move = manager.update_secret_version_stage
        move(SecretId=NAME, VersionStage="blue", MoveToVersionId=first)
        refused("InvalidParameterException", move, SecretId=NAME, VersionStage="blue", MoveToVersionId=second)
        move(SecretId=NAME, VersionStage="blue", MoveToVersionId=second, RemoveFromVersionId=first)
        assert stages(manager)[second] == ["AWSCURRENT", "blue"]
        move(SecretId=NAME, VersionStage="blue", RemoveFromVersionId=second)
        assert stages(manager)[second] == ["AWSCURRENT"]

    def test_current_cannot_be_taken_away(self, manager: Any) -> None:
        first = manager.create_secret(Name=NAME, SecretString="1")["VersionId"]
        refused(
            "InvalidParameterException",
            manager.update_secret_version_stage,
            SecretId=NAME,
            VersionStage="AWSCURRENT",
            RemoveFromVersionId=first,
        )

    def test_keep_versions_that_are_old_from_being_removed(
        self, cloud: Cloud, manager: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Rates, "count", lambda *_: None)  # what is tried is not how fast
        first = manager.create_secret(Name=NAME, SecretString="0")["VersionId"]
        manager.update_secret_version_stage(SecretId=NAME, VersionStage="kept", MoveToVersionId=first)
        second = manager.put_secret_value(SecretId=NAME, SecretString="1")["VersionId"]
        for number in range(2, 100):
            manager.put_secret_value(SecretId=NAME, SecretString=str(number))
        assert len(_versions(manager)) == 100
        cloud.clock.advance(timedelta(hours=25))
        manager.put_secret_value(SecretId=NAME, SecretString="last")
        assert len(_versions(manager)) == 100
        assert first in _versions(manager)
        assert second not in _versions(manager)


def _versions(manager: Any) -> list[str]:
    listed = manager.list_secret_version_ids(SecretId=NAME, IncludeDeprecated=True, MaxResults=100)["Versions"]
    return [version["VersionId"] for version in listed]


class TestSecrets:
    def test_of_one_name_are_made_once(self, manager: Any) -> None:
        made = token()
        first = manager.create_secret(Name=NAME, SecretString="1", ClientRequestToken=made)
        again = manager.create_secret(Name=NAME, SecretString="1", ClientRequestToken=made)
        assert (again["ARN"], again["VersionId"]) == (first["ARN"], made)
        told = refused("ResourceExistsException", manager.create_secret, Name=NAME, SecretString="1")
        assert told == f"The operation failed because the secret {NAME} already exists."

    def test_deleted_cannot_be_used_until_restored(self, manager: Any) -> None:
        manager.create_secret(Name=NAME, SecretString="1")
        manager.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
        for call, more in (
            (manager.get_secret_value, {}),
            (manager.put_secret_value, {"SecretString": "2"}),
            (manager.update_secret, {"Description": "x"}),
            (manager.rotate_secret, {}),
            (manager.delete_secret, {}),
        ):
            refused("InvalidRequestException", call, SecretId=NAME, **more)
        refused("InvalidRequestException", manager.create_secret, Name=NAME)
        assert manager.describe_secret(SecretId=NAME)["DeletedDate"]
        assert not manager.list_secrets()["SecretList"]
        assert manager.list_secrets(IncludePlannedDeletion=True)["SecretList"]
        manager.restore_secret(SecretId=NAME)
        assert manager.get_secret_value(SecretId=NAME)["SecretString"] == "1"

    def test_deleted_are_gone_when_their_time_has_come(self, cloud: Cloud, manager: Any) -> None:
        manager.create_secret(Name=NAME, SecretString="1")
        manager.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
        cloud.clock.advance(timedelta(days=6))
        assert manager.describe_secret(SecretId=NAME)["DeletedDate"]
        cloud.clock.advance(timedelta(days=1, seconds=1))
        refused("ResourceNotFoundException", manager.describe_secret, SecretId=NAME)

    def test_deleted_for_good_leave_their_name_but_not_their_arn(self, manager: Any) -> None:
        first = manager.create_secret(Name=NAME, SecretString="1")["ARN"]
        manager.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)
        second = manager.create_secret(Name=NAME, SecretString="2")["ARN"]
        assert first != second
        refused("ResourceNotFoundException", manager.get_secret_value, SecretId=first)

    def test_are_listed_by_what_they_are_called_and_tagged(self, manager: Any) -> None:
        manager.create_secret(Name="one/a", Tags=[{"Key": "team", "Value": "blue"}])
        manager.create_secret(Name="two/b", Description="Of two")

        def found(key: str, *values: str) -> list[str]:
            listed = manager.list_secrets(Filters=[{"Key": key, "Values": list(values)}])["SecretList"]
            return [each["Name"] for each in listed]

        assert found("name", "one") == ["one/a"]
        assert found("name", "!one") == ["two/b"]
        assert found("tag-key", "team") == ["one/a"]
        assert found("tag-value", "blue") == ["one/a"]
        assert found("description", "of TWO") == ["two/b"]
        assert found("all", "two") == ["two/b"]

    def test_of_regions_are_apart(self, cloud: Cloud, manager: Any) -> None:
        manager.create_secret(Name=NAME, SecretString="1")
        elsewhere = cloud.client("secretsmanager", region_name="eu-west-1")
        refused("ResourceNotFoundException", elsewhere.get_secret_value, SecretId=NAME)

    def test_refuse_policies_that_are_none(self, manager: Any) -> None:
        manager.create_secret(Name=NAME)
        refused("MalformedPolicyDocumentException", manager.put_resource_policy, SecretId=NAME, ResourcePolicy="{}")
        statement = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "secretsmanager:GetSecretValue",
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:PrincipalTag/team": "blue"}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        manager.put_resource_policy(SecretId=NAME, ResourcePolicy=policy)
        assert json.loads(manager.get_resource_policy(SecretId=NAME)["ResourcePolicy"])["Statement"] == [statement]

    def test_of_a_key_that_is_disabled_cannot_be_read(self, cloud: Cloud, manager: Any) -> None:
        kms = cloud.client("kms")
        key = kms.create_key()["KeyMetadata"]["Arn"]
        manager.create_secret(Name=NAME, SecretString="1", KmsKeyId=key)
        kms.disable_key(KeyId=key)
        refused("DecryptionFailure", manager.get_secret_value, SecretId=NAME)
        refused("EncryptionFailure", manager.put_secret_value, SecretId=NAME, SecretString="2")
        kms.enable_key(KeyId=key)
        assert manager.get_secret_value(SecretId=NAME)["SecretString"] == "1"


class TestDates:
    def test_are_the_clocks(self, cloud: Cloud, manager: Any) -> None:
        before = datetime.now(UTC)
        cloud.clock.advance(timedelta(days=400))
        manager.create_secret(Name=NAME, SecretString="1")
        told = manager.describe_secret(SecretId=NAME)
        assert told["CreatedDate"] - before >= timedelta(days=400)
        header = told["ResponseMetadata"]["HTTPHeaders"]["date"]
        said = datetime.strptime(header, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
        assert said - before >= timedelta(days=399, hours=23)

    def test_of_reading_are_days(self, manager: Any) -> None:
        manager.create_secret(Name=NAME, SecretString="1")
        assert "LastAccessedDate" not in manager.describe_secret(SecretId=NAME)
        manager.get_secret_value(SecretId=NAME)
        read = manager.describe_secret(SecretId=NAME)["LastAccessedDate"].astimezone(UTC)
        assert (read.hour, read.minute, read.second) == (0, 0, 0)


class TestRandomPasswords:
    def test_are_as_asked_for(self, manager: Any) -> None:
        made = manager.get_random_password(PasswordLength=40, ExcludePunctuation=True, ExcludeCharacters="abc0")
        password = made["RandomPassword"]
        assert len(password) == 40
        assert password.isalnum()
        assert not set("abc0") & set(password)

    def test_have_each_kind_of_character(self, manager: Any) -> None:
        for _ in range(20):
            password = manager.get_random_password(PasswordLength=4)["RandomPassword"]
            kinds = [str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum()]
            assert all(any(kind(character) for character in password) for kind in kinds)

    def test_too_short_for_that_are_refused(self, manager: Any) -> None:
        refused("InvalidParameterException", manager.get_random_password, PasswordLength=3)


def test_no_value_is_in_the_request_log(cloud: Cloud, manager: Any) -> None:
    manager.create_secret(Name=NAME, SecretString="very-secret-1")
    manager.put_secret_value(SecretId=NAME, SecretString="very-secret-2")
    manager.get_secret_value(SecretId=NAME)
    refused("ValidationException", manager.put_secret_value, SecretId=NAME, SecretString="very-secret" * 9999)
    assert "very-secret" not in "\n".join(str(entry) for entry in cloud.requests)
