"""`keyturn can`: questions to a planned world."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.cli import main

FAILING = Path(__file__).resolve().parent.parent / "examples" / "failing" / "kms-key-denies-logs" / "template.yaml"
GOOD = Path(__file__).parent / "checks" / "kms-key-denies-logs" / "good.yaml"
LOGS = "logs.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (
            [LOGS, "kms:Encrypt", "LogsKmsKey", "--in", str(FAILING), "--for", "RotationLogGroup"],
            1,
            "implicitly denied",
        ),
        ([LOGS, "kms:Encrypt", "Key", "--in", str(GOOD), "--for", "/app/web"], 0, "allowed"),
        ([LOGS, "kms:Encrypt", "Key", "--in", str(GOOD)], 1, "kms:EncryptionContext:aws:logs:arn"),
        (
            [LOGS, "kms:CreateGrant", "Key", "--in", str(GOOD), "--for", "Group"],
            1,
            "Action does not name kms:CreateGrant",
        ),
        (["arn:aws:iam::123456789012:root", "kms:Decrypt", "Key", "--in", str(GOOD)], 0, "allowed"),
    ],
)
def test_it_answers_and_says_why(words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["can", *words]) == code
    assert says in capsys.readouterr().out


WORLD = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: app
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Sid: trust, Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: "2012-10-17"
            Statement: [{Sid: mine, Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::stuff/in/*"}]
  Function:
    Type: AWS::Lambda::Function
    Properties: {Role: !GetAtt Role.Arn, Runtime: python3.12, Handler: index.handler, Code: {ZipFile: "pass"}}
  Permission:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Function
      Principal: secretsmanager.amazonaws.com
      Action: lambda:InvokeFunction
      SourceAccount: !Ref AWS::AccountId
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: stuff}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Sid: public, Effect: Allow, Principal: "*", Action: "s3:GetObject", Resource: !Sub "${Bucket.Arn}/public/*"}]
  Key: {Type: AWS::KMS::Key}
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/app, TargetKeyId: !Ref Key}}
  Elsewhere: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/else, TargetKeyId: 1234abcd-12ab-34cd-56ef-1234567890ab}}
  Replica:
    Type: AWS::KMS::ReplicaKey
    Properties:
      PrimaryKeyArn: arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab
      KeyPolicy:
        Version: "2012-10-17"
        Statement: [{Sid: logs, Effect: Allow, Principal: {Service: logs.us-east-1.amazonaws.com}, Action: "kms:Decrypt", Resource: "*"}]
"""
ACCOUNT = "123456789012"
OPS = f"arn:aws:iam::{ACCOUNT}:role/ops"
SECRETS = "secretsmanager.amazonaws.com"
FROM_HERE = ["--context", f"aws:SourceAccount={ACCOUNT}"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([SECRETS, "lambda:InvokeFunction", "Function", *FROM_HERE], 0, "allowed"),
        ([SECRETS, "lambda:InvokeFunction", "Function"], 1, "it is not in the request"),
        (["lambda.amazonaws.com", "sts:AssumeRole", "Role"], 0, "allow: resource_policy, statement `trust`"),
        (["ec2.amazonaws.com", "sts:AssumeRole", "app"], 1, "Principal does not name ec2.amazonaws.com"),
        (["app", "s3:GetObject", "Bucket/in/a"], 0, "allow: identity_policies[0], statement `mine`"),
        (["app", "s3:GetObject", "Bucket"], 1, "Resource does not name arn:aws:s3:::stuff"),
        (["app", "s3:GetObject", "arn:aws:s3:::stuff/out"], 1, "Resource does not name arn:aws:s3:::stuff/out"),
        (["cloudtrail.amazonaws.com", "s3:GetObject", "stuff/public/x"], 0, "allow: resource_policy, statement `public`"),
        # What a role that is not declared may do by its own policies is not known; it may be what a key leaves it to.
        ([OPS, "kms:Decrypt", "Key"], 1, f"undecided: it depends on identity_policies[0], statement 0: the policies of {OPS}"),
        (["arn:aws:iam::999999999999:role/ops", "kms:Decrypt", "Key"], 1, "which is of another account"),
        ([OPS, "s3:GetObject", "Bucket/public/x"], 0, "allowed"),
        ([SECRETS, "kms:Decrypt", "Key"], 1, "never applies to a service"),
        ([LOGS, "kms:Decrypt", "Replica"], 0, "allow: key_policy, statement `logs`"),
        # What is asked of an alias is done to its key, but for its own changes.
        ([f"arn:aws:iam::{ACCOUNT}:root", "kms:Decrypt", "Alias"], 0, "allowed"),
        ([SECRETS, "kms:Decrypt", "alias/app"], 1, "no match: key_policy, statement `Enable IAM User Permissions`"),
        ([LOGS, "kms:Decrypt", "Elsewhere"], 1, "the key of Elsewhere is not declared here"),
        (["app", "kms:CreateAlias", "Alias"], 1, "no statement of an identity policy allows kms:CreateAlias"),
        ([SECRETS, "kms:Dekrypt", "Key"], 1, "note: `kms:Dekrypt` is no action of kms; did you mean `kms:Decrypt`?"),
    ],
)  # fmt: skip
def test_it_asks_the_policies_of_every_kind_of_resource(
    words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    template = tmp_path / "template.yaml"
    template.write_text(WORLD)
    assert main(["can", *words, "--in", str(template)]) == code
    assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nobody", "kms:Encrypt", "Key", "--in", str(GOOD)], "give an ARN, an account id, a service"),
        ([LOGS, "kms:Encrypt", "Kye", "--in", str(GOOD)], "declares no resource `Kye`"),
        ([LOGS, "Encrypt", "Key", "--in", str(GOOD)], "not of the form service:Action"),
        ([LOGS, "kms:Encrypt", "Key", "--in", "nowhere.yaml"], "nowhere.yaml"),
        ([LOGS, "kms:Encrypt", "Key", "--in", str(GOOD), "--context", "nonsense"], "not of the form NAME=VALUE"),
    ],
)
def test_misuse_is_one_line(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["can", *words]) == 2
    assert says in capsys.readouterr().err
