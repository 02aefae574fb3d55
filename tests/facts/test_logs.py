"""What CloudWatch Logs needs of a key, against https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html."""

from __future__ import annotations

import pytest

from keyturn.facts import logs
from keyturn.policy import Request, kms

GROUP = "arn:aws:logs:us-east-1:123456789012:log-group:/app/web"
KEY = "arn:aws:kms:us-east-1:123456789012:key/e65ba983-2f05-4ef4-af6a-dbc9c1c89bf7"


@pytest.mark.parametrize(
    ("region", "partition", "principal"),
    [
        ("us-east-1", "aws", "logs.us-east-1.amazonaws.com"),
        ("cn-north-1", "aws-cn", "logs.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "logs.us-gov-west-1.amazonaws.com"),
    ],
)
def test_the_principal_is_the_region_s(region: str, partition: str, principal: str) -> None:
    assert logs.service_principal(region, partition) == principal
    assert logs.accepted_principals(region, partition)[0] == principal


def decided(action: str, group: str) -> bool:
    policy = {"Version": "2012-10-17", "Statement": [logs.key_statement("us-east-1", GROUP)]}
    request = Request(
        logs.service_principal("us-east-1"),
        action,
        KEY,
        resource_account="123456789012",
        context=logs.encryption_context(group),
    )
    return kms.evaluate(request, key_policy=policy).allowed


@pytest.mark.parametrize("action", logs.KMS_ACTIONS)
def test_its_statement_admits_what_it_asks_for_and_for_this_group_only(action: str) -> None:
    assert decided(action, GROUP)
    assert decided(action, f"{GROUP}:*"), "an ARN as GetAtt gives it stands for the same group"
    assert not decided(action, f"{GROUP}-2")


def test_its_statement_admits_nothing_that_changes_the_key() -> None:
    assert not decided("kms:ScheduleKeyDeletion", GROUP)
    assert not decided("kms:PutKeyPolicy", GROUP)


def test_errors_name_the_group_without_the_star_of_its_attribute() -> None:
    assert logs.key_refused(f"{GROUP}:*").message.endswith(f"with Arn '{GROUP}'")
