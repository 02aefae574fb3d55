"""Rotation as Secrets Manager does it: four steps, stopped by a failure, tried again, on schedule."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clouds import MakeFunction, allow, lines
from keyturn.local.cloud import Cloud
from processes import eventually

ROTATOR = """
import json
import boto3

manager = boto3.client("secretsmanager")

def handler(event, context):
    secret, token, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    print(json.dumps({"step": step, "secret": secret, "token": token}))
    stages = manager.describe_secret(SecretId=secret)["VersionIdsToStages"]
    current = [version for version, labels in stages.items() if "AWSCURRENT" in labels]
    if step == "createSecret":
        manager.put_secret_value(
            SecretId=secret, ClientRequestToken=token, SecretString="rotated " + token, VersionStages=["AWSPENDING"]
        )
    elif step == "FAILING":
        raise RuntimeError("this step fails")
    elif step == "testSecret":
        value = manager.get_secret_value(SecretId=secret, VersionId=token, VersionStage="AWSPENDING")["SecretString"]
        print("tests " + value)
    elif step == "finishSecret":
        manager.update_secret_version_stage(
            SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current[0]
        )
"""

NAME = "rotated"
DAILY = {"ScheduleExpression": "rate(1 day)"}


class World:
    """A secret and the function that is to rotate it."""

    def __init__(self, cloud: Cloud, make_function: MakeFunction) -> None:
        self.cloud = cloud
        self.manager = cloud.client("secretsmanager")
        self.first = self.manager.create_secret(Name=NAME, SecretString="first")["VersionId"]
        self.arn = self.manager.describe_secret(SecretId=NAME)["ARN"]
        self._make_function = make_function
        self.function = ""

    def deploy(self, failing: str = "nothing", **settings: Any) -> str:
        self.function = self._make_function(ROTATOR.replace("FAILING", failing), **settings)
        return self.function

    def mend(self) -> None:
        from clouds import packed

        self.cloud.client("lambda").update_function_code(FunctionName="tested", ZipFile=packed(ROTATOR))

    def permit(self, **conditions: str) -> None:
        self.cloud.client("lambda").add_permission(
            FunctionName="tested",
            StatementId=str(uuid.uuid4()),
            Action="lambda:InvokeFunction",
            Principal="secretsmanager.amazonaws.com",
            **conditions,
        )

    def rotate(self, **settings: Any) -> str:
        settings = {"RotationLambdaARN": self.function, "RotationRules": DAILY, **settings}
        version: str = self.manager.rotate_secret(SecretId=NAME, **settings)["VersionId"]
        return version

    @property
    def stages(self) -> dict[str, list[str]]:
        found = self.manager.describe_secret(SecretId=NAME)["VersionIdsToStages"]
        return {version: sorted(labels) for version, labels in found.items()}

    @property
    def steps(self) -> list[str]:
        """The steps that have run, each as often as it has."""
        return [json.loads(line)["step"] for line in self.log if line.startswith('{"step"')]

    @property
    def log(self) -> list[str]:
        """What the function has written; nothing before it has run."""
        try:
            return lines(self.cloud)
        except ClientError:
            return []

    def described(self) -> dict[str, Any]:
        told: dict[str, Any] = self.manager.describe_secret(SecretId=NAME)
        return told


@pytest.fixture
def world(cloud: Cloud, make_function: MakeFunction) -> World:
    return World(cloud, make_function)


def refused(code: str, call: Any, /, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == code
    message: str = caught.value.response["Error"]["Message"]
    return message


ALL = ["createSecret", "setSecret", "testSecret", "finishSecret"]


class TestARotation:
    def test_takes_four_steps_and_moves_the_labels(self, world: World) -> None:
        world.deploy()
        world.permit(SourceAccount=world.cloud.account)
        version = world.rotate()
        assert eventually(lambda: world.stages == {world.first: ["AWSPREVIOUS"], version: ["AWSCURRENT"]})
        assert world.steps == ALL
        assert world.manager.get_secret_value(SecretId=NAME)["SecretString"] == f"rotated {version}"
        told = world.described()
        assert told["RotationEnabled"] is True
        assert told["RotationLambdaARN"] == world.function
        assert told["LastRotatedDate"] is not None

    def test_names_the_secret_by_its_arn(self, world: World) -> None:
        world.deploy()
        world.permit()
        world.rotate()
        assert eventually(lambda: world.steps == ALL)
        assert all(json.loads(line)["secret"] == world.arn for line in world.log if line.startswith('{"step"'))

    def test_is_asked_for_and_not_waited_for(self, world: World) -> None:
        world.deploy("setSecret")
        world.permit()
        version = world.rotate()  # answers although the rotation fails
        assert eventually(lambda: world.steps == ALL[:2])
        assert world.stages == {world.first: ["AWSCURRENT"], version: ["AWSPENDING"]}

    def test_with_the_token_of_one_that_is_done_changes_nothing(self, world: World) -> None:
        world.deploy()
        world.permit()
        version = world.rotate(ClientRequestToken=str(uuid.uuid4()))
        assert eventually(lambda: version in world.stages and world.stages[version] == ["AWSCURRENT"])
        assert world.rotate(ClientRequestToken=version) == version
        assert world.steps == ALL

    def test_of_a_secret_without_a_value_begins_without_current(self, world: World) -> None:
        world.deploy("finishSecret")
        world.permit()
        arn = world.manager.create_secret(Name="empty")["ARN"]
        token = world.manager.rotate_secret(SecretId=arn, RotationLambdaARN=world.function, RotationRules=DAILY)[
            "VersionId"
        ]
        assert eventually(lambda: world.steps == ALL)
        assert world.manager.describe_secret(SecretId=arn)["VersionIdsToStages"] == {token: ["AWSPENDING"]}


class TestAFailedStep:
    def test_ends_the_rotation_and_leaves_the_version_pending(self, world: World) -> None:
        world.deploy("testSecret")
        world.permit()
        version = world.rotate()
        assert eventually(lambda: world.steps == ALL[:3])
        assert world.stages == {world.first: ["AWSCURRENT"], version: ["AWSPENDING"]}
        assert world.manager.get_secret_value(SecretId=NAME)["SecretString"] == "first"
        assert "LastRotatedDate" not in world.described()

    def test_is_tried_again_from_the_beginning_with_the_same_token(self, world: World) -> None:
        world.deploy("setSecret")
        world.permit()
        version = world.rotate()
        assert eventually(lambda: world.steps == ALL[:2])
        world.mend()
        world.cloud.clock.advance(timedelta(minutes=2))
        assert world.steps == [*ALL[:2], *ALL]
        assert world.stages == {world.first: ["AWSPREVIOUS"], version: ["AWSCURRENT"]}

    def test_refuses_another_rotation_meanwhile(self, world: World) -> None:
        world.deploy("setSecret")
        world.permit()
        world.rotate()
        assert eventually(lambda: world.steps == ALL[:2])
        told = refused("InvalidRequestException", world.manager.rotate_secret, SecretId=NAME)
        assert told == "A previous rotation isn't complete. That rotation will be reattempted."

    def test_is_tried_on_schedule_when_all_else_has_failed(self, world: World) -> None:
        world.deploy("setSecret")
        world.permit()
        version = world.rotate()
        world.cloud.clock.advance(timedelta(hours=3))
        assert world.steps == ALL[:2] * 5
        world.mend()
        world.cloud.clock.advance(timedelta(hours=24))
        assert world.steps == [*ALL[:2] * 5, *ALL]
        assert world.stages == {world.first: ["AWSPREVIOUS"], version: ["AWSCURRENT"]}

    def test_by_a_manual_value_is_abandoned(self, world: World) -> None:
        world.deploy("setSecret")
        world.permit()
        pending = world.rotate()
        assert eventually(lambda: world.steps == ALL[:2])
        by_hand = world.manager.put_secret_value(SecretId=NAME, SecretString="by hand")["VersionId"]
        assert world.stages == {world.first: ["AWSPREVIOUS"], by_hand: ["AWSCURRENT"]}
        world.cloud.clock.advance(timedelta(minutes=5))
        assert pending not in world.stages
        assert world.steps == ALL[:2]


class TestPermission:
    def test_to_invoke_the_function_is_asked_for_at_once(self, world: World) -> None:
        world.deploy()
        told = refused("AccessDeniedException", world.rotate)
        assert told.startswith("Secrets Manager cannot invoke the specified Lambda function.")
        assert "RotationEnabled" not in world.described()
        assert world.stages == {world.first: ["AWSCURRENT"]}

    @pytest.mark.parametrize(
        "conditions",
        [
            {"SourceAccount": "999999999999"},
            {"SourceArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:another-AbCdEf"},
        ],
        ids=["of another account", "for another secret"],
    )
    def test_does_not_count(self, world: World, conditions: dict[str, str]) -> None:
        world.deploy()
        world.permit(**conditions)
        refused("AccessDeniedException", world.rotate)

    def test_taken_away_stops_the_next_rotation(self, world: World) -> None:
        world.deploy()
        world.permit()
        version = world.rotate()
        assert eventually(lambda: world.stages.get(version) == ["AWSCURRENT"])
        functions = world.cloud.client("lambda")
        policy = json.loads(functions.get_policy(FunctionName="tested")["Policy"])
        functions.remove_permission(FunctionName="tested", StatementId=policy["Statement"][0]["Sid"])
        world.cloud.clock.advance(timedelta(days=2))
        assert world.steps == ALL
        assert world.stages[version] == ["AWSCURRENT"]

    def test_of_the_role_is_needed_for_each_call(self, world: World) -> None:
        world.deploy(actions=["logs:*", "secretsmanager:DescribeSecret"])
        world.permit()
        world.rotate()
        assert eventually(lambda: any("AccessDeniedException" in line for line in world.log))
        denied = [entry for entry in world.cloud.requests.of("secretsmanager:PutSecretValue") if entry.refused]
        caller = f"arn:aws:sts::{world.cloud.account}:assumed-role/tested-role/tested"
        assert denied[0].message == (
            f"User: {caller} is not authorized to perform: secretsmanager:PutSecretValue on resource: {world.arn}"
            " because no identity-based policy allows the secretsmanager:PutSecretValue action"
        )

    def test_of_the_key_is_needed_too(self, world: World) -> None:
        key = world.cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
        world.manager.update_secret(SecretId=NAME, KmsKeyId=key)
        world.deploy()
        world.permit()
        version = world.rotate()
        assert eventually(lambda: any("Access to KMS is not allowed" in line for line in world.log))
        assert world.stages[version] == ["AWSPENDING"]
        actions = ["logs:*", "secretsmanager:*", "kms:Decrypt", "kms:GenerateDataKey"]
        allow(world.cloud, "tested-role", actions)
        world.cloud.clock.advance(timedelta(minutes=2))
        assert world.stages[version] == ["AWSCURRENT"]


class TestWhatIsRefused:
    def test_a_secret_without_a_function(self, world: World) -> None:
        told = refused("InvalidRequestException", world.manager.rotate_secret, SecretId=NAME)
        assert told == "No Lambda rotation function ARN is associated with this secret."

    def test_a_function_that_does_not_exist(self, world: World) -> None:
        arn = f"arn:aws:lambda:us-east-1:{world.cloud.account}:function:missing"
        told = refused("AccessDeniedException", world.manager.rotate_secret, SecretId=NAME, RotationLambdaARN=arn)
        assert told.startswith("Secrets Manager cannot invoke the specified Lambda function.")
        refused("InvalidParameterException", world.manager.rotate_secret, SecretId=NAME, RotationLambdaARN="missing")
        assert not {"RotationEnabled", "RotationRules", "RotationLambdaARN"} & world.described().keys()

    @pytest.mark.parametrize(
        "rules",
        [
            {"AutomaticallyAfterDays": 0},
            {"AutomaticallyAfterDays": 1001},
            {"AutomaticallyAfterDays": 1, "ScheduleExpression": "rate(1 day)"},
            {"ScheduleExpression": "rate(3 hours)"},
            {"ScheduleExpression": "rate(90 minutes)"},
            {"ScheduleExpression": "rate(1 days)"},
            {"ScheduleExpression": "cron(5 8 1 * ? *)"},
            {"ScheduleExpression": "cron(0 8 1 * ? 2027)"},
            {"ScheduleExpression": "cron(0 0/2 * * ? *)"},
            {"ScheduleExpression": "every day"},
            {"ScheduleExpression": "cron(0 23 1 * ? *)", "Duration": "2h"},
            {"ScheduleExpression": "rate(4 hours)", "Duration": "5h"},
            {"ScheduleExpression": "rate(1 day)", "Duration": "2 hours"},
        ],
        ids=lambda rules: " ".join(map(str, rules.values())),
    )
    def test_rules(self, world: World, rules: dict[str, Any]) -> None:
        world.deploy()
        world.permit()
        with pytest.raises(Exception, match=r"Invalid|must|valid range|can't|window|Member") as caught:
            world.rotate(RotationRules=rules)
        assert type(caught.value).__name__ in ("InvalidParameterException", "ParamValidationError", "ClientError")


class TestTheSchedule:
    def test_rotates_as_often_as_it_says(self, world: World) -> None:
        world.deploy()
        world.permit()
        world.rotate(RotationRules={"AutomaticallyAfterDays": 10})
        assert eventually(lambda: world.steps == ALL)
        world.cloud.clock.advance(timedelta(days=31))
        assert world.steps == ALL * 4

    def test_names_the_end_of_the_next_window(self, world: World) -> None:
        world.deploy()
        world.permit()
        world.rotate(RotationRules={"ScheduleExpression": "cron(0 4 1 * ? *)", "Duration": "3h"})
        assert eventually(lambda: world.steps == ALL)
        due = world.described()["NextRotationDate"].astimezone(UTC)
        assert (due.day, due.hour, due.minute) == (1, 7, 0)
        assert due > datetime.now(UTC)

    def test_rotates_in_the_beginning_of_its_window(self, world: World) -> None:
        world.deploy()
        world.permit()
        world.rotate(RotationRules={"ScheduleExpression": "cron(0 4 1 * ? *)", "Duration": "3h"})
        assert eventually(lambda: world.steps == ALL)
        world.cloud.clock.advance(timedelta(days=31))
        last = world.described()["LastRotatedDate"].astimezone(UTC)
        assert (last.day, last.hour) == (1, 4)
        assert world.steps == ALL * 2

    def test_rests_when_it_is_cancelled(self, world: World) -> None:
        world.deploy()
        world.permit()
        world.rotate()
        assert eventually(lambda: world.steps == ALL)
        world.manager.cancel_rotate_secret(SecretId=NAME)
        world.cloud.clock.advance(timedelta(days=5))
        assert world.steps == ALL
        assert world.described()["RotationEnabled"] is False
        assert world.described()["RotationLambdaARN"] == world.function

    def test_is_kept_when_a_later_call_does_not_repeat_it(self, world: World) -> None:
        world.deploy()
        world.permit()
        world.rotate()
        assert eventually(lambda: world.steps == ALL)
        world.manager.rotate_secret(SecretId=NAME)
        assert eventually(lambda: world.steps == ALL * 2)
        told = world.described()["RotationRules"]
        assert told == {**DAILY, "AutomaticallyAfterDays": 1}, "which is worked out from the schedule"


class TestWithoutRotatingImmediately:
    def test_only_the_test_runs_on_the_current_value(self, world: World) -> None:
        world.deploy()
        world.permit()
        version = world.rotate(RotateImmediately=False)
        assert eventually(lambda: "tests first" in world.log and version not in world.stages)
        assert world.steps == ["testSecret"]
        assert world.stages == {world.first: ["AWSCURRENT"]}
        assert world.described()["RotationEnabled"] is True
        assert "LastRotatedDate" not in world.described()

    def test_the_schedule_rotates_later(self, world: World) -> None:
        world.deploy()
        world.permit()
        world.rotate(RotateImmediately=False)
        assert eventually(lambda: len(world.stages) == 1 and world.steps == ["testSecret"])
        world.cloud.clock.advance(timedelta(days=1, hours=1))
        assert world.steps == ["testSecret", *ALL]
