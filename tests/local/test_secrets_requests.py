"""Operation by operation: what Secrets Manager takes and what it refuses, by its API reference and as recorded from AWS."""

from __future__ import annotations

import http.client
import json
import random
import string
import uuid
from datetime import timedelta
from typing import Any

import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from clouds import refusal
from keyturn.local.cloud import Cloud
from keyturn.local.secretsmanager.quotas import Rates
from keyturn.local.secretsmanager.requests import NOT_HERE

BAD_NAME = (
    "ValidationException",
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
)
UNCHECKED = Config(parameter_validation=False)


@pytest.fixture
def manager(shared: Cloud) -> Any:
    return shared.client("secretsmanager", config=UNCHECKED)


def versions(manager: Any, name: str, **more: Any) -> dict[str, list[str]]:
    listed = manager.list_secret_version_ids(SecretId=name, **more)["Versions"]
    return {each["VersionId"]: each.get("VersionStages", []) for each in listed}


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("get_secret_value", {"SecretId": ""}),
        ("get_secret_value", {"SecretId": "n" * 2049}),
        ("get_secret_value", {"SecretId": "n", "VersionId": "short"}),
        ("get_secret_value", {"SecretId": "n", "VersionStage": "s" * 257}),
        ("get_secret_value", {"SecretId": 5}),
        ("put_secret_value", {"SecretId": "n", "SecretString": "v", "ClientRequestToken": "t" * 31}),
        ("put_secret_value", {"SecretId": "n", "SecretString": "v", "ClientRequestToken": "t" * 65}),
        ("put_secret_value", {"SecretId": "n", "SecretString": ""}),
        ("put_secret_value", {"SecretId": "n", "SecretString": "v", "VersionStages": []}),
        ("put_secret_value", {"SecretId": "n", "SecretString": "v", "VersionStages": ["s"] * 21}),
        ("put_secret_value", {"SecretId": "n", "SecretString": "v", "RotationToken": "t"}),
        ("create_secret", {"Name": "n" * 513}),
        ("create_secret", {"Name": "n", "Description": "d" * 2049}),
        ("create_secret", {"Name": "n", "AddReplicaRegions": []}),
        ("create_secret", {}),
        ("batch_get_secret_value", {"SecretIdList": ["n"] * 21}),
        ("batch_get_secret_value", {"Filters": [{"Key": "name", "Values": ["n"]}], "MaxResults": 21}),
        ("list_secrets", {"MaxResults": 0}),
        ("list_secrets", {"MaxResults": 101}),
        ("list_secrets", {"SortOrder": "up"}),
        ("list_secrets", {"SortBy": "size"}),
        ("list_secrets", {"Filters": [{"Key": "colour", "Values": ["blue"]}]}),
        ("list_secrets", {"Filters": [{"Key": "name", "Values": []}]}),
        ("list_secrets", {"Filters": [{"Key": "name", "Values": ["a*"]}]}),
        ("list_secrets", {"Filters": [{"Key": "name", "Values": ["a"]}] * 11}),
        ("list_secrets", {"NextToken": ""}),
        ("list_secret_version_ids", {"SecretId": "n", "MaxResults": 101}),
        ("get_random_password", {"PasswordLength": 0}),
        ("get_random_password", {"PasswordLength": 4097}),
        ("get_random_password", {"ExcludeCharacters": "e" * 4097}),
        ("put_resource_policy", {"SecretId": "n", "ResourcePolicy": ""}),
        ("put_resource_policy", {"SecretId": "n", "ResourcePolicy": "p" * 20_481}),
        ("put_resource_policy", {"SecretId": "n", "ResourcePolicy": "{}", "PolicyName": "a b"}),
        ("rotate_secret", {"SecretId": "n", "RotationRules": {"AutomaticallyAfterDays": 1001}}),
        ("rotate_secret", {"SecretId": "n", "RotationRules": {"Duration": "three hours"}}),
        ("update_secret_version_stage", {"SecretId": "n"}),
        ("tag_resource", {"SecretId": "n"}),
    ],
    ids=lambda value: value if isinstance(value, str) else json.dumps(value, default=str)[:60],
)
def test_what_the_model_does_not_take_is_refused(manager: Any, operation: str, parameters: dict[str, Any]) -> None:
    code, text = refusal(getattr(manager, operation), **parameters)
    assert code == "ValidationException"
    assert "validation error" in text


@pytest.mark.parametrize("bad", ["Inv Name", " Inv *?!]Name\\-", "a\nb", "naïve"])
def test_names_are_of_some_characters_only(manager: Any, bad: str) -> None:
    assert refusal(manager.create_secret, Name=bad) == BAD_NAME
    for operation, more in (
        ("delete_secret", {}),
        ("describe_secret", {}),
        ("get_secret_value", {}),
        ("list_secret_version_ids", {}),
        ("put_secret_value", {"SecretString": "v"}),
        ("tag_resource", {"Tags": []}),
        ("untag_resource", {"TagKeys": []}),
        ("update_secret", {}),
        ("validate_resource_policy", {"ResourcePolicy": "{}"}),
    ):
        assert refusal(getattr(manager, operation), SecretId=bad, **more) == BAD_NAME, operation


def test_names_have_a_suffix_by_which_arns_are_told_apart(manager: Any, name: str) -> None:
    arn = manager.create_secret(Name=f"{name}/_+=.@!-x", SecretString="1")["ARN"]
    assert arn.rpartition("-")[0].endswith(f":secret:{name}/_+=.@!-x")
    assert len(arn.rpartition("-")[2]) == 6
    assert manager.get_secret_value(SecretId=arn[:-7])["SecretString"] == "1"
    ends = f"{name}-secret"  # a hyphen and six characters, as ARNs end
    arn = manager.create_secret(Name=ends, SecretString="2")["ARN"]
    assert manager.get_secret_value(SecretId=arn)["SecretString"] == "2"
    assert manager.get_secret_value(SecretId=ends)["SecretString"] == "2"
    assert refusal(manager.get_secret_value, SecretId=arn[:-7])[0] == "ResourceNotFoundException"
    assert refusal(manager.get_secret_value, SecretId=arn[:-3])[0] == "ResourceNotFoundException"


def test_a_request_without_a_token_is_refused(shared: Cloud, name: str) -> None:
    """Clients make one up, so that only whoever sends requests by hand meets it."""

    def ask(operation: str, **parameters: Any) -> tuple[int, str, str]:
        signed = "AWS4-HMAC-SHA256 Credential=A/20261128/us-east-1/secretsmanager/aws4_request"
        headers = {"Authorization": signed, "X-Amz-Target": f"secretsmanager.{operation}"}
        connection = http.client.HTTPConnection(shared.endpoint.removeprefix("http://"))
        connection.request("POST", "/", json.dumps(parameters), headers)
        answer = connection.getresponse()
        told = json.loads(answer.read())
        connection.close()
        return answer.status, told.get("__type", ""), told.get("message", "")

    text = "You must provide a ClientRequestToken value. We recommend a UUID-type value."
    assert ask("CreateSecret", Name=name, SecretString="1") == (400, "InvalidRequestException", text)
    assert ask("CreateSecret", Name=name)[0] == 200, "there is no version for it"
    for operation in ("PutSecretValue", "UpdateSecret"):
        assert ask(operation, SecretId=name, SecretString="1") == (400, "InvalidRequestException", text)
    assert ask("RotateSecret", SecretId=name) == (400, "InvalidParameterException", text)


@pytest.mark.parametrize(
    "key",
    [
        "arn:aws:kms:mars-north-1:123456789012:key/0000",
        "arn:aws:kms:::key/0000",
        "arn:aws:s3:::bucket",
        "alias/none",
        "none",
    ],
)
def test_a_key_that_is_none_cannot_encrypt(manager: Any, name: str, key: str) -> None:
    assert refusal(manager.create_secret, Name=name, SecretString="1", KmsKeyId=key)[0] == "EncryptionFailure"
    assert refusal(manager.describe_secret, SecretId=name)[0] == "ResourceNotFoundException"


class TestUpdateSecret:
    def test_with_a_token_that_is_a_versions_is_refused(self, manager: Any, name: str) -> None:
        token = manager.create_secret(Name=name, SecretString="1")["VersionId"]
        update = {"SecretId": name, "ClientRequestToken": token}
        for value in ("1", "2"):
            assert refusal(manager.update_secret, **update, SecretString=value, Description="x")[0] == (
                "ResourceExistsException"
            )
        assert "Description" not in manager.describe_secret(SecretId=name), "nothing of it was done"
        assert "VersionId" not in manager.update_secret(**update, Description="x")
        assert manager.describe_secret(SecretId=name)["Description"] == "x"

    def test_of_the_key_takes_the_versions_that_are_in_use_along(self, shared: Cloud, manager: Any, name: str) -> None:
        kms = shared.client("kms")
        key, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
        first = manager.create_secret(Name=name, SecretString="1", KmsKeyId=key)["VersionId"]
        second, third = (
            manager.put_secret_value(SecretId=name, SecretString=value)["VersionId"] for value in ("2", "3")
        )
        manager.update_secret(SecretId=name, KmsKeyId=other)
        listed = manager.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)["Versions"]
        assert {each["VersionId"]: each["KmsKeyIds"] for each in listed} == {
            first: [key],
            second: [other],
            third: [other],
        }
        kms.disable_key(KeyId=key)
        assert manager.get_secret_value(SecretId=name)["SecretString"] == "3"
        assert refusal(manager.update_secret, SecretId=name, KmsKeyId=key, Description="x")[0] == "EncryptionFailure"
        told = manager.describe_secret(SecretId=name)
        assert (told["KmsKeyId"], "Description" in told) == (other, False)
        manager.update_secret(SecretId=name, KmsKeyId="")
        assert "KmsKeyId" not in manager.describe_secret(SecretId=name)

    def test_to_nothing_tells_of_nothing(self, manager: Any, name: str) -> None:
        manager.create_secret(Name=name, SecretString="1", KmsKeyId="alias/aws/secretsmanager", Description="x")
        manager.update_secret(SecretId=name, Description="")
        assert not {"Description", "KmsKeyId"} & manager.describe_secret(SecretId=name).keys()
        (version,) = manager.list_secret_version_ids(SecretId=name)["Versions"]
        assert version["KmsKeyIds"] == ["DefaultEncryptionKey"]

    def test_with_two_values_is_refused(self, manager: Any, name: str) -> None:
        manager.create_secret(Name=name)
        code, _ = refusal(manager.update_secret, SecretId=name, SecretString="a", SecretBinary=b"a")
        assert code == "InvalidParameterException"


class TestLabels:
    """As recorded from AWS in LocalStack's tests (test_secretsmanager.snapshot.json, 2022 to 2024)."""

    def test_a_value_that_becomes_current_takes_the_pending_label_away(self, manager: Any, name: str) -> None:
        first = manager.create_secret(Name=name, SecretString="1")["VersionId"]
        put = manager.put_secret_value
        second = put(SecretId=name, SecretString="2", VersionStages=["AWSPENDING"])["VersionId"]
        manager.update_secret_version_stage(
            SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=second, RemoveFromVersionId=first
        )
        assert versions(manager, name) == {first: ["AWSPREVIOUS"], second: ["AWSCURRENT", "AWSPENDING"]}
        third = put(SecretId=name, SecretString="3")["VersionId"]
        assert versions(manager, name) == {second: ["AWSPREVIOUS"], third: ["AWSCURRENT"]}

    def test_labels_move_with_the_value_that_has_them(self, manager: Any, name: str) -> None:
        first = manager.create_secret(Name=name, SecretString="1")["VersionId"]
        put = manager.put_secret_value
        second = put(SecretId=name, SecretString="2", VersionStages=["one", "two", "three"])
        assert second["VersionStages"] == ["one", "three", "two"]
        third = put(SecretId=name, SecretString="3", VersionStages=["one", "two", "four"])["VersionId"]
        assert versions(manager, name) == {
            first: ["AWSCURRENT"],
            second["VersionId"]: ["three"],
            third: ["four", "one", "two"],
        }

    def test_neither_from_nor_to_is_no_move(self, manager: Any, name: str) -> None:
        manager.create_secret(Name=name, SecretString="1")
        move = manager.update_secret_version_stage
        assert refusal(move, SecretId=name, VersionStage="blue")[0] == "InvalidParameterException"
        missing = {"SecretId": name, "VersionStage": "blue", "MoveToVersionId": str(uuid.uuid4())}
        assert refusal(move, **missing)[0] == "ResourceNotFoundException"


class TestListSecretVersionIds:
    def test_deprecated_ones_are_listed_when_asked_for(self, manager: Any, name: str) -> None:
        ids = [manager.create_secret(Name=name, SecretString="0")["VersionId"]]
        ids += [
            manager.put_secret_value(SecretId=name, SecretString=value)["VersionId"] for value in ("1", "2", "3", "4")
        ]
        assert versions(manager, name) == {ids[3]: ["AWSPREVIOUS"], ids[4]: ["AWSCURRENT"]}
        assert list(versions(manager, name, IncludeDeprecated=True)) == ids
        pages, more = [], {}
        while not pages or more:
            page = manager.list_secret_version_ids(SecretId=name, IncludeDeprecated=True, MaxResults=2, **more)
            pages.append([each["VersionId"] for each in page["Versions"]])
            more = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
        assert pages == [ids[:2], ids[2:4], ids[4:]]
        listed = manager.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)["Versions"]
        assert "VersionStages" not in listed[0]
        assert listed[0]["KmsKeyIds"] == ["DefaultEncryptionKey"]

    def test_ones_without_a_value_are_not(self, manager: Any, name: str) -> None:
        manager.create_secret(Name=name)
        assert versions(manager, name, IncludeDeprecated=True) == {}


class TestListSecrets:
    def test_whoever_deletes_what_they_are_shown_misses_nothing(self, manager: Any, name: str) -> None:
        names = [f"{name}-{number}" for number in range(5)]
        for each in names:
            manager.create_secret(Name=each)
        filters = [{"Key": "name", "Values": [name]}]
        seen = []
        for page in manager.get_paginator("list_secrets").paginate(Filters=filters, MaxResults=2):
            for secret in page["SecretList"]:
                seen.append(secret["Name"])
                manager.delete_secret(SecretId=secret["ARN"], ForceDeleteWithoutRecovery=True)
        assert seen == names

    def test_in_the_order_asked_for(self, shared: Cloud, manager: Any, name: str) -> None:
        for end in ("b", "a", "c"):
            manager.create_secret(Name=f"{name}-{end}", SecretString="1")
        manager.update_secret(SecretId=f"{name}-b", Description="x")
        shared.clock.advance(timedelta(days=1))
        manager.get_secret_value(SecretId=f"{name}-a")

        def listed(**order: str) -> str:
            filters = [{"Key": "name", "Values": [name]}]
            pages = manager.get_paginator("list_secrets").paginate(Filters=filters, MaxResults=2, **order)
            return "".join(each["Name"][-1] for page in pages for each in page["SecretList"])

        assert listed() == listed(SortBy="created-date", SortOrder="asc") == "bac"
        assert listed(SortOrder="desc") == "cab"
        assert listed(SortBy="name") == "abc"
        assert listed(SortBy="name", SortOrder="desc") == "cba"
        assert listed(SortBy="last-changed-date") == "acb"
        assert listed(SortBy="last-accessed-date", SortOrder="desc")[0] == "a"

    @pytest.mark.parametrize("half", [{"Key": "name"}, {"Values": ["a"]}, {}], ids=str)
    def test_a_filter_has_a_key_and_values(self, manager: Any, half: dict[str, Any]) -> None:
        for operation in (manager.list_secrets, manager.batch_get_secret_value):
            assert refusal(operation, Filters=[half])[0] == "InvalidParameterException"

    @pytest.mark.parametrize("token", ["5", "none", "AAAA", "WzEsMl0=", "eyJhIjogMX0=", "bnVsbA=="])
    def test_a_token_that_is_none_is_refused(self, manager: Any, name: str, token: str) -> None:
        assert refusal(manager.list_secrets, NextToken=token)[0] == "InvalidNextTokenException"
        many = {"Filters": [{"Key": "name", "Values": [name]}], "NextToken": token}
        assert refusal(manager.batch_get_secret_value, **many)[0] == "InvalidNextTokenException"
        manager.create_secret(Name=name)
        assert refusal(manager.list_secret_version_ids, SecretId=name, NextToken=token)[0] == (
            "InvalidNextTokenException"
        )

    def test_descriptions_are_searched_by_their_words_the_others_by_their_beginning(
        self, manager: Any, name: str
    ) -> None:
        manager.create_secret(
            Name=f"{name}/CredsDatabase", Description="My basic description", Tags=[{"Key": "Prod", "Value": "One"}]
        )

        def found(key: str, *values: str) -> bool:
            wanted = [{"Key": "name", "Values": [name]}, {"Key": key, "Values": list(values)}]
            return bool(manager.list_secrets(Filters=wanted)["SecretList"])

        assert all(found("description", value) for value in ("My Description", "DESC", "basic my"))
        assert not any(found("description", value) for value in ("scription", "my other"))
        assert found("name", name[:-1])
        assert not any(found(*wanted) for wanted in (("name", "database"), ("tag-key", "prod"), ("tag-value", "ne")))
        assert found("tag-key", "Pro")
        assert found("tag-value", "!Two")
        assert found("all", "database")
        assert found("all", "basic")
        assert found("owning-service", "none", "!rds")
        assert not found("owning-service", "rds")


class TestGetRandomPassword:
    def test_has_what_is_asked_for_and_no_more(self, manager: Any) -> None:
        def made(**asked: Any) -> str:
            return str(manager.get_random_password(**asked)["RandomPassword"])

        assert len(made()) == 32
        assert len(made(PasswordLength=4096)) == 4096
        assert set(made(PasswordLength=500, ExcludePunctuation=True, ExcludeNumbers=True)) <= set(string.ascii_letters)
        assert " " in made(PasswordLength=4000, IncludeSpace=True)
        assert " " not in made(PasswordLength=4000)
        assert made(PasswordLength=1, ExcludeNumbers=True, ExcludePunctuation=True, ExcludeUppercase=True).islower()
        plain = made(PasswordLength=4000, RequireEachIncludedType=False, ExcludeCharacters='"@/\\')
        assert not set('"@/\\') & set(plain)

    @pytest.mark.parametrize(
        "asked",
        [
            {"PasswordLength": 3},
            {"ExcludeNumbers": True, "PasswordLength": 2},
            {
                "ExcludeLowercase": True,
                "ExcludeUppercase": True,
                "ExcludeNumbers": True,
                "ExcludePunctuation": True,
            },
        ],
    )
    def test_that_cannot_be_is_refused(self, manager: Any, asked: dict[str, Any]) -> None:
        assert refusal(manager.get_random_password, **asked)[0] == "InvalidParameterException"


class TestDeleteSecret:
    @pytest.mark.parametrize("days", [6, 31, 0, -1])
    def test_waits_from_seven_days_to_thirty(self, manager: Any, name: str, days: int) -> None:
        manager.create_secret(Name=name)
        code, _ = refusal(manager.delete_secret, SecretId=name, RecoveryWindowInDays=days)
        assert code == "InvalidParameterException"

    def test_waits_or_does_not(self, manager: Any, name: str) -> None:
        manager.create_secret(Name=name)
        both = {"RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": True}
        assert refusal(manager.delete_secret, SecretId=name, **both)[0] == "InvalidParameterException"
        manager.delete_secret(SecretId=name)
        assert refusal(manager.delete_secret, SecretId=name)[0] == "InvalidRequestException"
        manager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        assert refusal(manager.describe_secret, SecretId=name)[0] == "ResourceNotFoundException"

    def test_by_force_does_not_mind_that_there_is_none(self, manager: Any, name: str) -> None:
        told = manager.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        assert (told["Name"], bool(told["DeletionDate"])) == (name, True)
        assert told["ARN"].rpartition("-")[0].endswith(f":secret:{name}")
        again = manager.delete_secret(SecretId=told["ARN"], ForceDeleteWithoutRecovery=True)
        assert (again["ARN"], again["Name"]) == (told["ARN"], name)
        assert refusal(manager.delete_secret, SecretId=name)[0] == "ResourceNotFoundException"

    def test_is_taken_back(self, manager: Any, name: str) -> None:
        assert refusal(manager.restore_secret, SecretId=name)[0] == "ResourceNotFoundException"
        manager.create_secret(Name=name, SecretString="1")
        manager.restore_secret(SecretId=name)
        manager.delete_secret(SecretId=name)
        assert versions(manager, name), "what there was can be seen"
        for operation in ("get_secret_value", "get_resource_policy", "cancel_rotate_secret"):
            assert refusal(getattr(manager, operation), SecretId=name) == (
                "InvalidRequestException",
                "You can't perform this operation on the secret because it was marked for deletion.",
            )
        manager.restore_secret(SecretId=name)
        assert manager.get_secret_value(SecretId=name)["SecretString"] == "1"


class TestWhatIsNotHere:
    @pytest.mark.parametrize(
        ("operation", "parameters"),
        [
            ("create_secret", {"Type": "MongoDBAtlasDatabaseUser"}),
            (
                "create_secret",
                {"CrossAccountPrimaryARN": "arn:aws:secretsmanager:us-east-1:111122223333:secret:a-AbCdEf"},
            ),
            ("rotate_secret", {"ExternalSecretRotationRoleArn": "arn:aws:iam::123456789012:role/rotates"}),
            ("rotate_secret", {"ExternalSecretRotationMetadata": [{"Key": "a", "Value": "b"}]}),
        ],
    )
    def test_is_said_with_the_reason(self, manager: Any, name: str, operation: str, parameters: dict[str, Any]) -> None:
        named = {"Name": name} if operation == "create_secret" else {"SecretId": name}
        code, text = refusal(getattr(manager, operation), **named, **parameters)
        assert code == "NotImplemented"
        assert text.startswith(f"the local AWS does not have {next(iter(parameters))}: ")


WORDS = (
    "",
    "one",
    "two",
    "a b",
    "arn:aws:secretsmanager:::secret:",
    "arn:aws:kms:mars-north-1:123456789012:key/0000",
    "arn:aws:lambda:us-east-1:123456789012:function:none",
    "0" * 36,
    "{}",
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": {"AWS": 7}, "Action": "*", "Resource": "*"}]}',
    "AWSCURRENT",
    "AWSPENDING",
    "rate(4 hours)",
    "cron(0 0/4 31 2 ? *)",
    "3h",
    "eu-west-1",
    "name",
    "WyJhIiwgImIiXQ==",
    "\x00é\u2028",
)


def made_up(draw: random.Random, shape: Any) -> Any:
    """A value that has the shape of a model's, and sense by chance only."""
    match shape.type_name:
        case "structure":
            there = {name: each for name, each in shape.members.items() if draw.random() < 0.5}
            return {name: made_up(draw, each) for name, each in there.items()}
        case "list":
            return [made_up(draw, shape.member) for _ in range(draw.randrange(3))]
        case "boolean":
            return draw.random() < 0.5
        case "integer" | "long":
            return draw.choice((-1, 0, 1, 7, 31, 4097, 10**20))
        case "blob":
            return draw.choice((b"", b"\x00"))
        case _:
            return draw.choice((*shape.metadata.get("enum", ()), *WORDS))


def test_no_request_is_one_that_we_fail_at(shared: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rates, "count", lambda *_: None)
    once = Config(parameter_validation=False, retries={"max_attempts": 0})
    here, there = (
        shared.client("secretsmanager", region_name=each, config=once) for each in ("ca-central-1", "eu-west-1")
    )
    draw, model, codes = random.Random(20), here.meta.service_model, set()
    operations = [each for each in model.operation_names if each != "DeleteSecret"]
    for secret in ("one", "two"):
        here.create_secret(Name=secret, SecretString="1")
    for _ in range(700):
        operation = draw.choice(operations)
        shape = model.operation_model(operation).input_shape
        asked = {key: value for key, value in made_up(draw, shape).items() if key not in NOT_HERE}
        if "SecretId" in shape.members and draw.random() < 0.8:
            asked["SecretId"] = draw.choice(("one", "two"))
        try:
            getattr(draw.choice((here, here, there)), xform_name(operation))(**asked)
        except ClientError as error:
            codes.add(error.response["Error"]["Code"])
    assert {"ValidationException", "InvalidParameterException", "ResourceNotFoundException"} <= codes
    assert "InternalFailure" not in codes, [entry for entry in shared.requests if entry.status == 500]
