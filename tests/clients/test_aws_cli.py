"""The AWS CLI, version 1. `cloudformation deploy` looks every 30 seconds whether it is done, here as on AWS."""

from __future__ import annotations

import json
from pathlib import Path

from installed import Run
from keyturn.local.cloud import Cloud
from processes import eventually

FAILING = Path(__file__).parents[2] / "examples" / "failing"

TEMPLATE = """\
Parameters:
  Days:
    Type: Number
    Default: 7
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {AWS: !Sub "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
            Action: kms:*
            Resource: "*"
  Word:
    Type: AWS::SecretsManager::Secret
    Properties:
      Name: word
      KmsKeyId: !GetAtt Key.Arn
      GenerateSecretString: {PasswordLength: 20}
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: tested
      RetentionInDays: !Ref Days
Outputs:
  Word:
    Value: !Ref Word
"""


def test_a_template_is_deployed_changed_and_removed(cloud: Cloud, run: Run, tmp_path: Path) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)
    deploy = ("cloudformation", "deploy", "--stack-name", "tested", "--template-file", template)
    run("aws", *deploy)
    told = run("aws", "cloudformation", "describe-stacks", "--stack-name", "tested", "--query", "Stacks[0].Outputs")
    (output,) = json.loads(told.stdout)
    read = ("--query", "SecretString", "--output", "text")
    value = run("aws", "secretsmanager", "get-secret-value", "--secret-id", output["OutputValue"], *read)
    assert len(value.stdout.strip()) == 20

    assert "No changes to deploy" in run("aws", *deploy, fails=True).stderr

    changed = ("--use-previous-template", "--parameters", "ParameterKey=Days,ParameterValue=30")
    run("aws", "cloudformation", "update-stack", "--stack-name", "tested", *changed)
    assert eventually(lambda: kept(cloud) == [30])
    run("aws", "cloudformation", "delete-stack", "--stack-name", "tested")
    assert eventually(lambda: kept(cloud) == [])


def kept(cloud: Cloud) -> list[int]:
    """The retention of each log group, in days."""
    return [group["retentionInDays"] for group in cloud.client("logs").describe_log_groups()["logGroups"]]


def test_what_aws_refuses_fails_and_the_events_say_why(run: Run) -> None:
    template = FAILING / "kms-key-denies-logs" / "template.yaml"
    stack = ("--stack-name", "tested")
    refused = run(
        "aws",
        "cloudformation",
        "deploy",
        *stack,
        "--template-file",
        template,
        "--capabilities",
        "CAPABILITY_IAM",
        fails=True,
    )
    assert "Failed to create/update the stack" in refused.stderr
    told = run("aws", "cloudformation", "describe-stack-events", *stack)
    reasons = [
        event["ResourceStatusReason"]
        for event in json.loads(told.stdout)["StackEvents"]
        if event["ResourceStatus"] == "CREATE_FAILED"
    ]
    assert any(
        "The specified KMS key does not exist or is not allowed to be used with Arn" in reason for reason in reasons
    )
