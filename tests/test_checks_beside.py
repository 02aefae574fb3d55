"""What a nested stack declares lets in whom the parent's resources need: policies and permissions are found there, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.check import run
from keyturn.checks import named
from keyturn.read import read

ROTATION = """Resources:
  Secret: {Type: AWS::SecretsManager::Secret}
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}}}
  Rotate:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.12, Handler: rotate.handle, Role: !GetAtt Role.Arn, Code: {S3Bucket: packages, S3Key: rotate.zip}}
  Admission:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner.yaml, Parameters: {Of: !Ref Rotate}}
  Schedule:
    Type: AWS::SecretsManager::RotationSchedule
    DependsOn: Admission
    Properties: {SecretId: !Ref Secret, RotationLambdaARN: !GetAtt Rotate.Arn, RotationRules: {AutomaticallyAfterDays: 30}}
"""
PERMISSION = """Parameters: {Of: {Type: String}}
Resources:
  Permission:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref Of, Action: lambda:InvokeFunction, Principal: SERVICE, SourceAccount: !Ref AWS::AccountId}
"""

RULE = """Resources:
  Topic: {Type: AWS::SNS::Topic}
  Admission:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner.yaml, Parameters: {Of: !Ref Topic}}
  Rule:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(1 hour), Targets: [{Id: topic, Arn: !Ref Topic}]}
"""
TOPIC_POLICY = """Parameters: {Of: {Type: String}}
Resources:
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Of]
      PolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: SERVICE}, Action: sns:Publish, Resource: !Ref Of}
"""


@pytest.mark.parametrize(
    ("check", "parent", "inner", "service"),
    [
        ("rotation-permission-missing", ROTATION, PERMISSION, "secretsmanager.amazonaws.com"),
        ("topic-denies-publisher", RULE, TOPIC_POLICY, "events.amazonaws.com"),
    ],
)
def test_who_is_let_in_by_a_nested_stack(tmp_path: Path, check: str, parent: str, inner: str, service: str) -> None:
    assert found(tmp_path, check, parent, inner.replace("SERVICE", service)) == []
    assert found(tmp_path, check, parent, inner.replace("SERVICE", "backup.amazonaws.com")) == [check]


def found(folder: Path, check: str, parent: str, inner: str) -> list[str]:
    """What a check tells of a parent and its nested stack, undecided things too."""
    (folder / "parent.yaml").write_text(parent)
    (folder / "inner.yaml").write_text(inner)
    it = named(check)
    assert it
    results = [run((it,), graph) for graph in read(str(folder / "parent.yaml"))]
    return [each.name for result in results for each, _ in (*result.findings, *result.undecided)]
