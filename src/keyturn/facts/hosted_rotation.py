"""
AWS's own rotation functions: how they are asked for, and what they need of a secret.

Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
(types, transform), https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html (the secret's JSON),
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secrettargetattachment.html (what
an attachment writes into it); the transform's error as quoted in cloudtools/troposphere#1783; read 2026-11-24.
"""

from __future__ import annotations

from keyturn.facts.error import AwsError

TRANSFORMS = ("AWS::SecretsManager-2024-09-16", "AWS::SecretsManager-2020-07-23")
"""The transforms that make hosted functions, the newest first."""

ENGINES = {
    "MySQL": "mysql",
    "MariaDB": "mariadb",
    "PostgreSQL": "postgres",
    "Oracle": "oracle",
    "SQLServer": "sqlserver",
    "MongoDB": "mongo",
    "Redshift": "redshift",
    "Db2": "db2",
}
"""What a secret's `engine` is for each kind of function."""

TYPES = frozenset(f"{kind}{strategy}User" for kind in ENGINES for strategy in ("Single", "Multi"))

NEEDED = ("engine", "host", "username", "password")
"""The keys of a secret's JSON that every such function reads; names are case-sensitive."""
ATTACHED = ("engine", "host")
"""Those of them that an attachment to a database writes."""
SUPERUSER = "masterarn"
"""The key that a function for alternating users reads besides: the ARN of the secret that makes users."""


def did_you_mean(type_: str) -> str | None:
    """The rotation type that was meant by one that is written otherwise."""
    plain = type_.replace("-", "").replace("_", "").lower()
    return next((each for each in sorted(TYPES) if each.lower() == plain), None)


def both_given(transform: str) -> AwsError:
    """The answer to a schedule that names a function and asks for a hosted one too."""
    text = f"Transform {transform} failed with: Can only specify either HostedRotationLambda or RotationLambdaARN."
    return AwsError("ValidationError", text)
