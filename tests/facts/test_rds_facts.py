"""What RDS offers: decisions that AWS's documentation or recorded deployments make, each with where it is from.

AURORA is https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from keyturn.facts import rds


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
