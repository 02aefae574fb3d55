"""What cannot work is said before anything is deployed, in the user's words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from keyturn.problem import Misuse
from keyturn.stack import Arguments, Network


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        ({"environment_suffix": ""}, "the environment suffix is empty", "e.g. dev-001"),
        ({"environment_suffix": "Dev_1"}, "environment suffix `Dev_1` has 'D_' in it", "lower-case letters"),
        ({"environment_suffix": "dev 1\n"}, "environment suffix `dev 1", "lower-case letters"),
        (
            {"environment_suffix": "dev--1"},
            "environment suffix `dev--1` begins or ends with a hyphen, or has two in a row",
            "",
        ),
        ({"environment_suffix": "-dev"}, "environment suffix `-dev` begins or ends with a hyphen", ""),
        ({"environment_suffix": "d" * 33}, "is longer than 32 characters", ""),
        ({"region": "Frankfurt"}, "`Frankfurt` is not the name of a region", "us-east-1"),
        (
            {"instance_class": "db.t3.small"},
            "Aurora MySQL 8.0.mysql_aurora.3.04.0 does not offer db.t3.small",
            "it could be db.t3.medium",
        ),
        ({"instance_class": "t3.medium"}, "`t3.medium` is not the name of a DB instance class", "db.t3.medium"),
        ({"engine_version": "newest"}, "`newest` is not a version of Aurora MySQL", "8.0.mysql_aurora.3.04.0"),
        ({"engine_version": "5.7.mysql_aurora.2.11.1"}, "has no dual passwords", "take a version 3"),
        ({"engine": "mysql", "engine_version": "5.7"}, "MySQL 5.7 has no dual passwords", "take a version 8.4"),
        ({"engine": "mysql", "engine_version": "5.7.44-rds.20250213"}, "has no dual passwords", "e.g. 8.4"),
        ({"engine": "oracle"}, "engine `oracle` is not one that keyturn rotates", "aurora-postgresql"),
        ({"engine": "mariadb"}, "the stack makes no databases of engine mariadb", "pass the database that is there"),
        ({"engine": "postgres", "instances": 3}, "instances is 3", "from 1 to 2"),
        (
            {"engine": "aurora-postgresql", "engine_version": "newest"},
            "`newest` is not a version of Aurora PostgreSQL",
            "17.9",
        ),
        (
            {"engine": "aurora-postgresql", "engine_version": "16.4"},
            "Aurora PostgreSQL 16.4 is not offered any more",
            "it could be",
        ),
        (
            {"engine": "aurora-postgresql", "instance_class": "db.t3.small"},
            "Aurora PostgreSQL 17.9 does not offer db.t3.small",
            "db.t3.medium",
        ),
        ({"engine": "aurora-postgresql", "user": "pg_app"}, "user `pg_app` belongs to the server", ""),
        ({"engine": "aurora-postgresql", "user": "u" * 62}, "cannot be a name in Aurora PostgreSQL here", "61"),
        ({"strategy": "plain"}, "`plain` is not a strategy", "single-user"),
        ({"instances": 0}, "instances is 0", "from 1 to 16"),
        ({"zones": 1}, "zones is 1", "from 2 to 6"),
        ({"schedule": "monthly"}, "schedule `monthly` is not one that Secrets Manager reads", "rate(30 days)"),
        (
            {"schedule": "rate(1 hour)"},
            "schedule `rate(1 hour)` is outside what Secrets Manager allows",
            "from 4 hours",
        ),
        ({"log_retention_days": 31}, "log_retention_days is 31, which CloudWatch Logs does not offer", "30, 60"),
        ({"password_length": 200}, "password_length is '200'", "128 at the most"),
        ({"password_classes": ("lower", "runes")}, "password_classes names 'runes'", "lower, upper"),
        ({"password_excluded": "0123456789"}, "password_excluded leaves no digits", ""),
        ({"password_length": 9}, "would be easy to guess", "bits"),
        ({"alarm_topic_arn": "my-topic"}, "`my-topic` is not the ARN of an SNS topic", ""),
        (
            {"alarm_topic_arn": "arn:aws:sns:eu-west-1:123456789012:alarms"},
            "the alarms' topic is in eu-west-1, the stack in us-east-1",
            "in its region",
        ),
        ({"grace": timedelta(days=-1)}, "grace is -1 day", "365 days"),
        ({"user": "app; DROP"}, "user `app; DROP` cannot be a name in Aurora MySQL here", "letters, digits"),
        ({"user": "administrator"}, "user `administrator` belongs to the server", ""),
        ({"user": "rdsadmin"}, "user `rdsadmin` belongs to the server", ""),
        ({"database": "my-db"}, "database `my-db` cannot be a name", ""),
        ({"vpc_cidr": "10.0.0.1/16"}, "vpc_cidr `10.0.0.1/16`: 10.0.0.1/16 has host bits set", ""),
        ({"vpc_cidr": "10.0.0.0/28"}, "vpc_cidr `10.0.0.0/28` is not an IPv4 block from /16 to /24", ""),
        ({"network": Network("vpc-1", ("subnet-1",))}, "a network needs subnets in two zones or more", ""),
        ({"tags": {"aws:mine": "x"}}, "tag `aws:mine` is not a name that AWS allows", ""),
        ({"tags": {"Team": "a\nb"}}, "tag `Team` has a value that AWS does not allow", ""),
    ],
)
def test_an_argument_that_cannot_work(given: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(Misuse) as caught:
        Arguments(**{"environment_suffix": "dev-001"} | given)
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "given",
    [
        {"environment_suffix": "001"},
        {"schedule": "cron(0 4 1 * ? *)"},
        {"schedule": "rate(4 hours)"},
        {"schedule": "rate(1 day)"},
        {"engine_version": "8.0"},
        {"instance_class": "db.r6g.large"},
        {"grace": timedelta(0)},
        {"vpc_cidr": "192.168.0.0/24", "zones": 6},
    ],
)
def test_an_argument_that_works(given: dict[str, Any]) -> None:
    arguments = Arguments(**{"environment_suffix": "dev-001"} | given)
    assert len(arguments.subnets) == arguments.zones
    assert len(set(arguments.subnets)) == arguments.zones


def test_production_is_told_by_the_suffix() -> None:
    assert Arguments("prod-001").protected
    assert not Arguments("dev-prod").protected
