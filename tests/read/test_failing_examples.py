"""The seed's two faults stand in Pulumi and in CloudFormation, and are read as the same world."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.graph import Graph
from keyturn.read import Options, read

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "failing"
DIALECTS = ("pulumi", "template.yaml")


def planned(example: str, dialect: str) -> Graph:
    (graph,) = read(str(EXAMPLES / example / dialect), Options())
    assert graph.remarks == ()
    return graph


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_key_of_a_log_group_admits_the_account_only(dialect: str) -> None:
    graph = planned("kms-key-denies-logs", dialect)
    (group,) = graph.of_type("AWS::Logs::LogGroup")
    key = graph.follow(group, "KmsKeyId", types=("AWS::KMS::Key",))
    assert key is not None
    assert group.get("LogGroupName") == "/aws/lambda/rotation-function-dev-001"
    (statement,) = key.get("KeyPolicy", "Statement")  # type: ignore[misc]
    assert statement["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}  # type: ignore[index,call-overload]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_an_instance_has_a_class_that_its_version_does_not_offer(dialect: str) -> None:
    graph = planned("db-class-not-offered", dialect)
    (instance,) = graph.of_type("AWS::RDS::DBInstance")
    assert (instance.get("DBInstanceClass"), instance.get("EngineVersion")) == (
        "db.t3.small",
        "8.0.mysql_aurora.3.04.0",
    )
    cluster = graph.follow(instance, "DBClusterIdentifier", types=("AWS::RDS::DBCluster",))
    assert cluster is not None
    assert cluster.get("ManageMasterUserPassword") is True


@pytest.mark.parametrize(
    ("example", "path", "text"),
    [
        ("kms-key-denies-logs", ("AWS::KMS::Key", "KeyPolicy", "Statement"), "Statement"),
        ("db-class-not-offered", ("AWS::RDS::DBInstance", "DBInstanceClass"), "db.t3.small"),
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_fault_has_its_line(example: str, dialect: str, path: tuple[str, ...], text: str) -> None:
    type_, *property_ = path
    (resource,) = planned(example, dialect).of_type(type_)
    place = resource.at(*property_).place
    assert text in Path(place.file).read_text().splitlines()[place.line - 1]
