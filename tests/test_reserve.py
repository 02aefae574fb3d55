"""`keyturn reserve`, against https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithReservedDBInstances.html."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from keyturn.cli import reserve
from keyturn.problem import Misuse

TEMPLATE = """
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties: {Engine: aurora-mysql}
  One:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref Cluster, DBInstanceClass: db.r6g.xlarge}
  Two:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref Cluster, DBInstanceClass: db.r6g.large}
  Scaling:
    Type: AWS::RDS::DBInstance
    Properties: {DBClusterIdentifier: !Ref Cluster, DBInstanceClass: db.serverless}
  Alone:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: postgres, DBInstanceClass: db.m6g.large, MultiAZ: true}
  Licensed:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: sqlserver-se, DBInstanceClass: db.m5.xlarge}
"""


@pytest.fixture
def template(tmp_path: Path) -> str:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return str(path)


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    reserve.add(parser.add_subparsers())
    return reserve.run(parser.parse_args(["reserve", *words]))


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    code = run(*words, "--format", "json")
    return code, json.loads(capsys.readouterr().out)


def test_sizes_of_a_family_add_up_and_two_zones_count_twice(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, object_ = told(capsys, template)
    assert code == 0
    assert object_["needed"] == [
        {"region": "us-east-1", "engine": "aurora-mysql", "family": "r6g", "units": 12},
        {"region": "us-east-1", "engine": "postgres", "family": "m6g", "units": 8},
        {"region": "us-east-1", "engine": "sqlserver-se", "family": "m5 xlarge one zone", "units": 1},
    ]
    assert object_["not_reservable"] == [{"resource": "Scaling", "because": "db.serverless cannot be reserved"}]


@pytest.mark.parametrize(
    ("words", "used", "unused"),
    [
        (("--class", "db.r6g.large", "--engine", "aurora-mysql", "--count", "3"), 12, 0),
        (("--class", "db.r6g.2xlarge", "--engine", "aurora-mysql"), 12, 4),
        (("--class", "db.r7g.large", "--engine", "aurora-mysql"), 0, 4),
        (("--class", "db.r6g.large", "--engine", "aurora-postgresql"), 0, 4),
        (("--class", "db.m6g.large", "--engine", "postgres", "--multi-az"), 8, 0),
        (("--class", "db.m5.xlarge", "--engine", "sqlserver-se"), 1, 0),
        (("--class", "db.m5.large", "--engine", "sqlserver-se"), 0, 1),
    ],
)
def test_a_reservation_covers_its_engine_and_family_only(
    template: str, words: tuple[str, ...], used: float, unused: float, capsys: pytest.CaptureFixture[str]
) -> None:
    code, object_ = told(capsys, template, *words)
    reservation = object_["reservation"]
    assert isinstance(reservation, dict)
    assert (reservation["used"], reservation["unused"]) == (used, unused)
    assert code == (1 if unused else 0)


def test_it_is_told_in_words(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(template, "--class", "db.r6g.2xlarge", "--engine", "aurora-mysql")
    lines = capsys.readouterr().out.splitlines()
    assert "needed: 12 units of aurora-mysql r6g in us-east-1" in lines
    assert "1 × aurora-mysql db.r6g.2xlarge: 12 of 16 units would be used, 4 would not" in lines


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--class", "db.r6g.large"), "--class asks for --engine too"),
        (("--class", "db.serverless", "--engine", "aurora-mysql"), "db.serverless cannot be reserved"),
        (
            ("--class", "db.r6g.large", "--engine", "mysql", "--years", "2"),
            "reservations are for 1 or 3 years, not for 2",
        ),
        (("--class", "db.r6g.large", "--engine", "mysql", "--years", "3"), "without paying upfront"),
        (("--class", "db.r6g.large", "--engine", "mysql", "--count", "0"), "at least one"),
        (("--class", "db.r6g.huge", "--engine", "mysql"), "db.r6g.huge is not sold for mysql in us-east-1"),
        (("--class", "db.r3.large", "--engine", "aurora-mysql", "--region", "eu-north-1"), "not sold for aurora-mysql"),
    ],
)
def test_what_cannot_be_bought_is_misuse(template: str, words: tuple[str, ...], message: str) -> None:
    with pytest.raises(Misuse, match=message):
        run(template, *words)


def test_a_cluster_in_three_zones_is_three_instances(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "template.yaml"
    properties = "{Engine: postgres, DBClusterInstanceClass: db.m6gd.large, AllocatedStorage: 100}"
    path.write_text(f"Resources:\n  Main: {{Type: AWS::RDS::DBCluster, Properties: {properties}}}\n")
    _, object_ = told(capsys, str(path))
    assert object_["needed"] == [{"region": "us-east-1", "engine": "postgres", "family": "m6gd", "units": 12}]


def test_a_reservation_covers_its_region_only(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    _, object_ = told(capsys, template, "--region", "eu-west-1")
    assert {row["region"] for row in object_["needed"]} == {"eu-west-1"}  # type: ignore[attr-defined]


ORACLE = """
Resources:
  Own:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: oracle-se2, LicenseModel: bring-your-own-license, DBInstanceClass: db.m6i.xlarge}
  Included:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: oracle-se2, LicenseModel: license-included, DBInstanceClass: db.m6i.xlarge}
  Enterprise:
    Type: AWS::RDS::DBInstance
    Properties: {Engine: oracle-ee, DBInstanceClass: db.m6i.xlarge}
"""


@pytest.mark.parametrize(
    ("engine", "used", "unused"),
    [("oracle-se2(byol)", 4, 0), ("oracle-ee", 4, 0), ("oracle-ee (BYOL)", 4, 0), ("oracle-se2(li)", 0, 1)],
)
def test_of_oracle_a_reservation_is_for_a_licence_and_flexible_under_ones_own(
    tmp_path: Path, engine: str, used: float, unused: float, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "oracle.yaml"
    path.write_text(ORACLE)
    _, object_ = told(capsys, str(path), "--class", "db.m6i.large", "--engine", engine)
    made = object_["reservation"]
    assert isinstance(made, dict)
    assert (made["used"], made["unused"]) == (used, unused)


def test_where_a_class_is_sold_is_not_told_at_length(template: str) -> None:
    with pytest.raises(Misuse) as told_:
        run(template, "--class", "db.r6g.large", "--engine", "mysql", "--region", "xx-nowhere-1")
    assert 0 < len(told_.value.hint) < 100
