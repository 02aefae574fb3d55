"""Replicas of secrets in other regions, as the user guide has them and as those who met them quote AWS."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import stacks
from clouds import make_role, packed, refusal
from keyturn.local.cloud import Cloud
from processes import eventually
from test_rotation import ROTATOR

THERE = "eu-west-1"
ON_REPLICA = "Operation not permitted on a replica secret. Call must be made in primary secret's region."


@pytest.fixture
def here(shared: Cloud) -> Any:
    return shared.client("secretsmanager")


@pytest.fixture
def there(shared: Cloud) -> Any:
    return shared.client("secretsmanager", region_name=THERE)


def test_a_secret_is_replicated_when_it_is_made(here: Any, there: Any, name: str) -> None:
    tags = [{"Key": "team", "Value": "blue"}]
    made = here.create_secret(Name=name, SecretString="1", Tags=tags, AddReplicaRegions=[{"Region": THERE}])
    status = {
        "Region": THERE,
        "KmsKeyId": "alias/aws/secretsmanager",
        "Status": "InSync",
        "StatusMessage": "Replication succeeded",
    }
    assert made["ReplicationStatus"] == [status]
    read = there.get_secret_value(SecretId=name)
    assert read["ARN"] == made["ARN"].replace("us-east-1", THERE), "the same but for the region"
    assert (read["SecretString"], read["VersionId"]) == ("1", made["VersionId"])
    told = there.describe_secret(SecretId=read["ARN"])
    assert (told["PrimaryRegion"], told["Tags"]) == ("us-east-1", tags)
    told = here.describe_secret(SecretId=name)
    assert told["PrimaryRegion"] == "us-east-1"
    assert told["ReplicationStatus"][0].pop("LastAccessedDate"), "it was read there"
    assert told["ReplicationStatus"] == [status]
    assert "LastAccessedDate" not in told


def test_a_secret_that_is_not_replicated_tells_of_no_region(here: Any, name: str) -> None:
    here.create_secret(Name=name, SecretString="1")
    assert not {"PrimaryRegion", "ReplicationStatus"} & here.describe_secret(SecretId=name).keys()


def test_a_replica_has_what_the_primary_has(here: Any, there: Any, name: str) -> None:
    first = here.create_secret(Name=name, SecretString="1")["VersionId"]
    here.replicate_secret_to_regions(SecretId=name, AddReplicaRegions=[{"Region": THERE}])
    second = here.put_secret_value(SecretId=name, SecretString="2")["VersionId"]
    policy = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:DeleteSecret", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
    here.put_resource_policy(SecretId=name, ResourcePolicy=text)
    here.tag_resource(SecretId=name, Tags=[{"Key": "a", "Value": "b"}])
    here.update_secret(SecretId=name, Description="told")
    assert there.get_secret_value(SecretId=name)["SecretString"] == "2"
    assert there.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"] == "1"
    assert there.get_secret_value(SecretId=name, VersionId=first)["SecretString"] == "1"
    told = there.describe_secret(SecretId=name)
    assert told["VersionIdsToStages"] == {first: ["AWSPREVIOUS"], second: ["AWSCURRENT"]}
    assert (told["Description"], told["Tags"]) == ("told", [{"Key": "a", "Value": "b"}])
    assert there.get_resource_policy(SecretId=name)["ResourcePolicy"] == text
    assert [each["Name"] for each in there.list_secrets(Filters=[_named(name)])["SecretList"]] == [name]


def test_a_rotation_is_seen_there(shared: Cloud, here: Any, there: Any, name: str) -> None:
    role = make_role(shared, name, ["logs:*", "secretsmanager:*"])
    functions = shared.client("lambda")
    code = {"ZipFile": packed(ROTATOR)}
    arn = functions.create_function(
        FunctionName=name, Role=role, Code=code, Runtime="python3.12", Handler="index.handler", Timeout=10
    )["FunctionArn"]
    functions.add_permission(
        FunctionName=name, StatementId="1", Action="lambda:InvokeFunction", Principal="secretsmanager.amazonaws.com"
    )
    here.create_secret(Name=name, SecretString="1", AddReplicaRegions=[{"Region": THERE}])
    version = here.rotate_secret(SecretId=name, RotationLambdaARN=arn)["VersionId"]
    assert eventually(lambda: there.get_secret_value(SecretId=name)["SecretString"] == f"rotated {version}")
    assert there.get_secret_value(SecretId=name, VersionStage="AWSPREVIOUS")["SecretString"] == "1"
    assert refusal(there.rotate_secret, SecretId=name, RotationLambdaARN=arn) == (
        "InvalidParameterException",
        ON_REPLICA,
    )


@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("put_secret_value", {"SecretString": "2"}),
        ("update_secret", {"SecretString": "2"}),
        ("update_secret", {"Description": "mine", "KmsKeyId": "alias/aws/secretsmanager"}),
        ("update_secret_version_stage", {"VersionStage": "blue", "MoveToVersionId": "0" * 32}),
        ("rotate_secret", {}),
        ("cancel_rotate_secret", {}),
        ("put_resource_policy", {"ResourcePolicy": "{}"}),
        ("delete_resource_policy", {}),
        ("tag_resource", {"Tags": [{"Key": "a", "Value": "b"}]}),
        ("untag_resource", {"TagKeys": ["a"]}),
        ("replicate_secret_to_regions", {"AddReplicaRegions": [{"Region": "us-west-2"}]}),
        ("remove_regions_from_replication", {"RemoveReplicaRegions": [THERE]}),
        ("delete_secret", {}),
        ("delete_secret", {"ForceDeleteWithoutRecovery": True}),
        ("restore_secret", {}),
    ],
)
def test_a_replica_cannot_be_changed(here: Any, there: Any, name: str, operation: str, more: dict[str, Any]) -> None:
    here.create_secret(Name=name, SecretString="1", AddReplicaRegions=[{"Region": THERE}])
    assert refusal(getattr(there, operation), SecretId=name, **more) == ("InvalidParameterException", ON_REPLICA)
    assert there.get_secret_value(SecretId=name)["SecretString"] == "1"


def test_a_primary_with_replicas_cannot_be_deleted(here: Any, there: Any, name: str) -> None:
    regions = [{"Region": THERE}, {"Region": "us-west-2"}]
    arn = here.create_secret(Name=name, SecretString="1", AddReplicaRegions=regions)["ARN"]
    told = f"You can't delete secret {arn} that still has replica regions [{THERE}, us-west-2]."
    for more in ({}, {"ForceDeleteWithoutRecovery": True}):
        assert refusal(here.delete_secret, SecretId=name, **more) == ("InvalidParameterException", told)
    left = here.remove_regions_from_replication(SecretId=name, RemoveReplicaRegions=[THERE, "us-west-2"])
    assert left["ReplicationStatus"] == []
    assert refusal(there.get_secret_value, SecretId=name)[0] == "ResourceNotFoundException"
    here.delete_secret(SecretId=name)
    assert refusal(here.replicate_secret_to_regions, SecretId=name, AddReplicaRegions=regions)[0] == (
        "InvalidRequestException"
    )


def test_a_replica_becomes_a_secret_of_its_own(here: Any, there: Any, name: str) -> None:
    here.create_secret(Name=name, SecretString="1", AddReplicaRegions=[{"Region": THERE}])
    arn = there.stop_replication_to_replica(SecretId=name)["ARN"]
    assert THERE in arn
    here.put_secret_value(SecretId=name, SecretString="2")
    assert there.get_secret_value(SecretId=arn)["SecretString"] == "1"
    there.put_secret_value(SecretId=name, SecretString="3")
    assert here.get_secret_value(SecretId=name)["SecretString"] == "2"
    assert "PrimaryRegion" not in there.describe_secret(SecretId=name)
    assert "ReplicationStatus" not in here.describe_secret(SecretId=name)
    assert refusal(there.stop_replication_to_replica, SecretId=name)[0] == "InvalidRequestException"


def test_a_name_that_is_taken_there_fails_unless_it_is_to_be_overwritten(here: Any, there: Any, name: str) -> None:
    there.create_secret(Name=name, SecretString="theirs")
    made = here.create_secret(Name=name, SecretString="1", AddReplicaRegions=[{"Region": THERE}])
    (status,) = made["ReplicationStatus"]
    told = f"Replication failed: Secret name {name} already exists in region {THERE}."
    assert (status["Status"], status["StatusMessage"]) == ("Failed", told)
    assert there.get_secret_value(SecretId=name)["SecretString"] == "theirs"
    again = here.replicate_secret_to_regions(
        SecretId=name, AddReplicaRegions=[{"Region": THERE}], ForceOverwriteReplicaSecret=True
    )
    assert [each["Status"] for each in again["ReplicationStatus"]] == ["InSync"]
    assert there.get_secret_value(SecretId=name)["SecretString"] == "1"


def test_a_name_that_a_replica_has_is_taken(here: Any, there: Any, name: str) -> None:
    here.create_secret(Name=name, SecretString="1", AddReplicaRegions=[{"Region": THERE}])
    assert refusal(there.create_secret, Name=name, SecretString="2")[0] == "ResourceExistsException"


@pytest.mark.parametrize("regions", [["us-east-1"], ["mars-north-1"], [THERE, THERE]], ids=" ".join)
def test_regions_that_are_none(here: Any, name: str, regions: list[str]) -> None:
    wanted = [{"Region": region} for region in regions]
    assert refusal(here.create_secret, Name=name, SecretString="1", AddReplicaRegions=wanted) == (
        "InvalidParameterException",
        "Invalid replica region.",
    )
    assert refusal(here.describe_secret, SecretId=name)[0] == "ResourceNotFoundException"


def test_a_replica_has_a_key_of_its_own(shared: Cloud, here: Any, there: Any, name: str) -> None:
    kms = shared.client("kms", region_name=THERE)
    key, other = (kms.create_key()["KeyMetadata"]["Arn"] for _ in range(2))
    regions = [{"Region": THERE, "KmsKeyId": key}]
    here.create_secret(Name=name, SecretString="1", AddReplicaRegions=regions)
    assert here.describe_secret(SecretId=name)["ReplicationStatus"][0]["KmsKeyId"] == key
    assert there.describe_secret(SecretId=name)["KmsKeyId"] == key
    assert "KmsKeyId" not in here.describe_secret(SecretId=name)
    kms.disable_key(KeyId=key)
    assert refusal(there.get_secret_value, SecretId=name)[0] == "DecryptionFailure"
    assert here.get_secret_value(SecretId=name)["SecretString"] == "1"
    there.update_secret(SecretId=name, KmsKeyId=other)
    assert there.get_secret_value(SecretId=name)["SecretString"] == "1"
    assert here.describe_secret(SecretId=name)["ReplicationStatus"][0]["KmsKeyId"] == other


def test_a_key_that_is_not_in_the_region_fails(shared: Cloud, here: Any, there: Any, name: str) -> None:
    key = shared.client("kms").create_key()["KeyMetadata"]["Arn"]
    made = here.create_secret(
        Name=name, SecretString="1", AddReplicaRegions=[{"Region": THERE, "KmsKeyId": key.replace("us-east-1", THERE)}]
    )
    assert [each["Status"] for each in made["ReplicationStatus"]] == ["Failed"]
    assert refusal(there.get_secret_value, SecretId=name)[0] == "ResourceNotFoundException"


def test_they_are_found_by_where_their_primary_is(here: Any, there: Any, name: str) -> None:
    here.create_secret(Name=name, SecretString="1", AddReplicaRegions=[{"Region": THERE}])
    there.create_secret(Name=f"{name}-own", SecretString="1")

    def found(manager: Any, *values: str) -> list[str]:
        filters = [_named(name), {"Key": "primary-region", "Values": list(values)}]
        return [each["Name"] for each in manager.list_secrets(Filters=filters)["SecretList"]]

    assert found(there, "us-east-1") == found(there, "us-") == found(here, "us-east-1") == [name]
    assert found(there, "!us-east-1") == [f"{name}-own"]


def test_a_stack_makes_changes_and_removes_them(shared: Cloud, here: Any, name: str) -> None:
    cloudformation = shared.client("cloudformation")

    def template(*regions: str) -> dict[str, Any]:
        properties = {"Name": name, "SecretString": "1", "ReplicaRegions": [{"Region": each} for each in regions]}
        return {"Resources": {"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": properties}}}

    def replicated() -> list[str]:
        return [each["Region"] for each in here.describe_secret(SecretId=name).get("ReplicationStatus", [])]

    assert stacks.create(cloudformation, template(THERE), name).status == "CREATE_COMPLETE"
    assert replicated() == [THERE]
    assert stacks.update(cloudformation, template("us-west-2", "eu-central-1"), name).status == "UPDATE_COMPLETE"
    assert replicated() == ["us-west-2", "eu-central-1"]
    assert stacks.delete(cloudformation, name).status == "DELETE_COMPLETE"
    assert refusal(here.describe_secret, SecretId=name)[0] == "ResourceNotFoundException"
    for region in (THERE, "us-west-2", "eu-central-1"):
        manager = shared.client("secretsmanager", region_name=region)
        assert not manager.list_secrets(Filters=[_named(name)])["SecretList"]


def test_a_cloud_that_is_started_again_still_has_them(tmp_path: Path) -> None:
    with Cloud.start(tmp_path / "kept", keep=True) as cloud:
        cloud.client("secretsmanager").create_secret(
            Name="kept", SecretString="1", AddReplicaRegions=[{"Region": THERE}]
        )
    with Cloud.start(tmp_path / "kept", keep=True) as cloud:
        cloud.client("secretsmanager").put_secret_value(SecretId="kept", SecretString="2")
        there = cloud.client("secretsmanager", region_name=THERE)
        assert there.get_secret_value(SecretId="kept")["SecretString"] == "2"
        assert refusal(there.put_secret_value, SecretId="kept", SecretString="3")[1] == ON_REPLICA


def _named(name: str) -> dict[str, Any]:
    return {"Key": "name", "Values": [name]}
