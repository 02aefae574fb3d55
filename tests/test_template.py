"""What is written from a planned world plans it again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from expressions import templates
from keyturn.graph import Graph, Resource, Text, Unknown
from keyturn.problem import Problem
from keyturn.read import Options, cloudformation
from keyturn.read.resolve import planned, resolve
from keyturn.template import template, to_json, to_yaml

GIVEN = Options(parameters={"Given": "a,b"})


def read(text: str) -> Graph:
    return cloudformation.read("template", GIVEN, text=text)


def shown(graph: Graph) -> Any:
    """All that a graph says, references included."""
    resources = {
        each.name: (
            each.type,
            each.properties,
            each.depends_on,
            each.metadata,
            each.identity,
            each.arn,
            each.attributes,
        )
        for each in graph
    }
    return resources, graph.outputs, graph.parameters, template(graph)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(templates())
def test_a_template_read_written_and_read_again_is_the_same(document: dict[str, Any]) -> None:
    graph = read(json.dumps(document))
    assert shown(read(to_json(graph))) == shown(graph)
    assert shown(read(to_yaml(graph))) == shown(graph)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(templates())
def test_resolved_with_what_was_planned_a_value_is_itself(document: dict[str, Any]) -> None:
    graph = read(json.dumps(document))
    for resource in graph:
        assert resolve(resource.properties, planned(graph)) == resource.properties


def test_yaml_is_written_as_people_write_it() -> None:
    graph = read(
        """
Resources:
  Key: {Type: AWS::KMS::Key, DeletionPolicy: Retain, Properties: {EnableKeyRotation: true}}
  Alias:
    Type: AWS::KMS::Alias
    Properties: {AliasName: !Sub "alias/${AWS::StackName}", TargetKeyId: !Ref Key}
"""
    )
    assert to_yaml(graph, "two lines\nof text") == (
        """AWSTemplateFormatVersion: '2010-09-09'

Description: |-
  two lines
  of text

Resources:
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    Properties:
      EnableKeyRotation: true

  Alias:
    Type: AWS::KMS::Alias
    Properties:
      AliasName: !Sub "alias/${AWS::StackName}"
      TargetKeyId: !Ref Key
"""
    )


def test_what_nothing_will_give_cannot_be_written() -> None:
    graph = read("Resources: {Key: {Type: AWS::KMS::Key}}")
    key = graph.resources["Key"]
    unknown = Resource(key.name, key.type, {"Description": Unknown("nobody knows")}, key.place)
    with pytest.raises(Problem, match=r"Key\.Description cannot be written into a template: nobody knows"):
        template(Graph({"Key": unknown}, "template", "pulumi"))


def test_a_reference_to_what_is_not_in_the_graph_is_written_as_its_text() -> None:
    from keyturn.graph import Ref

    graph = read("Resources: {Key: {Type: AWS::KMS::Key}}")
    key = graph.resources["Key"]
    alone = Resource(key.name, key.type, {"Description": Text("of old", (Ref("Gone"),))}, key.place)
    assert template(Graph({"Key": alone}, "template", "pulumi"))["Resources"]["Key"]["Properties"] == {
        "Description": "of old"
    }
