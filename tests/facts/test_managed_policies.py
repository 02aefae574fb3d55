"""Managed policies, against https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html."""

from __future__ import annotations

import pytest

from keyturn.facts import managed_policies
from keyturn.policy import Request, evaluate


@pytest.mark.parametrize(
    "name",
    [
        "AdministratorAccess",
        "service-role/AWSLambdaBasicExecutionRole",
        "job-function/ViewOnlyAccess",
        "service-role/AWS_ConfigRole",
    ],
)
def test_those_that_exist_are_in_the_list(name: str) -> None:
    assert name in managed_policies.names()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("AWSLambdaBasicExecutionRole", "service-role/AWSLambdaBasicExecutionRole"),
        ("service-role/AWSConfigRole", "service-role/AWS_ConfigRole"),
        ("service-role/ConfigRole", "service-role/AWS_ConfigRole"),
        ("service-role/AdministratorAccess", "AdministratorAccess"),
        ("QuantumTeleportationFullAccess", None),
    ],
)
def test_a_name_that_does_not_exist_may_be_meant_for_one_that_does(name: str, meant: str | None) -> None:
    assert name not in managed_policies.names()
    assert managed_policies.meant(name) == meant


@pytest.mark.parametrize(
    ("policy", "action", "allowed"),
    [
        ("service-role/AWSLambdaBasicExecutionRole", "logs:PutLogEvents", True),
        ("service-role/AWSLambdaBasicExecutionRole", "ec2:CreateNetworkInterface", False),
        ("service-role/AWSLambdaVPCAccessExecutionRole", "ec2:CreateNetworkInterface", True),
        ("service-role/AWSLambdaSQSQueueExecutionRole", "sqs:ReceiveMessage", True),
        ("SecretsManagerReadWrite", "secretsmanager:PutSecretValue", True),
    ],
)
def test_documents_decide(policy: str, action: str, allowed: bool) -> None:
    document = managed_policies.document(f"arn:aws:iam::aws:policy/{policy}")
    request = Request("arn:aws:iam::123456789012:role/function", action, "arn:aws:any:us-east-1:123456789012:thing")
    assert evaluate(request, identity_policies=[document]).allowed == allowed


def test_of_an_account_s_own_policies_nothing_is_known() -> None:
    assert managed_policies.document("arn:aws:iam::123456789012:policy/AdministratorAccess") is None
