"""What RDS offers: decisions that AWS's documentation or recorded deployments make, each with where it is from.

AURORA is https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from keyturn.facts import rds, rds_tables


@pytest.mark.parametrize(
    ("engine", "version", "instance_class", "answer"),
    [
        # AURORA: of T3, Aurora MySQL 3 has medium and large.
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.t3.small", rds.NotOffered),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.t3.medium", rds.Offered),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.t3.large", rds.Offered),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.r5.large", rds.Offered),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.r6g.large", rds.Offered),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.t2.small", rds.NotOffered),
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.t3.micro", rds.NotOffered),
        # AURORA: R7g since 3.03.1, R6i since 3.02.1, Serverless v2 since 3.02.0.
        ("aurora-mysql", "8.0.mysql_aurora.3.03.1", "db.r7g.large", rds.Offered),
        ("aurora-mysql", "8.0.mysql_aurora.3.03.0", "db.r7g.large", rds.NotOffered),
        ("aurora-mysql", "8.0.mysql_aurora.3.02.0", "db.serverless", rds.Offered),
        # Refused to a deployment: code-dot-org/code-dot-org#59735.
        ("aurora-mysql", "8.0.mysql_aurora.3.05.2", "db.t3.2xlarge", rds.NotOffered),
        # Its minimum is not documented for Aurora MySQL.
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.r8g.large", rds.Unknown),
    ],
)
def test_classes_by_exact_version(engine: str, version: str, instance_class: str, answer: type) -> None:
    assert isinstance(rds.offered(engine, version, instance_class), answer)


def test_what_is_suggested_instead_is_offered_and_near() -> None:
    answer = rds.offered("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.t3.small")
    assert isinstance(answer, rds.NotOffered)
    assert answer.nearest[0] == "db.t3.medium"
    for name in answer.nearest:
        assert isinstance(rds.offered("aurora-mysql", "8.0.mysql_aurora.3.04.0", name), rds.Offered)


def test_versions_have_their_day() -> None:
    """Aurora PostgreSQL 15.4 deployed until late October 2025, and fails since."""
    assert isinstance(rds.version("aurora-postgresql", "15.4", date(2025, 6, 1)), rds.Offered)
    answer = rds.version("aurora-postgresql", "15.4", date(2026, 11, 24))
    assert isinstance(answer, rds.NotOffered)
    assert answer.since is not None
    assert all(
        isinstance(rds.version("aurora-postgresql", name, date(2026, 10, 20)), rds.Offered) for name in answer.nearest
    )


def test_a_version_newer_than_the_lists_is_not_judged() -> None:
    assert isinstance(rds.version("postgres", "99.1"), rds.Unknown)
    assert isinstance(rds.version("mysql", "8.0.999"), rds.Unknown)


def test_an_engine_without_lists_is_not_judged() -> None:
    assert isinstance(rds.version("neptune", "1.2"), rds.Unknown)
    assert isinstance(rds.offered("db2-se", "11.5", "db.m6i.large"), rds.Unknown)


@pytest.mark.parametrize(
    ("engine", "version", "line"),
    [
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "3"),
        ("aurora-mysql", "8.0", "3"),
        ("aurora-mysql", "5.7.mysql_aurora.2.11.2", "2"),
        ("aurora-postgresql", "15.4", "15"),
        ("postgres", "9.6.24", "9.6"),
        ("mysql", "8.0.35", "8.0"),
        ("mariadb", "10.11.6", "10.11"),
    ],
)
def test_release_lines(engine: str, version: str, line: str) -> None:
    assert rds.release_line(engine, version) == line


def test_the_error_is_aws_own() -> None:
    error = rds.combination_refused("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.t3.small")
    assert error.code == "InvalidParameterCombination"
    assert "DBInstanceClass=db.t3.small, Engine=aurora-mysql, EngineVersion=8.0.mysql_aurora.3.04.0, " in error.message


def test_tables_are_read_when_asked_for_and_not_before() -> None:
    program = (
        "import keyturn.facts.rds as rds, keyturn.facts.rds_tables as tables;"
        "assert tables._rows.cache_info().currsize == 0;"
        "rds.version('mysql', '8.0.35');"
        "assert tables._rows.cache_info().currsize == 1, 'only the table of versions'"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


@pytest.mark.parametrize(
    ("engine", "version", "day", "answer"),
    [
        # MariaDB's list no longer tells which versions are withdrawn: new ones count for the year that RDS promises.
        ("mariadb", "10.11.16", date(2026, 11, 24), rds.Offered),
        ("mariadb", "10.6.13", date(2026, 11, 24), rds.NotOffered),
        ("mariadb", "10.6.18", date(2026, 11, 24), rds.Unknown),
        # A release line as a whole: its newest version is taken, while there is one.
        ("postgres", "16", date(2026, 11, 24), rds.Offered),
        ("postgres", "10", date(2026, 11, 24), rds.NotOffered),
        ("aurora-mysql", "8.0", date(2026, 11, 24), rds.Offered),
        # Withdrawn between two days of the list: in between nobody says.
        ("aurora-postgresql", "15.4", date(2025, 10, 31), rds.Unknown),
        ("aurora-postgresql", "15.4", date(2025, 12, 1), rds.NotOffered),
    ],
)
def test_versions_on_a_day(engine: str, version: str, day: date, answer: type) -> None:
    assert isinstance(rds.version(engine, version, day), answer)


def test_no_version_that_was_offered_last_is_called_withdrawn() -> None:
    """Neither of those that came after the lists stopped telling, nor of those in the newest list."""
    for engine in ("aurora-mysql", "aurora-postgresql", "mysql", "postgres", "mariadb"):
        for row in rds_tables.versions(engine).values():
            if row.last_seen == rds_tables.DATA_DAY:
                assert isinstance(rds.version(engine, row.name, rds_tables.DATA_DAY), rds.Offered), (engine, row.name)


@pytest.mark.parametrize(
    ("engine", "instance_class", "answer"),
    [
        ("mysql", "db.t2.micro", rds.NotOffered),
        ("postgres", "db.t3.micro", rds.Offered),
        ("aurora-mysql", "db.t3.small", rds.NotOffered),
        ("postgres", "db.m7i.large", rds.Unknown),
    ],
)
def test_classes_of_the_version_that_aws_takes(engine: str, instance_class: str, answer: type) -> None:
    assert isinstance(rds.offered_by_default(engine, instance_class, "us-east-1", date(2026, 11, 24)), answer)


@pytest.mark.parametrize(
    ("engine", "version", "instance_class", "region", "answer"),
    [
        # The price list of Cape Town has no R7g for MySQL.
        ("mysql", "8.4.8", "db.r7g.large", "af-south-1", rds.NotOffered),
        ("mysql", "8.4.8", "db.r7g.large", "us-east-1", rds.Offered),
        # Oracle has no Graviton anywhere.
        ("oracle-ee", "19", "db.m6g.large", "us-east-1", rds.NotOffered),
        ("docdb", "5.0.0", "db.t3.small", "us-east-1", rds.NotOffered),
        # A family that nobody sold on the day of the list may have come since.
        ("postgres", "16.9", "db.r99g.large", "us-east-1", rds.Unknown),
        # A price list has it, and the table of classes says that there is none.
        ("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.t3.xlarge", "us-gov-west-1", rds.Unknown),
    ],
)
def test_classes_by_region(engine: str, version: str, instance_class: str, region: str, answer: type) -> None:
    assert isinstance(rds.offered(engine, version, instance_class, region, date(2026, 11, 24)), answer)


def test_without_a_version_what_most_versions_offer_comes_first() -> None:
    answer = rds.offered_by_default("aurora-postgresql", "db.t3.small", "us-east-1", date(2026, 11, 24))
    assert isinstance(answer, rds.NotOffered)
    assert answer.nearest[:2] == ("db.t3.medium", "db.t3.large")


def test_what_is_suggested_for_a_class_is_of_its_generation_and_none_that_is_sold_no_more() -> None:
    answer = rds.offered("oracle-ee", "19", "db.m6g.large")
    assert isinstance(answer, rds.NotOffered)
    assert answer.nearest[0] == "db.m6i.large"
    assert not {name.split(".")[1] for name in answer.nearest} & rds.LEGACY


def test_a_version_is_replaced_by_one_of_its_kind() -> None:
    """Aurora Limitless is another kind of cluster: its versions are no replacement for the others."""
    answer = rds.version("aurora-postgresql", "16.6", date(2026, 11, 24))
    assert answer == rds.NotOffered(("16.8", "16.9", "16.10"), date(2026, 8, 5))


def test_a_custom_engine_version_is_the_accounts_own() -> None:
    assert isinstance(rds.version("custom-sqlserver-se", "15.00.4249.2.my_cev"), rds.Unknown)
    assert isinstance(rds.version("custom-oracle-ee", "19.my_cev1"), rds.Unknown)
