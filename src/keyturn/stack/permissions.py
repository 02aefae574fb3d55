"""What the rotation function may do: the calls that it makes, on the things that it makes them on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from keyturn.stack.database import Database
from keyturn.stack.keys import StackKeys
from keyturn.stack.network import Groups, Subnets
from keyturn.stack.where import Where

ROTATE = (
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
)
READ = ("secretsmanager:GetSecretValue",)

MAKE_INTERFACES = ("ec2:CreateNetworkInterface",)
MANAGE_INTERFACES = (
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)
SEE_INTERFACES = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")


@dataclass(frozen=True, slots=True)
class Subject:
    """What the permissions are about. Names come before the resources, so that nothing waits for what waits for it."""

    role: str
    function: str
    log_group: str
    secret_arn: pulumi.Input[str]
    database: Database
    keys: StackKeys
    network: Subnets
    groups: Groups


def trust() -> dict[str, Any]:
    """Who may be the function: Lambda."""
    allow = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [allow]}


def role_policy(subject: Subject, where: Where) -> dict[str, Any]:
    """The role's policy."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            *_secrets(subject, where),
            {
                "Sid": "WriteItsLog",
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": where.arn("logs", f"log-group:{subject.log_group}:*"),
            },
            *_interfaces(subject, where),
        ],
    }


def _secrets(subject: Subject, where: Where) -> list[dict[str, Any]]:
    database = subject.database
    return [
        {"Sid": "Rotate", "Effect": "Allow", "Action": list(ROTATE), "Resource": subject.secret_arn},
        {
            "Sid": "ReadAdministrator",
            "Effect": "Allow",
            "Action": list(READ),
            "Resource": database.administrator_secret_arn,
        },
        {
            "Sid": "UseKeyForItsSecret",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": subject.keys.secrets,
            "Condition": _through_secrets_manager(subject.secret_arn, where),
        },
        {
            "Sid": "UseKeyForAdministrator",
            "Effect": "Allow",
            "Action": "kms:Decrypt",
            "Resource": database.administrator_key_arn,
            "Condition": _through_secrets_manager(database.administrator_secret_arn, where),
        },
    ]


def _through_secrets_manager(secret_arn: pulumi.Input[str], where: Where) -> dict[str, Any]:
    return {
        "StringEquals": {
            "kms:ViaService": f"secretsmanager.{where.region}.{where.dns_suffix}",
            "kms:EncryptionContext:SecretARN": secret_arn,
        }
    }


def _interfaces(subject: Subject, where: Where) -> list[dict[str, Any]]:
    """
    Lambda makes and removes the function's network interfaces, with the function's role.

    They are made in the function's subnets and group only. EC2 knows no finer resource than `*` for what describes, and Lambda asks
    for the right to delete any interface of the account and region, or the function may not reach its VPC. The function's own code is
    denied all of it: `lambda:SourceFunctionArn` is set on its calls, not on Lambda's.

    Source: Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC", on the execution role and on
    denying the function's code; read 2026-11.
    """
    identifiers = subject.network.subnet_ids
    return [
        {
            "Sid": "MakeItsInterfaces",
            "Effect": "Allow",
            "Action": list(MAKE_INTERFACES),
            "Resource": [
                where.arn("ec2", "network-interface/*"),
                *(_arn(where, "subnet", identifier) for identifier in identifiers),
                _arn(where, "security-group", subject.groups.function),
            ],
        },
        {
            "Sid": "ManageInterfaces",
            "Effect": "Allow",
            "Action": list(MANAGE_INTERFACES),
            "Resource": where.arn("ec2", "*/*"),
        },
        {"Sid": "SeeInterfaces", "Effect": "Allow", "Action": list(SEE_INTERFACES), "Resource": "*"},
        {
            "Sid": "NotItsOwnCode",
            "Effect": "Deny",
            "Action": [*MAKE_INTERFACES, *MANAGE_INTERFACES, *SEE_INTERFACES],
            "Resource": "*",
            "Condition": {
                "ArnEquals": {"lambda:SourceFunctionArn": where.arn("lambda", f"function:{subject.function}")}
            },
        },
    ]


def _arn(where: Where, kind: str, identifier: pulumi.Input[str]) -> pulumi.Output[str]:
    return pulumi.Output.concat(where.arn("ec2", f"{kind}/"), identifier)


def endpoint_statements(subject: Subject, where: Where) -> dict[str, Sequence[Any]]:
    """What the endpoints let through: this role's calls on these secrets, and on the key of these secrets."""
    role = f"arn:{where.partition}:iam::{where.account}:role/{subject.role}"
    own = {"Effect": "Allow", "Principal": "*", "Condition": {"ArnEquals": {"aws:PrincipalArn": role}}}
    return {
        "secretsmanager": [
            own | {"Action": list(ROTATE), "Resource": subject.secret_arn},
            own | {"Action": list(READ), "Resource": subject.database.administrator_secret_arn},
        ],
        "kms": [own | {"Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": subject.keys.secrets}],
    }
