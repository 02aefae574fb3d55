"""What Secrets Manager promises a rotation function, and asks of it, beyond what `test_rotation` has."""

from __future__ import annotations

import json
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clouds import lines
from keyturn.local.cloud import Cloud
from processes import eventually
from test_rotation import NAME, World, world

__all__ = ["world"]

ARN_OF_FUNCTION = "secretsmanager:resource/AllowRotationLambdaArn"


def limit(world: World, *statements: dict[str, Any]) -> None:
    """Give the function's role these rights, and no others."""
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **each} for each in statements]}
    world.cloud.client("iam").put_role_policy(
        RoleName="tested-role", PolicyName="all", PolicyDocument=json.dumps(document)
    )


LOGS = {"Action": "logs:*", "Resource": "*"}


def test_the_function_is_told_step_secret_token_and_rotation_token(world: World) -> None:
    world.function = world._make_function("def handler(event, context): print(sorted(event))")
    world.permit()
    world.rotate()
    told = "['ClientRequestToken', 'RotationToken', 'SecretId', 'Step']"
    assert eventually(lambda: told in world.log)


def test_the_version_that_will_be_is_there_without_a_value(world: World) -> None:
    world.function = world._make_function(
        """
        import boto3
        def handler(event, context):
            secrets = boto3.client("secretsmanager")
            token = event["ClientRequestToken"]
            print(secrets.describe_secret(SecretId=event["SecretId"])["VersionIdsToStages"][token])
            listed = secrets.list_secret_version_ids(SecretId=event["SecretId"], IncludeDeprecated=True)["Versions"]
            print("listed:", token in [each["VersionId"] for each in listed])
            try:
                secrets.get_secret_value(SecretId=event["SecretId"], VersionId=token)
            except secrets.exceptions.ResourceNotFoundException as error:
                print("told:", error)
        """
    )
    world.permit()
    world.rotate()
    assert eventually(lambda: any("told:" in line for line in world.log))
    assert "['AWSPENDING']" in world.log
    assert "listed: False" in world.log


def test_a_function_that_removes_the_pending_label_itself_does_no_harm(world: World) -> None:
    world.deploy()
    code = """
        import boto3
        def handler(event, context):
            secrets, name, token = boto3.client("secretsmanager"), event["SecretId"], event["ClientRequestToken"]
            if event["Step"] == "createSecret":
                secrets.put_secret_value(
                    SecretId=name, ClientRequestToken=token, SecretString="2", VersionStages=["AWSPENDING"]
                )
            if event["Step"] == "finishSecret":
                stages = secrets.describe_secret(SecretId=name)["VersionIdsToStages"]
                current = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
                secrets.update_secret_version_stage(
                    SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current
                )
                secrets.update_secret_version_stage(
                    SecretId=name, VersionStage="AWSPENDING", RemoveFromVersionId=token
                )
    """
    from clouds import packed

    world.cloud.client("lambda").update_function_code(FunctionName="tested", ZipFile=packed(code))
    world.permit()
    version = world.rotate()
    assert eventually(lambda: world.stages == {world.first: ["AWSPREVIOUS"], version: ["AWSCURRENT"]})


def test_a_right_bound_to_the_function_counts_for_the_secrets_that_it_rotates(world: World) -> None:
    world.deploy()
    world.permit()
    bound = {"StringEquals": {ARN_OF_FUNCTION: world.function}}
    limit(world, LOGS, {"Action": "secretsmanager:*", "Resource": "*", "Condition": bound})
    version = world.rotate()
    assert eventually(lambda: world.stages.get(version) == ["AWSCURRENT"])
    other = {"StringEquals": {ARN_OF_FUNCTION: f"{world.function}-other"}}
    limit(world, LOGS, {"Action": "secretsmanager:*", "Resource": "*", "Condition": other})
    failed = world.rotate()
    assert eventually(lambda: any("AccessDeniedException" in line for line in world.log))
    assert world.stages[failed] == ["AWSPENDING"]


def test_a_random_password_is_asked_for_with_a_right_to_everything(world: World) -> None:
    world.function = world._make_function(
        """
        import boto3
        def handler(event, context):
            print("made", len(boto3.client("secretsmanager").get_random_password()["RandomPassword"]))
        """
    )
    world.permit()
    limit(world, LOGS, {"Action": "secretsmanager:GetRandomPassword", "Resource": world.arn})
    world.rotate()
    assert eventually(lambda: any("AccessDeniedException" in line for line in world.log))
    limit(world, LOGS, {"Action": "secretsmanager:GetRandomPassword", "Resource": "*"})
    world.cloud.clock.advance(timedelta(minutes=2))
    assert "made 32" in world.log


def test_the_key_is_used_with_the_secrets_arn_in_its_context(world: World) -> None:
    key = world.cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    world.deploy()
    world.permit()
    world.manager.update_secret(SecretId=NAME, KmsKeyId=key)
    secrets = {"Action": "secretsmanager:*", "Resource": "*"}

    def for_secret(arn: str) -> dict[str, Any]:
        context = {"StringEquals": {"kms:EncryptionContext:SecretARN": arn}}
        return {"Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": key, "Condition": context}

    limit(world, LOGS, secrets, for_secret(f"{world.arn}-other"))
    version = world.rotate()
    assert eventually(lambda: any("Access to KMS is not allowed" in line for line in world.log))
    limit(world, LOGS, secrets, for_secret(world.arn))
    world.cloud.clock.advance(timedelta(minutes=2))
    assert world.stages[version] == ["AWSCURRENT"]


def test_a_policy_of_the_secret_can_deny(world: World) -> None:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "secretsmanager:PutSecretValue", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    world.manager.put_resource_policy(SecretId=NAME, ResourcePolicy=policy)
    world.deploy()
    world.permit()
    world.rotate()
    assert eventually(lambda: any("explicit deny in a resource-based policy" in line for line in world.log))


def test_a_function_that_is_throttled_fails_the_step(world: World) -> None:
    world.deploy()
    world.permit()
    functions = world.cloud.client("lambda")
    functions.put_function_concurrency(FunctionName="tested", ReservedConcurrentExecutions=0)
    version = world.rotate()
    world.cloud.clock.settle(10)
    assert (world.stages[version], world.steps) == (["AWSPENDING"], [])
    functions.delete_function_concurrency(FunctionName="tested")
    world.cloud.clock.advance(timedelta(minutes=2))
    assert world.stages[version] == ["AWSCURRENT"]


@pytest.mark.parametrize(
    ("failing", "immediately", "expected"),
    [
        ("nothing", True, ["RotationStarted", "RotationSucceeded"]),
        ("setSecret", True, ["RotationStarted", "RotationFailed"]),
        ("nothing", False, ["TestRotationStarted", "TestRotationSucceeded"]),
        ("testSecret", False, ["TestRotationStarted", "TestRotationFailed"]),
    ],
)
def test_events_come_by_way_of_eventbridge(
    cloud: Cloud, world: World, failing: str, immediately: bool, expected: list[str]
) -> None:
    world.deploy(failing)
    world.permit()
    _listen(cloud, world)
    world.rotate(RotateImmediately=immediately)
    assert eventually(lambda: _heard(cloud) == expected), _heard(cloud)


def test_a_value_by_hand_is_told_as_an_abandoned_rotation(cloud: Cloud, world: World) -> None:
    world.deploy("setSecret")
    world.permit()
    _listen(cloud, world)
    world.rotate()
    assert eventually(lambda: _heard(cloud) == ["RotationStarted", "RotationFailed"])
    world.manager.put_secret_value(SecretId=NAME, SecretString="by hand")
    assert eventually(lambda: _heard(cloud)[-1] == "RotationAbandoned")


def _listen(cloud: Cloud, world: World) -> None:
    """A function that is invoked for each event, and a rule that says so."""
    code = """
        def handler(event, context):
            detail = event["detail"]
            print("heard", detail["eventName"], event["source"], event["detail-type"], detail["additionalEventData"]["SecretId"])
    """
    listener = world._make_function(code, name="listener")
    pattern = {
        "source": ["aws.secretsmanager"],
        "detail-type": ["AWS Service Event via CloudTrail"],
        "detail": {"eventSource": ["secretsmanager.amazonaws.com"]},
    }
    events = cloud.client("events")
    rule = events.put_rule(Name="rotations", EventPattern=json.dumps(pattern))["RuleArn"]
    events.put_targets(Rule="rotations", Targets=[{"Id": "1", "Arn": listener}])
    cloud.client("lambda").add_permission(
        FunctionName="listener",
        StatementId="1",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )


def _heard(cloud: Cloud) -> list[str]:
    time.sleep(0.05)
    if not cloud.client("logs").describe_log_groups(logGroupNamePrefix="/aws/lambda/listener")["logGroups"]:
        return []
    return [line.split()[1] for line in lines(cloud, "listener") if line.startswith("heard")]


def test_the_page_names_tests_that_are_there() -> None:
    here = Path(__file__).resolve()
    page = (here.parents[2] / "docs" / "local-secrets.md").read_text()
    named = re.findall(r"`(test_\w+)(?:::(\w+))?::(\w+)`", page)
    assert len(named) > 100
    for module, group, test in named:
        text = here.with_name(f"{module}.py").read_text()
        assert f"def {test}(" in text, test
        assert not group or f"class {group}:" in text, group
