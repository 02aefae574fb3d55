"""
The resource types that can be deployed: for each, how it is made, changed and removed, by calls to the endpoint like anybody's.

A type that is not here fails, and says so; nothing is skipped in silence.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

from keyturn.local.cloudformation.types.kind import Kind

MODULES = {
    "ApiGateway": ("apigateway", "gateways"),
    "ApiGatewayV2": ("apigateway", "gateways"),
    "ApplicationAutoScaling": ("scaling",),
    "AutoScaling": ("machines", "scaling"),
    "CDK": ("nothing",),
    "CertificateManager": ("domains",),
    "CloudFormation": ("nothing", "nested", "custom"),
    "CloudFront": ("cloudfront",),
    "CloudTrail": ("watching",),
    "CloudWatch": ("watching",),
    "Cognito": ("cognito",),
    "Config": ("recording",),
    "DynamoDB": ("dynamodb",),
    "EC2": ("ec2", "ec2_groups", "networks", "machines"),
    "ECR": ("containers",),
    "ECS": ("containers",),
    "EFS": ("stores",),
    "ElastiCache": ("stores",),
    "ElasticLoadBalancingV2": ("balancing",),
    "Events": ("events",),
    "IAM": ("iam",),
    "KMS": ("kms",),
    "Kinesis": ("streams",),
    "KinesisFirehose": ("stores",),
    "Lambda": ("lambda_",),
    "Logs": ("logs",),
    "RDS": ("rds", "rds_groups"),
    "Route53": ("domains",),
    "S3": ("s3",),
    "SNS": ("messaging",),
    "SQS": ("messaging",),
    "SSM": ("ssm",),
    "Scheduler": ("stores",),
    "SecretsManager": ("secretsmanager",),
    "StepFunctions": ("streams",),
    "WAFv2": ("firewalls",),
}
"""Where the types of a service are."""


@cache
def kind(name: str) -> Kind | None:
    """How a type is handled; None if it is not."""
    match name.split("::"):
        case ["AWS", service, _]:
            modules = (_module(each) for each in MODULES.get(service, ()))
            return next((each.KINDS[name] for each in modules if name in each.KINDS), None)
        case ["Custom", _]:
            custom: Kind = _module("custom").CUSTOM
            return custom
    return None


def kinds() -> dict[str, Kind]:
    """All of them, by name."""
    names = sorted({each for modules in MODULES.values() for each in modules})
    return {name: each for module in names for name, each in _module(module).KINDS.items()}


def _module(name: str) -> Any:
    return importlib.import_module(f"keyturn.local.cloudformation.types.{name}")
