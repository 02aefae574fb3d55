"""SAM templates, through AWS's own translator where it is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from keyturn.check import Fix
from keyturn.edit import mend
from keyturn.graph import Graph, Unknown
from keyturn.read import Options, Unreadable, cloudformation
from keyturn.read import read as read_all

TEMPLATE = """Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Timeout: 30}
Parameters:
  Env: {Type: String, Default: dev}
Resources:
  Rotation:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "rotate-${Env}"
      Handler: app.handler
      Runtime: python3.12
      CodeUri: src/
      Policies:
        - AWSLambdaBasicExecutionRole
      Events:
        Hourly: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}
  Table: {Type: AWS::Serverless::SimpleTable}
Outputs:
  Arn: {Value: !GetAtt Rotation.Arn}
"""


def read(text: str, region: str = "us-east-1") -> Graph:
    return cloudformation.read("t.yaml", Options(region=region), text=text)


def test_serverless_resources_become_what_sam_makes_of_them() -> None:
    pytest.importorskip("samtranslator")
    graph = read(TEMPLATE, "cn-north-1")
    types = {resource.name: resource.type for resource in graph}
    assert types == {
        "Rotation": "AWS::Lambda::Function",
        "RotationRole": "AWS::IAM::Role",
        "RotationHourly": "AWS::Events::Rule",
        "RotationHourlyPermission": "AWS::Lambda::Permission",
        "Table": "AWS::DynamoDB::Table",
    }
    function = graph.resources["Rotation"]
    assert function.get("Timeout") == 30
    assert graph.outputs["Arn"].value == "arn:aws-cn:lambda:cn-north-1:123456789012:function:rotate-dev"
    assert function.at("FunctionName").place.line == 10
    assert graph.resources["RotationRole"].place.line == 7
    assert str(graph.resources["RotationRole"].get("ManagedPolicyArns", 0)).startswith("arn:aws-cn:iam::aws:policy/")


def test_an_application_that_is_looked_up_by_the_partition_as_cdk_does() -> None:
    pytest.importorskip("samtranslator")
    template = """Transform: AWS::Serverless-2016-10-31
Mappings:
  Rotation:
    aws: {id: "arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationSingleUser", version: 1.1.6}
    aws-cn: {id: "arn:aws-cn:serverlessrepo:cn-north-1:193023089310:applications/SecretsManagerRDSMySQLRotationSingleUser", version: 1.1.2}
Resources:
  Rotate:
    Type: AWS::Serverless::Application
    Properties:
      Location:
        ApplicationId: !FindInMap [Rotation, !Ref AWS::Partition, id]
        SemanticVersion: !FindInMap [Rotation, !Ref AWS::Partition, version]
      Parameters: {functionName: rotate}
"""
    made = read(template, "cn-north-1").resources["Rotate"]
    assert made.type == "AWS::CloudFormation::Stack"
    assert str(made.get("TemplateURL")).endswith("/SecretsManagerRDSMySQLRotationSingleUser/1.1.2")


def test_an_image_that_is_built_here_is_taken_to_be_uploaded() -> None:
    pytest.importorskip("samtranslator")
    template = """Transform: AWS::Serverless-2016-10-31
Resources:
  Rotation:
    Type: AWS::Serverless::Function
    Properties: {PackageType: Image}
    Metadata: {Dockerfile: Dockerfile, DockerContext: ./rotation, DockerTag: v1}
"""
    assert read(template).resources["Rotation"].get("Code", "ImageUri")


def test_what_sam_has_to_know_may_be_a_parameter_that_is_not_given() -> None:
    pytest.importorskip("samtranslator")
    template = TEMPLATE.replace("Default: dev", "AllowedValues: [dev, live]").replace(
        "      CodeUri: src/\n", "      CodeUri: src/\n      AutoPublishAlias: !Ref Env\n"
    )
    graph = read(template)
    assert "RotationAliasdev" in graph.resources
    assert isinstance(graph.resources["Rotation"].get("FunctionName"), Unknown)


INCLUDED = """Transform: AWS::Serverless-2016-10-31
Resources:
  Front:
    Type: AWS::Serverless::KIND
    Properties:
      StageName: live
      CORS
      DefinitionBody:
        Fn::Transform: {Name: AWS::Include, Parameters: {Location: front.yaml}}
"""


@pytest.mark.parametrize(("kind", "cors"), [("Api", "Cors: \"'*'\""), ("HttpApi", "CorsConfiguration: true")])
def test_a_definition_from_another_file_is_not_sams_to_refuse(kind: str, cors: str) -> None:
    """CloudFormation puts the file in before SAM runs, so SAM sees a whole definition; what it says is not known here."""
    pytest.importorskip("samtranslator")
    graph = read(INCLUDED.replace("KIND", kind).replace("CORS", cors))
    assert isinstance(graph.resources["Front"].get("Body"), Unknown)


def test_what_sam_refuses_is_told_at_its_resource() -> None:
    pytest.importorskip("samtranslator")
    broken = "{Type: AWS::Serverless::Function, Properties: {Runtime: 5}}"
    with pytest.raises(Unreadable) as refused:
        read(TEMPLATE.replace("{Type: AWS::Serverless::SimpleTable}", broken))
    assert refused.value.because.startswith("18:3: SAM refuses it: ")
    assert "\n" not in refused.value.because


def test_without_the_translator_it_is_read_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "samtranslator", None)
    monkeypatch.setitem(sys.modules, "samtranslator.model.exceptions", None)
    graph = read(TEMPLATE.replace("!GetAtt Rotation.Arn", "x"))
    assert graph.resources["Rotation"].type == "AWS::Serverless::Function"
    told = "SAM's own resources are not looked into: install keyturn[sam] for that"
    assert [remark.text for remark in graph.remarks] == [told]


def test_an_application_of_the_repository_becomes_a_nested_stack_without_a_call() -> None:
    pytest.importorskip("samtranslator")
    arn = "arn:aws:serverlessrepo:us-east-1:297356227824:applications/SecretsManagerRDSMySQLRotationSingleUser"
    location = f"{{ApplicationId: '{arn}', SemanticVersion: 1.1.225}}"
    application = f"{{Type: AWS::Serverless::Application, Properties: {{Location: {location}}}}}"
    stack = read(TEMPLATE.replace("{Type: AWS::Serverless::SimpleTable}", application)).resources["Table"]
    assert stack.type == "AWS::CloudFormation::Stack"
    assert {"Key": "serverlessrepo:applicationId", "Value": arn} in stack.properties["Tags"]  # type: ignore[operator]


API = """Transform: AWS::Serverless-2016-10-31
Globals: {Api: {OpenApiVersion: 3.0.1}}
Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: dev, DefinitionBody: {openapi: 3.0.1, paths: {}}}}
"""


@pytest.mark.parametrize("template", [TEMPLATE, API])
def test_it_says_nothing_of_its_own(template: str) -> None:
    pytest.importorskip("samtranslator")
    program = "from keyturn.read import cloudformation as c; t = open(0).read(); [c.read('t', text=t) for _ in 'ab']"
    said = subprocess.run([sys.executable, "-c", program], input=template, capture_output=True, text=True)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_what_stands_in_globals_is_told_there_and_mended_in_the_resource(tmp_path: Path) -> None:
    """One function's fault may be another's intent: the others keep what they share."""
    pytest.importorskip("samtranslator")
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE.replace("{Timeout: 30}", "{Timeout: 30, Handler: shared.handler}"))
    (graph,) = read_all(str(template), Options())
    function = graph.resources["Rotation"]
    assert (function.at("Timeout").place.line, function.at("Timeout").place.column) == (3, 14)
    assert function.at("Handler").place.line == 11, "it says it itself"
    assert mend(graph, [Fix("wait longer", function.at("Timeout"), replace=60)])
    assert "Globals:\n  Function: {Timeout: 30," in template.read_text()
    assert (
        cloudformation.read("t.yaml", Options(), text=template.read_text()).resources["Rotation"].get("Timeout") == 60
    )


def test_each_of_those_that_share_it_is_mended(tmp_path: Path) -> None:
    pytest.importorskip("samtranslator")
    functions = "".join(
        f"  {name}: {{Type: AWS::Serverless::Function, Properties: {{Handler: app.handler, Runtime: python3.12}}}}\n"
        for name in ("One", "Two")
    )
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE.partition("Resources:")[0] + "Resources:\n" + functions)
    (graph,) = read_all(str(template), Options())
    told = mend(graph, [Fix("wait longer", graph.resources[name].at("Timeout"), replace=60) for name in ("One", "Two")])
    assert told == [f"{template}:3:14: wait longer"] * 2
    mended = cloudformation.read("t.yaml", Options(), text=template.read_text())
    assert [mended.resources[name].get("Timeout") for name in ("One", "Two")] == [60, 60]
