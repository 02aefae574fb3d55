"""Templates of any size for benchmarks: functions with their roles, keys and encrypted log groups, as real ones are written."""

from __future__ import annotations

from collections.abc import Iterator

HEAD = """AWSTemplateFormatVersion: "2010-09-09"
Description: Functions with encrypted logs

Parameters:
  Environment: {Type: String, Default: dev, AllowedValues: [dev, prod]}

Conditions:
  IsProd: !Equals [!Ref Environment, prod]

Resources:
"""
SERVICE = """  Key{n}:
    Type: AWS::KMS::Key
    Properties:
      Description: !Sub "logs of function {n}, ${{Environment}}"
      EnableKeyRotation: true
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - Sid: Administration
            Effect: Allow
            Principal: {{AWS: !Sub "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:root"}}
            Action: kms:*
            Resource: "*"
          - Sid: Logs
            Effect: Allow
            Principal: {{Service: !Sub "logs.${{AWS::Region}}.amazonaws.com"}}
            Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
            Resource: "*"
            Condition:
              ArnEquals:
                kms:EncryptionContext:aws:logs:arn:
                  !Sub "arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:/aws/lambda/{name}{n}-${{Environment}}"
  Group{n}:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub "/aws/lambda/{name}{n}-${{Environment}}"
      KmsKeyId: !GetAtt Key{n}.Arn
      RetentionInDays: !If [IsProd, 365, 30]
  Role{n}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {{Service: lambda.amazonaws.com}}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: logs
          PolicyDocument:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Action: ["logs:CreateLogStream", "logs:PutLogEvents"]
                Resource: !GetAtt Group{n}.Arn
  Function{n}:
    Type: AWS::Lambda::Function
    DependsOn: Group{n}
    Properties:
      FunctionName: !Sub "{name}{n}-${{Environment}}"
      Handler: index.handler
      Runtime: python3.12
      Role: !GetAtt Role{n}.Arn
      Timeout: 30
      Code:
        ZipFile: |
          def handler(event, context):
              return event
      Environment:
        Variables:
          ENVIRONMENT: !Ref Environment
"""
SERVICE_RESOURCES = 4


def template(resources: int, name: str = "f") -> str:
    """A template of about so many resources, whose functions are called so and by their number."""
    return HEAD + "".join(_services(resources, name))


def _services(resources: int, name: str) -> Iterator[str]:
    return (SERVICE.format(n=number, name=name) for number in range(max(1, resources // SERVICE_RESOURCES)))


def typical(name: str = "f") -> str:
    """One of about 300 lines."""
    return template(20, name)
