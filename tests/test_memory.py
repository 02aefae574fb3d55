"""What is worked out of a graph goes with it: hundreds of templates are looked at by one process, one after the other."""

from __future__ import annotations

import gc
import pickle
from pathlib import Path

import pytest

from keyturn.check import run
from keyturn.checks import looking_at
from keyturn.graph import Graph, Place, Resource
from keyturn.memory import memoized
from keyturn.read import Options, read

TEMPLATE = """
Parameters:
  Environment: {Type: String, Default: dev}
Conditions:
  IsProd: !Equals [!Ref Environment, prod]
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}
  Group:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub "/aws/${Environment}"
      KmsKeyId: !GetAtt Key.Arn
      RetentionInDays: !If [IsProd, 365, 30]
  Topic:
    Type: AWS::SNS::Topic
    Properties: {KmsMasterKeyId: !Ref Key}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmActions: [!Ref Topic], ComparisonOperator: GreaterThanThreshold, EvaluationPeriods: 1}
"""


def _graph() -> Graph:
    return Graph({"A": Resource("A", "AWS::S3::Bucket", {}, Place("a.yaml"))}, "a.yaml", "cloudformation")


def test_it_is_worked_out_once_for_each() -> None:
    asked: list[tuple[Graph, str]] = []

    @memoized
    def first(graph: Graph, type_: str) -> Resource:
        asked.append((graph, type_))
        return next(graph.of_type(type_))

    one, other = _graph(), _graph()
    assert first(one, "AWS::S3::Bucket") is first(one, "AWS::S3::Bucket") is one.resources["A"]
    assert first(other, "AWS::S3::Bucket") is other.resources["A"]
    assert asked == [(one, "AWS::S3::Bucket"), (other, "AWS::S3::Bucket")]


def test_it_does_not_travel_to_other_processes() -> None:
    graph = _graph()
    graph.memory["what"] = lambda: "cannot be pickled"
    graph.resources["A"].memory["what"] = lambda: "neither"
    there = pickle.loads(pickle.dumps(graph))
    assert there.memory == there.resources["A"].memory == {}


@pytest.mark.parametrize("text", [TEMPLATE, TEMPLATE.replace('AWS: !Sub "arn', 'AWS: !Sub "no')])
def test_a_template_leaves_nothing_for_the_garbage_collector(tmp_path: Path, text: str) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(text)

    def look() -> None:
        for graph in read(str(file), Options()):
            run(looking_at(graph.types), graph)

    look()
    gc.collect()
    gc.disable()
    try:
        look()
        assert gc.collect() == 0
    finally:
        gc.enable()
