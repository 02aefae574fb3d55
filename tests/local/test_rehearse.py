"""`keyturn rehearse`: what AWS refuses fails here, with AWS's words; what it takes is created, and removed again."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from keyturn import cli
from keyturn.local.rds.addresses import Address
from keyturn.local.rds.servers import Servers
from keyturn.stack import Arguments, template
from processes import naming

FAILING = Path(__file__).parents[2] / "examples" / "failing"

LOGS_REFUSE = (
    "The specified KMS key does not exist or is not allowed to be used with Arn"
    " 'arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/rotation-function-dev-001'"
)
RDS_REFUSES = (
    "RDS does not support creating a DB instance with the following combination: DBInstanceClass=db.t3.small,"
    " Engine=aurora-mysql, EngineVersion=8.0.mysql_aurora.3.04.0"
)


@pytest.fixture(autouse=True)
def own_scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary folders of the test's own; a rehearsal leaves nothing in it."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def rehearsed(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    """The exit code, and what was told of the one stack."""
    code = cli.main(["rehearse", "--format", "json", *map(str, arguments)])
    told = json.loads(capsys.readouterr().out)
    assert told["version"] == 1
    (stack,) = told["stacks"]
    return code, stack


def written(folder: Path, resources: dict[str, Any], **sections: Any) -> Path:
    path = folder / "template.json"
    path.write_text(json.dumps({"Resources": resources, **sections}))
    return path


@pytest.mark.parametrize("dialect", ["template.yaml", "pulumi"])
@pytest.mark.parametrize(
    ("fault", "reason"), [("kms-key-denies-logs", LOGS_REFUSE), ("db-class-not-offered", RDS_REFUSES)]
)
def test_the_two_faults_fail_as_on_aws(
    capsys: pytest.CaptureFixture[str], own_scratch: Path, fault: str, reason: str, dialect: str
) -> None:
    code, stack = rehearsed(capsys, FAILING / fault / dialect)
    assert (code, stack["created"], stack["status"]) == (1, False, "ROLLBACK_COMPLETE")
    assert reason in stack["reasons"][0]
    made = {event["resource"] for event in stack["events"] if event["status"] == "CREATE_COMPLETE"}
    gone = {event["resource"] for event in stack["events"] if event["status"] == "DELETE_COMPLETE"}
    assert made
    assert made == gone
    assert stack["not_removed"] == []
    assert not any(own_scratch.iterdir())
    assert naming(own_scratch) == []


def test_the_rotation_stack_is_created_and_removed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, own_scratch: Path
) -> None:
    path = tmp_path / "stack.yaml"
    path.write_text(template(Arguments(environment_suffix="dev-001")))
    code, stack = rehearsed(capsys, path, "--param", "CodeBucket=packages", "--param", "CodeKey=rotation.zip")
    assert (code, stack["status"], stack["reasons"]) == (0, "CREATE_COMPLETE", [])
    assert stack["taken_to_be_there"] == ["s3://packages/rotation.zip"]
    assert stack["not_removed"] == []
    assert not any(own_scratch.iterdir())
    assert naming(own_scratch) == []


def test_events_are_told_as_they_come(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["rehearse", str(FAILING / "kms-key-denies-logs" / "template.yaml")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[2:] == ["LogsKmsKey", "CREATE_COMPLETE"]
    assert lines[2].split()[2:] == ["RotationLogGroup", "CREATE_FAILED"]
    assert LOGS_REFUSE in lines[3]
    assert "rehearsal: not created, and rolled back (ROLLBACK_COMPLETE)" in lines


def test_a_type_that_is_not_known_fails_and_says_so(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = written(tmp_path, {"Farm": {"Type": "AWS::GameLift::Fleet", "Properties": {}}})
    code, stack = rehearsed(capsys, path)
    assert code == 1
    assert "AWS::GameLift::Fleet" in stack["reasons"][0]


def test_an_output_that_cannot_be_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
    ninth = {"Value": {"Fn::Select": [9, {"Fn::GetAtt": ["Vpc", "CidrBlockAssociations"]}]}}
    code, stack = rehearsed(capsys, written(tmp_path, {"Vpc": vpc}, Outputs={"Ninth": ninth}))
    assert (code, stack["status"]) == (1, "ROLLBACK_COMPLETE")
    assert stack["reasons"] == ["`Fn::Select`: index 9 of a list of 1. Rollback requested by user."]


def test_readers_that_follow_their_writer(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[bool] = []

    def start(self: Servers, identity: str, *_: Any, followed: bool, **__: Any) -> Address:
        begun.append(followed)
        return Address("database.invalid", 5432)

    monkeypatch.setattr(Servers, "start", start)
    cluster = {"Engine": "aurora-postgresql", "MasterUsername": "admin1", "ManageMasterUserPassword": True}
    path = written(tmp_path, {"C": {"Type": "AWS::RDS::DBCluster", "Properties": cluster}})
    for words in ((), ("--readers", "replica")):
        code, stack = rehearsed(capsys, path, *words)
        assert (code, stack["created"]) == (0, True), stack["reasons"]
    assert begun == [False, True]


def test_a_parameter_without_value(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}
    path = written(tmp_path, {"Queue": queue}, Parameters={"Name": {"Type": "String"}})
    code, stack = rehearsed(capsys, path)
    assert (code, stack["status"], stack["reasons"]) == (1, None, ["Parameters: [Name] must have values"])
    code, stack = rehearsed(capsys, path, "--param", "Name=queue")
    assert (code, stack["created"]) == (0, True)


def test_a_parameter_that_is_not_declared(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = written(tmp_path, {"Queue": {"Type": "AWS::SQS::Queue"}})
    assert cli.main(["rehearse", str(path), "--param", "Nmae=queue"]) == 2
    assert capsys.readouterr().err.endswith("template.json has no parameter Nmae\n")


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps({"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}}})
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    code, stack = rehearsed(capsys, "-")
    assert (code, stack["created"]) == (0, True)


def test_a_long_template(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = written(tmp_path, {"Queue": {"Type": "AWS::SQS::Queue"}}, Metadata={"Padding": "x" * 60_000})
    code, stack = rehearsed(capsys, path)
    assert (code, stack["created"]) == (0, True)


def test_another_region(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    output = {"Where": {"Value": {"Ref": "AWS::Region"}}}
    path = written(
        tmp_path,
        {"Function": {"Type": "AWS::SQS::Queue"}},
        Metadata={"Padding": "x" * 60_000},
        Outputs=output,
    )
    code, stack = rehearsed(capsys, path, "--region", "eu-central-1")
    assert (code, stack["created"]) == (0, True)


def test_a_program_is_rehearsed_in_the_account_and_region_that_it_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Its key policy names them, and is refused anywhere else."""
    (tmp_path / "main.tf").write_text(
        """
        provider "aws" {
          region              = "eu-west-1"
          allowed_account_ids = ["444455556666"]
        }
        resource "aws_kms_key" "k" {
          policy = jsonencode({ Statement = [
            { Effect = "Allow", Principal = { AWS = "arn:aws:iam::444455556666:root" }, Action = "kms:*", Resource = "*" },
            { Effect = "Allow", Principal = { Service = "logs.eu-west-1.amazonaws.com" }, Action = "kms:*", Resource = "*" },
          ] })
        }
        resource "aws_cloudwatch_log_group" "l" {
          kms_key_id = aws_kms_key.k.arn
        }
        """
    )
    code, stack = rehearsed(capsys, tmp_path)
    assert (code, stack["created"], stack["reasons"]) == (0, True, [])


def test_stacks_of_an_app_ask_for_each_others_outputs_by_their_names(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = {"Fn::GetStackOutput": {"StackName": "prod-network", "OutputName": "Topic"}}
    parameter = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": asked}}
    templates = {
        "Network": {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"Topic": {"Value": {"Ref": "T"}}}},
        "App": {"Resources": {"P": parameter}},
    }
    artifacts: dict[str, Any] = {}
    for name, content in templates.items():
        (tmp_path / f"{name}.template.json").write_text(json.dumps(content))
        properties = {"templateFile": f"{name}.template.json", "stackName": f"prod-{name.lower()}"}
        artifacts[name] = {"type": "aws:cloudformation:stack", "properties": properties}
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
    assert cli.main(["rehearse", "--format", "json", str(tmp_path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(each["stack"], each["created"]) for each in told["stacks"]] == [
        ("prod-network", True),
        ("prod-app", True),
    ]


def test_what_is_refused_afterwards_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    code = (
        "import boto3\n"
        "def handler(event, context): boto3.client('secretsmanager').describe_secret(SecretId=event['SecretId'])\n"
    )
    permission = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": {"Ref": "Function"},
        "Principal": "secretsmanager.amazonaws.com",
    }
    path = written(
        tmp_path,
        {
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}},
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Runtime": "python3.12",
                    "Handler": "index.handler",
                    "Code": {"ZipFile": code},
                },
            },
            "Permission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
            "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {}},
            "Schedule": {
                "Type": "AWS::SecretsManager::RotationSchedule",
                "DependsOn": ["Permission"],
                "Properties": {
                    "SecretId": {"Ref": "Secret"},
                    "RotationLambdaARN": {"Fn::GetAtt": ["Function", "Arn"]},
                    "RotationRules": {"AutomaticallyAfterDays": 30},
                },
            },
        },
    )
    code_, stack = rehearsed(capsys, path)
    assert (code_, stack["created"]) == (0, True)
    assert "is not authorized to perform: secretsmanager:DescribeSecret" in stack["refused_afterwards"][0]


@pytest.mark.parametrize(
    ("name", "text"),
    [("none.yaml", None), ("empty.yaml", ""), ("other.json", '{"name": "no template"}'), ("bad.yaml", "a: [")],
)
def test_what_cannot_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, text: str | None) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    assert cli.main(["rehearse", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"keyturn: error: {path}")
