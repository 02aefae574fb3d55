"""What Secrets Manager allows an account: how often, how many, how long. No test waits: the time is one that they move."""

from __future__ import annotations

import types
from datetime import UTC, datetime, timedelta

import pytest
from botocore.config import Config

from clouds import refusal
from keyturn.local.call import Refused
from keyturn.local.cloud import Cloud
from keyturn.local.secretsmanager.quotas import PER_SECOND, Rates

OVER = ("LimitExceededException", "The request failed because it would exceed one of the Secrets Manager quotas.")
ONCE = Config(retries={"max_attempts": 0})


class Still:
    """A time that stands until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 28, 3, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def passes(rates: Rates, operation: str, region: str = "us-east-1") -> bool:
    try:
        rates.count(operation, region)
    except Refused:
        return False
    return True


class TestCalls:
    @pytest.mark.parametrize(
        ("operations", "most"),
        [
            ("CancelRotateSecret RotateSecret", 50),
            ("PutSecretValue UpdateSecretVersionStage UpdateSecret", 50),
            ("ReplicateSecretToRegions PutSecretValue StopReplicationToReplica RemoveRegionsFromReplication", 50),
            ("DeleteResourcePolicy GetResourcePolicy PutResourcePolicy ValidateResourcePolicy", 50),
            ("TagResource UntagResource", 50),
            ("RestoreSecret", 50),
            ("BatchGetSecretValue", 100),
            ("DescribeSecret GetSecretValue", 10_000),
        ],
    )
    def test_are_counted_together(self, operations: str, most: int) -> None:
        time, names = Still(), operations.split()
        rates = Rates(time)
        assert all(passes(rates, names[number % len(names)]) for number in range(most))
        assert not any(passes(rates, name) for name in names)
        time.move(1 / most)
        assert passes(rates, names[0])
        assert not passes(rates, names[-1])
        time.move(3600)
        assert sum(passes(rates, names[0]) for _ in range(most + 5)) == most, "what was not used is not saved up"

    def test_of_others_do_not_count(self) -> None:
        rates = Rates(Still())
        assert not all(passes(rates, "RotateSecret") for _ in range(51))
        assert passes(rates, "PutSecretValue")
        assert passes(rates, "RotateSecret", "eu-west-1")
        assert all(passes(rates, "CreateSecret") for _ in range(500)), "no limit is known"

    def test_that_are_limited_are_operations(self, shared: Cloud) -> None:
        operations = shared.client("secretsmanager").meta.service_model.operation_names
        assert set().union(*(names for names, _ in PER_SECOND)) <= set(operations)

    def test_are_refused_in_awss_shape_and_tried_again_by_clients(
        self, shared: Cloud, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        time = Still()
        monkeypatch.setattr(shared.clock, "now", time.now)
        manager = shared.client("secretsmanager", region_name="ap-south-1", config=ONCE)
        manager.create_secret(Name=name)
        for _ in range(50):
            manager.cancel_rotate_secret(SecretId=name)
        assert refusal(manager.rotate_secret, SecretId=name) == ("ThrottlingException", "Rate exceeded")
        assert manager.describe_secret(SecretId=name)["Name"] == name
        waited: list[float] = []

        def sleep(seconds: float) -> None:
            waited.append(seconds)
            time.move(1)

        monkeypatch.setattr("botocore.endpoint.time", types.SimpleNamespace(sleep=sleep))
        patient = shared.client("secretsmanager", region_name="ap-south-1")
        assert patient.cancel_rotate_secret(SecretId=name)["ResponseMetadata"]["RetryAttempts"] == len(waited) == 1


class TestVersions:
    def test_that_are_written_too_fast_reach_the_quota(self, shared: Cloud, name: str, calm: None) -> None:
        manager = shared.client("secretsmanager")
        first = manager.create_secret(Name=name, SecretString="0")["VersionId"]
        for number in range(1, 100):
            manager.put_secret_value(SecretId=name, SecretString=str(number))
        assert refusal(manager.put_secret_value, SecretId=name, SecretString="more") == OVER
        assert refusal(manager.update_secret, SecretId=name, SecretString="more", Description="x") == OVER
        assert "Description" not in manager.describe_secret(SecretId=name)
        assert manager.get_secret_value(SecretId=name)["SecretString"] == "99"
        shared.clock.advance(timedelta(hours=23))
        assert refusal(manager.put_secret_value, SecretId=name, SecretString="more") == OVER
        shared.clock.advance(timedelta(hours=2))
        manager.put_secret_value(SecretId=name, SecretString="more")
        assert refusal(manager.get_secret_value, SecretId=name, VersionId=first)[0] == "ResourceNotFoundException"


@pytest.fixture
def calm(shared: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """No rates are held to: what is tried is the number of versions."""
    monkeypatch.setattr(Rates, "count", lambda *_: None)


class TestLabels:
    def test_are_twenty_at_most_on_all_versions(self, shared: Cloud, name: str) -> None:
        manager = shared.client("secretsmanager")
        first = manager.create_secret(Name=name, SecretString="1")["VersionId"]
        labels = [f"label-{number}" for number in range(18)]
        second = manager.put_secret_value(SecretId=name, SecretString="2", VersionStages=labels)["VersionId"]
        manager.update_secret_version_stage(SecretId=name, VersionStage="last", MoveToVersionId=first)
        more = {"SecretId": name, "VersionStage": "more", "MoveToVersionId": second}
        assert refusal(manager.update_secret_version_stage, **more) == OVER
        put = manager.put_secret_value
        assert refusal(put, SecretId=name, SecretString="3", VersionStages=["more"]) == OVER
        assert refusal(put, SecretId=name, SecretString="3") == OVER, "AWSPREVIOUS would be one more"
        manager.update_secret_version_stage(SecretId=name, VersionStage="last", RemoveFromVersionId=first)
        manager.update_secret_version_stage(**more)


class TestTags:
    def test_are_fifty_at_most_and_differ(self, shared: Cloud, name: str) -> None:
        manager = shared.client("secretsmanager")
        many = [{"Key": f"key-{number}", "Value": ""} for number in range(50)]
        manager.create_secret(Name=name, Tags=many)
        tag = manager.tag_resource
        tag(SecretId=name, Tags=[{"Key": "key-0", "Value": "changed"}])
        assert refusal(tag, SecretId=name, Tags=[{"Key": "more", "Value": ""}])[0] == "InvalidParameterException"
        twice = [{"Key": "key-1", "Value": "1"}, {"Key": "key-1", "Value": "2"}]
        assert refusal(tag, SecretId=name, Tags=twice)[0] == "InvalidParameterException"
        own = [{"Key": "aws:cloudformation:stack-name", "Value": "1"}]
        assert refusal(tag, SecretId=name, Tags=own)[0] == "InvalidParameterException"
        assert refusal(tag, SecretId=name, Tags=[{"Key": "k" * 129, "Value": ""}])[0] == "ValidationException"
        assert refusal(tag, SecretId=name, Tags=[{"Key": "k", "Value": "v" * 257}])[0] == "ValidationException"
        kept = {tag["Key"]: tag["Value"] for tag in manager.describe_secret(SecretId=name)["Tags"]}
        assert kept == {**{tag["Key"]: "" for tag in many}, "key-0": "changed"}


class TestValues:
    def test_have_65536_bytes_at_most(self, shared: Cloud, name: str) -> None:
        manager = shared.client("secretsmanager")
        put = manager.put_secret_value
        manager.create_secret(Name=name, SecretString="a" * 65_536)
        put(SecretId=name, SecretBinary=b"\xff" * 65_536)
        told = "failed to satisfy constraint: Member must have length less than or equal to 65536"
        assert refusal(put, SecretId=name, SecretString="a" * 65_537) == (
            "ValidationException",
            f"1 validation error detected: Value at 'secretString' {told}",
        )
        assert refusal(put, SecretId=name, SecretBinary=b"a" * 65_537)[0] == "ValidationException"
        assert refusal(put, SecretId=name, SecretString="é" * 65_536)[0] == "InvalidParameterException"
