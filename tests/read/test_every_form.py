"""Whatever a template may say, in one: what it comes to, and what is told of the rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from keyturn.graph import Remark, Unknown
from keyturn.read import Options, Unreadable, cloudformation, read

TEMPLATE = """
Transform: [AWS::LanguageExtensions, AWS::SecretsManager-2024-09-16]
Parameters:
  Looked: {Type: "AWS::SSM::Parameter::Value<String>", Default: /a/b}
  Names: {Type: CommaDelimitedList, Default: "one,two"}
  Env: {Type: String, Default: dev, AllowedValues: [dev, prod]}
Rules:
  Production:
    RuleCondition: !Equals [!Ref Env, prod]
    Assertions: [{Assert: !Contains [[prod], !Ref Env], AssertDescription: it is so}]
Mappings: {Sizes: {dev: {Memory: 128}}}
Resources:
  Fn::ForEach::Groups:
    - Name
    - !Ref Names
    - "Group${Name}":
        Type: AWS::Logs::LogGroup
        Properties: {LogGroupName: !Sub "/x/${Name}"}
  Network:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: !Select [1, !Cidr [10.0.0.0/16, 4, 8]]}
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: !FindInMap [Sizes, prod, Memory, {DefaultValue: fallback}]
      DisplayName: {"Fn::ToJsonString": {a: 1}}
      Count: {"Fn::Length": [1, 2, 3]}
      Encoded: !Base64 abc
      FromSsm: !Ref Looked
      Resolved: '{{resolve:ssm:/x}}'
      Imported: !ImportValue abc
      Included: {"Fn::Transform": {Name: AWS::Include, Parameters: {Location: s3://x}}}
  Kept:
    Type: Org::Service::Case::MODULE
    Properties: {Size: 1}
"""


def test_every_function_comes_to_what_it_will() -> None:
    graph = cloudformation.read("template.yaml", Options(), text=TEMPLATE)
    assert [name for name in graph.resources if name.startswith("Group")] == ["Groupone", "Grouptwo"]
    assert graph.resources["Grouptwo"].identity == "/x/two"
    assert graph.resources["Network"].get("CidrBlock") == "10.0.1.0/24"
    topic = graph.resources["Topic"]
    assert {name: topic.get(name) for name in ("TopicName", "DisplayName", "Count", "Encoded")} == {
        "TopicName": "fallback",
        "DisplayName": '{"a":1}',
        "Count": 3,
        "Encoded": "YWJj",
    }
    reasons = {name: topic.get(name) for name in ("FromSsm", "Resolved", "Imported", "Included")}
    assert {name: value.because for name, value in reasons.items() if isinstance(value, Unknown)} == {
        "FromSsm": "`Looked` is the value of an SSM parameter, /a/b",
        "Resolved": "`resolve:ssm:/x` is looked up at deployment",
        "Imported": "`abc` is exported by another stack",
        "Included": "the transform `AWS::Include` makes it at deployment",
    }


def test_what_others_make_is_told_of() -> None:
    graph = cloudformation.read("template.yaml", Options(), text=TEMPLATE)
    hosted, included = graph.remarks
    assert isinstance(hosted, Remark)
    assert "`AWS::SecretsManager-2024-09-16` makes a nested stack" in hosted.text
    assert "`AWS::Include`" in included.text
    module = graph.resources["Kept"]
    assert isinstance(module.identity, Unknown)
    assert module.get("Size") == 1


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("a = 1\na = 2\n", "2:1: not HCL: `a` is given twice"),
        ("a = 1 b = 2\n", "1:7: not HCL: a line break is missing before `b`"),
        ("a {\n", "2:1: not HCL: a block is not closed"),
        ('a = "x\n', "1:7: not HCL: a string is not closed on its line"),
    ],
)
def test_what_terraform_refuses_is_refused_at_its_place(text: str, because: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(text)
    with pytest.raises(Unreadable) as refused:
        read(str(tmp_path))
    assert refused.value.because == because


HEAVY = {
    *("boto3", "botocore", "moto", "pulumi", "pulumi_aws", "samtranslator", "rich", "aws_secretsmanager_caching"),
    *(
        "keyturn.local",
        "keyturn.stack",
        "keyturn.up",
        "keyturn.rotation",
        "keyturn.read.pulumi",
        "keyturn.read.terraform",
    ),
    *("keyturn.read.names", "keyturn.edit.yaml", "keyturn.report.html", "keyturn.report.sarif"),
}


def test_a_check_of_a_template_imports_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text("Resources: {Topic: {Type: AWS::SNS::Topic}}\n")
    code = (
        "import sys; from keyturn.cli import main\n"
        f"try: main(['check', {str(file)!r}])\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, sep='\\n')"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "keyturn.read.cloudformation" in told.stdout.split()
    assert HEAVY & set(told.stdout.split()) == set()
