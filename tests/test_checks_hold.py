"""Checks hold: whatever stands in a property, and whatever is not known, they find something, say what they do not know, or are silent."""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from keyturn.check import Verdict, run
from keyturn.checks import every
from keyturn.graph import Graph, Unknown, Value
from keyturn.graph import Path as Steps
from keyturn.read import Options, read
from keyturn.report import verdict

FOLDERS = Path(__file__).parent / "checks"
KNOWN_ALL_THE_SAME = (
    "config-order-refused",
    "property-given-twice",
    "property-missing",
    "property-unknown",
    "type-unknown",
)
"""Checks of which resources and properties there are, how often, and of what waits for what."""
NOT_KNOWN = Unknown("it is a parameter")
ODD: tuple[Value, ...] = (
    *(NOT_KNOWN, None, "", 7, -1, True, (), {}, ("x",), {"a": "b"}, (NOT_KNOWN,), {"a": NOT_KNOWN}, ({},), (None,)),
    *(math.inf, math.nan, "1.5e999"),
)


def paths(value: Value, path: Steps = ()) -> Iterator[Steps]:
    if path:
        yield path
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from paths(each, (*path, name))
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from paths(each, (*path, index))


def put(value: Value, path: Steps, new: Value) -> Value:
    if not path:
        return new
    first, *rest = path
    if isinstance(value, tuple):
        return tuple(put(each, tuple(rest), new) if index == first else each for index, each in enumerate(value))
    assert isinstance(value, Mapping)
    return {name: put(each, tuple(rest), new) if name == first else each for name, each in value.items()}


def changed(graph: Graph) -> Iterator[Graph]:
    """The graph with one property changed to something odd, for each property; what is put in takes turns."""
    turn = 0
    for name, resource in graph.resources.items():
        for path in paths(resource.properties):
            for step in (0, 5):
                properties = put(resource.properties, path, ODD[(turn + step) % len(ODD)])
                assert isinstance(properties, Mapping)
                odd = dataclasses.replace(resource, properties=properties)
                yield dataclasses.replace(graph, resources={**graph.resources, name: odd})
            turn += 1


@pytest.mark.parametrize("folder", sorted(FOLDERS.iterdir()), ids=lambda folder: folder.name)
def test_whatever_stands_in_a_property(folder: Path) -> None:
    for example in sorted(folder.glob("*.yaml")):
        (graph,) = read(str(example), Options())
        for odd in changed(graph):
            result = run(every(), odd)
            assert all(finding.message for _, finding in result.findings)
            assert all(undecided.because for _, undecided in result.undecided)


@pytest.mark.parametrize("folder", sorted(FOLDERS.iterdir()), ids=lambda folder: folder.name)
def test_nothing_is_refused_of_which_nothing_is_known(folder: Path) -> None:
    for example in sorted(folder.glob("*.yaml")):
        (graph,) = read(str(example), Options())
        resources = {
            name: dataclasses.replace(
                resource, properties=dict.fromkeys(resource.properties, NOT_KNOWN), identity=NOT_KNOWN, arn=NOT_KNOWN
            )
            for name, resource in graph.resources.items()
        }
        found = run(every(), dataclasses.replace(graph, resources=resources)).findings
        # What is weak may be what is not there at all: a property that is not declared is known to be absent.
        grave = [check.name for check, finding in found if verdict(check, finding) is not Verdict.WEAK]
        assert [name for name in grave if name not in KNOWN_ALL_THE_SAME] == []


@pytest.mark.parametrize("number", [".inf", "-.inf", ".nan", "'1.5e999'", "1e308"])
def test_numbers_without_end(number: str, tmp_path: Path) -> None:
    """What no service takes, and no arithmetic may fall over."""
    template = tmp_path / "template.yaml"
    template.write_text(re.sub(r"\bN\b", number, ENDLESS))
    (graph,) = read(str(template), Options())
    result = run(every(), graph)
    assert all(finding.message for _, finding in result.findings)


ENDLESS = """
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-mysql
      EngineVersion: N
      BackupRetentionPeriod: N
      MonitoringInterval: N
      PerformanceInsightsRetentionPeriod: N
      ServerlessV2ScalingConfiguration: {MinCapacity: N, MaxCapacity: N, SecondsUntilAutoPause: N}
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: mysql
      EngineVersion: N
      DBInstanceClass: N
      AllocatedStorage: N
      StorageType: io1
      Iops: N
      StorageThroughput: N
      MaxAllocatedStorage: N
      BackupRetentionPeriod: N
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: {RetentionInDays: N}
  Rotation:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: {SecretId: x, RotationRules: {AutomaticallyAfterDays: N, Duration: N}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties: {RequiresCompatibilities: [FARGATE], Cpu: N, Memory: N}
  Rule:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: x, SecurityGroupIngress: [{IpProtocol: tcp, FromPort: N, ToPort: N}]}
  Lists:
    Type: AWS::EC2::NetworkAclEntry
    Properties: {NetworkAclId: x, Protocol: N, RuleNumber: N, RuleAction: allow, PortRange: {From: N, To: N}}
  Table:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: N, MessageRetentionPeriod: N}
"""
