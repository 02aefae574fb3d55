"""`keyturn graph`."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from keyturn.cli import main
from keyturn.cli.drawing import direct
from keyturn.read import Options, cloudformation

TEMPLATE = """Parameters: {Size: {Type: Number}}
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /a<b, KmsKeyId: !GetAtt Key.Arn, RetentionInDays: !Ref Size}
  Key: {Type: AWS::KMS::Key}
  Odd: {Type: AWS::Odd::Thing, DependsOn: Group}
Outputs: {Name: {Value: !Ref Group}}
"""


@pytest.fixture
def template(tmp_path: Path) -> str:
    file = tmp_path / "t.yaml"
    file.write_text(TEMPLATE)
    return str(file)


def test_text_names_each_resource_and_what_it_needs(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", template, "--region", "eu-west-1"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"{template}: 3 resources, cloudformation, eu-west-1, account 123456789012\n")
    assert (
        "  Group  AWS::Logs::LogGroup  line 3\n    /a<b\n    arn:aws:logs:eu-west-1:123456789012:log-group:/a<b\n    needs Key\n"
        in said
    )
    assert "    unknown: what AWS::Odd::Thing is known by is not modelled\n" in said
    assert '  output Name = "/a<b"\n' in said


def test_json_tells_what_is_unknown_and_why(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", template, "--format", "json"]) == 0
    (graph,) = json.loads(capsys.readouterr().out)["graphs"]
    group, key, _ = graph["resources"]
    assert (group["name"], group["line"], group["column"], group["needs"]) == ("Group", 3, 3, ["Key"])
    assert group["properties"]["KmsKeyId"] == key["arn"]
    assert group["properties"]["RetentionInDays"] == {"unknown": "the parameter `Size` is not given and has no default"}


def test_svg_draws_every_resource_behind_what_it_needs(template: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", template, "--format", "svg"]) == 0
    drawing = ET.fromstring(capsys.readouterr().out)
    space = "{http://www.w3.org/2000/svg}"
    left = {
        group.find(f"{space}text").text: float(group.find(f"{space}rect").get("x", ""))
        for group in drawing.iter(f"{space}g")
    }  # type: ignore[union-attr]
    assert left["Key"] < left["Group"] < left["Odd"]
    assert len(list(drawing.iter(f"{space}path"))) == 2


def test_a_circle_is_drawn_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "t.yaml"
    file.write_text(
        "Resources:\n  A: {Type: T, DependsOn: B}\n  B: {Type: T, DependsOn: A}\n  C: {Type: T, DependsOn: C}\n"
    )
    assert main(["graph", str(file), "--format", "svg"]) == 0
    assert capsys.readouterr().out.count("<rect") == 3


def test_what_cannot_be_read_is_one_line_and_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["graph", str(tmp_path / "none.yaml")]) == 2
    assert capsys.readouterr().err == f"keyturn: error: {tmp_path}/none.yaml: no such file or folder\n"


def test_a_line_that_others_lead_along_is_not_drawn() -> None:
    text = "Resources:\n" + "".join(
        f"  {name}: {{Type: AWS::SNS::Topic, DependsOn: [{needs}]}}\n"
        for name, needs in (("A", ""), ("B", "A"), ("C", "A, B"), ("D", "C, A"))
    )
    graph = cloudformation.read("template.yaml", Options(), text=text)
    assert direct(graph) == {"A": [], "B": ["A"], "C": ["B"], "D": ["C"]}
