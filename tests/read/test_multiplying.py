"""What doubles with every step of a template comes to an end: a text, a mention, a circle."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keyturn.graph import Unknown
from keyturn.read import Unreadable, cloudformation
from keyturn.read.functions import TOO_LONG
from keyturn.read.order import unravelled
from keyturn.read.source import yaml

TOPIC = "AWS::SNS::Topic"


def template(*properties: dict[str, Any], **sections: Any) -> str:
    resources = {f"K{number}": {"Type": TOPIC, "Properties": each} for number, each in enumerate(properties)}
    return json.dumps({**sections, "Resources": resources})


def named(number: int) -> dict[str, Any]:
    return {"Fn::GetAtt": [f"K{number}", "TopicName"]}


def test_a_text_that_doubles_with_every_resource_becomes_unknown() -> None:
    doubled = [{"TopicName": {"Fn::Join": ["", [named(number), named(number)]]}} for number in range(60)]
    graph = cloudformation.read("t", text=template({"TopicName": "ab"}, *doubled))
    assert graph.resources["K3"].get("TopicName") == "ab" * 8
    value = graph.resources["K60"].get("TopicName")
    assert isinstance(value, Unknown)
    assert value.because == TOO_LONG


@pytest.mark.parametrize("function", ["Fn::Base64", "Fn::ToJsonString"])
def test_a_text_that_is_encoded_over_and_over_becomes_unknown(function: str) -> None:
    value: Any = "x"
    for _ in range(60):
        value = {function: {"a": value} if function == "Fn::ToJsonString" else value}
    graph = cloudformation.read("t", text=template({"DisplayName": value}, Transform="AWS::LanguageExtensions"))
    value = graph.resources["K0"].get("DisplayName")
    assert isinstance(value, Unknown)
    assert value.because == TOO_LONG


def test_what_is_mentioned_twice_in_what_is_mentioned_twice_comes_to_an_end() -> None:
    value: Any = {"Ref": "P"}
    for _ in range(40):
        value = {"Fn::Sub": ["${a}${a}", {"a": value}]}
    with pytest.raises(Unreadable, match="working out the template takes more than 200,000 steps beyond its length"):
        cloudformation.read("t", text=template({"DisplayName": value}, Parameters={"P": {"Type": "String"}}))


def test_a_mapping_holds_no_functions() -> None:
    mappings = {"M": {"k": {"a": ["x"], "b": [{"Fn::FindInMap": ["M", "k", "a"]}]}}}
    found = {"DisplayName": {"Fn::FindInMap": ["M", "k", "b"]}}
    with pytest.raises(Unreadable, match="`Fn::FindInMap` stands in a mapping, where no functions may"):
        cloudformation.read("t", text=template(found, Mappings=mappings))


def test_names_in_circles_are_each_worked_out_once() -> None:
    circle = [
        {"TopicName": {"Fn::Join": ["", [named((number + 1) % 60), named((number + 2) % 60)]]}} for number in range(60)
    ]
    graph = cloudformation.read("t", text=template(*circle))
    assert all(isinstance(each.get("TopicName"), Unknown) for each in graph)


def test_of_every_circle_the_first_goes_without_the_next() -> None:
    needs = {"a": ["b"], "b": ["a", "d"], "c": ["c"], "d": ["e"], "e": []}
    assert unravelled(needs) == ["e", "d", "a", "b", "c"]
    many = {str(number): [str(other) for other in range(200) if other != number] for number in range(200)}
    assert unravelled(many) == [*many]


def test_aliases_of_a_long_text_come_to_an_end() -> None:
    long = f"a: &a {'x' * 1_000_000}\n"
    with pytest.raises(Unreadable, match="aliases expand to more than 500,000 values"):
        yaml.load("t", f"{long}b: [{', '.join(['*a'] * 600)}]\n")
    assert len(yaml.load("t", f"{long}b: [{', '.join(['*a'] * 100)}]\n").data["b"]) == 100


def test_a_large_file_may_have_aliases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "LARGEST", 100)
    assert yaml.load("t", "a: &a [1]\nb: [" + "1, " * 200 + "*a]\n").data["b"][-1] == [1]
