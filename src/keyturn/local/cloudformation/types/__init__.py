"""
The resource types that can be deployed: for each, how it is made, changed and removed, by calls to the endpoint like anybody's.

A type that is not here fails, and says so; nothing is skipped in silence.
"""

from __future__ import annotations

import importlib
from functools import cache

from keyturn.local.cloudformation.types.kind import Kind

MODULES = {
    "CDK": "nothing",
    "CloudFormation": "nothing",
    "CloudTrail": "watching",
    "CloudWatch": "watching",
    "DynamoDB": "dynamodb",
    "EC2": "ec2",
    "ECR": "containers",
    "ECS": "containers",
    "Events": "events",
    "IAM": "iam",
    "KMS": "kms",
    "Kinesis": "streams",
    "Lambda": "lambda_",
    "Logs": "logs",
    "RDS": "rds",
    "S3": "s3",
    "SNS": "messaging",
    "SQS": "messaging",
    "SSM": "ssm",
    "SecretsManager": "secretsmanager",
    "StepFunctions": "streams",
}
"""Where the types of a service are."""


@cache
def kind(name: str) -> Kind | None:
    """How a type is handled; None if it is not."""
    match name.split("::"):
        case ["AWS", service, _] if service in MODULES:
            module = importlib.import_module(f"keyturn.local.cloudformation.types.{MODULES[service]}")
            found: Kind | None = module.KINDS.get(name)
            return found
    return None
