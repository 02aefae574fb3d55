"""Templates that are more than one: loops, nested stacks, CDK apps, folders."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from keyturn.check import Fix
from keyturn.cli import main
from keyturn.edit import mend
from keyturn.graph import Graph, Unknown
from keyturn.read import Options, PartlyUnreadable, Unreadable, cloudformation, discover, read

LOOP = """Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: "a-1, b"}
Resources:
  Fn::ForEach::Topics:
    - Name
    - !Ref Names
    - Topic&{Name}:
        Type: AWS::SNS::Topic
        Properties:
          TopicName: !Sub "${Name}-${AWS::Region}"
          DisplayName: !Ref Name
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !GetAtt Topica1.TopicName
      Fn::ForEach::Limits:
        - Limit
        - [DelaySeconds, VisibilityTimeout]
        - ${Limit}: 5
Outputs:
  Fn::ForEach::Arns:
    - Name
    - [a1, b]
    - Arn${Name}: {Value: !Ref "Topic${Name}"}
"""


def template(text: str, **parameters: str) -> Graph:
    return cloudformation.read("t.yaml", Options(parameters=parameters), text=text)


def test_a_loop_is_written_out() -> None:
    graph = template(LOOP)
    assert list(graph.resources) == ["Topica1", "Topicb", "Queue"]
    assert graph.resources["Topica1"].properties == {"TopicName": "a-1-us-east-1", "DisplayName": "a-1"}
    assert graph.resources["Queue"].properties == {
        "QueueName": "a-1-us-east-1",
        "DelaySeconds": 5,
        "VisibilityTimeout": 5,
    }
    assert {name: output.value for name, output in graph.outputs.items()} == {
        "Arna1": graph.resources["Topica1"].identity,
        "Arnb": graph.resources["Topicb"].identity,
    }


def test_what_a_loop_makes_stands_in_its_body() -> None:
    graph = template(LOOP)
    for name in ("Topica1", "Topicb"):
        assert graph.resources[name].place.line == 8
        assert graph.resources[name].at("DisplayName").place.line == 12
    assert graph.resources["Queue"].at("DelaySeconds").place.line == 20


def test_what_a_loop_makes_is_not_mended(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_text(LOOP)
    (graph,) = read(str(file))
    (line,) = mend(graph, [Fix("x", graph.resources["Topicb"].at("DisplayName"), replace="y")])
    assert line.endswith("not mended (x): a loop or a transform makes it: change it there")
    assert file.read_text() == LOOP


@pytest.mark.parametrize(
    ("loop", "because"),
    [
        (
            "[Name, !Ref Later, {}]",
            "what `Fn::ForEach` goes through is unknown: the parameter `Later` is not given and has no default",
        ),
        ("[Name, text, {}]", "`Fn::ForEach` goes through a list"),
        ("[Name, [a]]", "`Fn::ForEach` takes an identifier, a collection and an object"),
        (
            "[Name, !Split [',', !GetAtt Key.Arn], {}]",
            "loops and names cannot depend on what `Key` gives: it is made later",
        ),
        (
            "[A, [a, b, c, d, e, f, g, h, i, j], "
            + "{Fn::ForEach::X: [B, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], " * 5
            + "{'K${A}${B}': {Type: T}}"
            + "]}" * 5
            + "]",
            "loops make more than 100,000 values",
        ),
    ],
)
def test_a_loop_that_cannot_be_written_out_says_why(loop: str, because: str) -> None:
    head = "Transform: AWS::LanguageExtensions\nParameters: {Later: {Type: CommaDelimitedList}}\n"
    text = f"{head}Resources:\n  Key: {{Type: AWS::KMS::Key}}\n  Fn::ForEach::X: {loop}\n"
    with pytest.raises(Unreadable) as refused:
        template(text)
    assert because in refused.value.because


NAMED = """Transform: AWS::LanguageExtensions
Parameters: {Stage: {Type: String, Default: Dev}, Late: {Type: String}}
Mappings: {Stages: {Dev: {Topic: DevTopic}}}
Resources:
  DevTopic: {Type: AWS::SNS::Topic}
  Fn::ForEach::Parameters:
    - Name
    - [Dev]
    - Parameter${Name}:
        Type: AWS::SSM::Parameter
        Properties:
          Name: !GetAtt {"Fn::Sub": "${Name}Topic.TopicName"}
          Value: {Ref: {"Fn::FindInMap": [Stages, !Ref Stage, Topic]}}
          Description: {"Fn::GetAtt": [!Sub "${Stage}Topic", TopicArn]}
          AllowedPattern: {"Fn::GetAtt": [!Sub "${Late}Topic", TopicArn]}
Outputs:
  Later: {Value: {Ref: !Sub "${Late}Topic"}}
"""


def test_what_a_reference_names_is_worked_out() -> None:
    """As the transform lets `Ref` and `Fn::GetAtt` have functions in place of names."""
    graph = template(NAMED)
    topic, parameter = graph.resources["DevTopic"], graph.resources["ParameterDev"]
    assert [parameter.get(each) for each in ("Name", "Value", "Description")] == [
        topic.attributes["TopicName"],
        topic.identity,
        topic.arn,
    ]
    for later in (parameter.get("AllowedPattern"), graph.outputs["Later"].value):
        assert isinstance(later, Unknown)
        assert later.because == "the parameter `Late` is not given and has no default"


@pytest.mark.parametrize(
    ("value", "because"),
    [
        ("{Ref: !Sub '${Stage}Queue'}", "`Value` names `DevQueue`, which is not declared"),
        ("{Ref: !Split [',', 'a,b']}", "`Ref` names nothing: its function gives no text"),
        ("{Ref: !Ref DevTopic}", "loops and names cannot depend on what `DevTopic` gives: it is made later"),
    ],
)
def test_what_a_reference_names_may_not_be_there(value: str, because: str) -> None:
    with pytest.raises(Unreadable) as refused:
        template(NAMED.replace('{Ref: {"Fn::FindInMap": [Stages, !Ref Stage, Topic]}}', value))
    assert because in refused.value.because


def test_functions_name_nothing_without_the_transform() -> None:
    with pytest.raises(Unreadable) as refused:
        template("Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: {Ref: !Sub 'T'}}}}")
    assert "`Ref` names a parameter or a resource, not an object" in refused.value.because


def test_other_transforms_are_told_of() -> None:
    graph = template("Transform: [MyMacro, AWS::SecretsManager-2020-07-23]\nResources: {K: {Type: AWS::KMS::Key}}")
    assert [(remark.place.line, remark.text) for remark in graph.remarks] == [
        (1, "the transform `MyMacro` changes the template at deployment; it is read as it stands"),
        (
            1,
            "the transform `AWS::SecretsManager-2020-07-23` makes a nested stack with the rotation function, which is not looked at",
        ),
    ]


PARENT = """Parameters: {Late: {Type: String}}
Resources:
  Key: {Type: AWS::KMS::Key}
  Logs:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: inner/logs.yaml
      Parameters: {KeyArn: !GetAtt Key.Arn, Name: !Sub "/app/${AWS::Region}", Late: !Ref Late, Days: [1, 2]}
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: {AlarmName: !GetAtt Logs.Outputs.GroupName}
"""
INNER = """Parameters:
  KeyArn: {Type: String}
  Name: {Type: String, Default: other}
  Late: {Type: String, Default: never}
  Days: {Type: "List<Number>"}
Resources:
  Group:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: !Ref Name, KmsKeyId: !Ref KeyArn, RetentionInDays: !Ref Late}
Outputs:
  GroupName: {Value: !Ref Group}
"""


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    (tmp_path / "inner").mkdir()
    (tmp_path / "parent.yaml").write_text(PARENT)
    (tmp_path / "inner" / "logs.yaml").write_text(INNER)
    return tmp_path


def test_a_nested_stack_is_read_with_what_its_parent_gives(nested: Path) -> None:
    parent, inner = read(str(nested / "parent.yaml"))
    group = inner.resources["Group"]
    assert group.properties == {
        "LogGroupName": "/app/us-east-1",
        "KmsKeyId": parent.resources["Key"].arn,
        "RetentionInDays": Unknown("the parameter `Late` is not given and has no default"),
    }
    assert inner.follow(group, "KmsKeyId", types=("AWS::KMS::Key",)) is parent.resources["Key"]
    assert parent.resources["Alarm"].identity == "/app/us-east-1"
    assert group.place.file == str(nested / "inner" / "logs.yaml")
    assert pickle.loads(pickle.dumps((parent, inner)))[1].beside[0].file == parent.file


def test_a_nested_stack_that_cannot_be_read_is_told_of(nested: Path) -> None:
    (nested / "inner" / "logs.yaml").write_text("Resources: [")
    (parent,) = read(str(nested / "parent.yaml"))
    (remark,) = parent.remarks
    assert remark.place.line == 4
    assert "the template of the nested stack `Logs` cannot be read" in remark.text


def test_stacks_nested_in_themselves_come_to_an_end(tmp_path: Path) -> None:
    file = tmp_path / "t.yaml"
    file.write_text("Resources: {Me: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: t.yaml}}}")
    graphs = read(str(file))
    assert len(graphs) == 2
    assert "without end" in graphs[1].remarks[0].text


def app(folder: Path) -> Path:
    """A CDK app's output: two stacks, one of which imports from the other, and a nested one."""
    out = folder / "cdk.out"
    out.mkdir()

    def write(name: str, document: Any) -> None:
        (out / name).write_text(json.dumps(document, indent=1))

    def construct(path: str) -> dict[str, str]:
        return {"aws:cdk:path": path}

    stack = {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1"}
    write(
        "manifest.json",
        {
            "version": "36.0.0",
            "artifacts": {
                "App": {
                    **stack,
                    "properties": {"templateFile": "App.template.json"},
                    "dependencies": ["Keys", "App.assets"],
                },
                "App.assets": {"type": "cdk:asset-manifest", "properties": {"file": "App.assets.json"}},
                "Keys": {
                    **stack,
                    "environment": "aws://unknown-account/unknown-region",
                    "properties": {"templateFile": "Keys.template.json", "stackName": "prod-keys"},
                },
            },
        },
    )
    write(
        "Keys.template.json",
        {
            "Resources": {"Key961B73FD": {"Type": "AWS::KMS::Key", "Metadata": construct("Keys/Key/Resource")}},
            "Outputs": {"Ref": {"Value": {"Fn::GetAtt": ["Key961B73FD", "Arn"]}, "Export": {"Name": "Keys:Key"}}},
        },
    )
    write(
        "App.template.json",
        {
            "Resources": {
                "Group": {
                    "Type": "AWS::Logs::LogGroup",
                    "Properties": {"KmsKeyId": {"Fn::ImportValue": "Keys:Key"}},
                    "Metadata": construct("App/Group/Resource"),
                },
                "Inner": {
                    "Type": "AWS::CloudFormation::Stack",
                    "Properties": {"TemplateURL": {"Fn::Join": ["", ["https://s3.", {"Ref": "AWS::URLSuffix"}, "/x"]]}},
                    "Metadata": {**construct("App/Inner.NestedStack"), "aws:asset:path": "Inner.nested.template.json"},
                },
            }
        },
    )
    write(
        "Inner.nested.template.json",
        {"Resources": {"T": {"Type": "AWS::SNS::Topic", "Metadata": construct("App/Inner/T/Resource")}}},
    )
    return out


def test_a_cdk_app_is_read_whole(tmp_path: Path) -> None:
    keys, main, inner = read(str(app(tmp_path)), Options(region="us-west-2"))
    key, group = keys.resources["Key961B73FD"], main.resources["Group"]
    assert {graph.dialect for graph in (keys, main, inner)} == {"cdk"}
    assert (keys.region, keys.account, keys.stack) == ("us-west-2", "111122223333", "prod-keys")
    assert (main.region, main.account, main.stack) == ("eu-west-1", "111122223333", "App")
    assert (str(key), str(group), str(inner.resources["T"])) == ("Keys/Key", "App/Group", "App/Inner/T")
    assert group.get("KmsKeyId") == key.arn
    assert main.follow(group, "KmsKeyId", types=("AWS::KMS::Key",)) is key
    assert group.place.line == 3


def stacks(out: Path, **templates: tuple[str, Any]) -> Path:
    """What a CDK app puts out, by the artifacts' names: where a stack goes, and its template; it is called by what comes before `_`."""
    artifacts = {
        name: {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://{where}",
            "properties": {"templateFile": f"{name}.template.json", "stackName": name.partition("_")[0]},
        }
        for name, (where, _) in templates.items()
    }
    for name, (_, template) in templates.items():
        (out / f"{name}.template.json").write_text(json.dumps(template))
    (out / "manifest.json").write_text(json.dumps({"version": "48.0.0", "artifacts": artifacts}))
    return out


def exporting(name: str) -> dict[str, Any]:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}
    return {"Resources": {"T": topic}, "Outputs": {"Out": {"Value": {"Ref": "T"}, "Export": {"Name": "net:T"}}}}


def showing(value: Any) -> dict[str, Any]:
    return {"Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": value}}}}


def test_stacks_of_a_name_in_two_regions_are_told_apart(tmp_path: Path) -> None:
    """What is exported in a region is imported there; what is asked for by the stack's name is of the region that is asked for."""
    here, there, elsewhere = "111122223333/eu-west-1", "111122223333/us-east-1", "444455556666/us-east-1"
    role = "arn:aws:iam::444455556666:role/asking"

    def asked(**more: str) -> dict[str, Any]:
        return {"Fn::GetStackOutput": {"StackName": "net", "OutputName": "Out", **more}}

    graphs = read(
        str(
            stacks(
                tmp_path,
                net_a=(here, exporting("a")),
                net_b=(there, exporting("b")),
                net_c=(elsewhere, exporting("c")),
                import_a=(here, showing({"Fn::ImportValue": "net:T"})),
                import_b=(there, showing({"Fn::ImportValue": "net:T"})),
                own=(here, showing(asked())),
                other=(here, showing({"Fn::Join": ["/", [asked(Region="us-east-1"), "x"]]})),
                role=(there, showing(asked(RoleArn=role))),
                nobodys=(here, showing(asked(Region="ap-south-1"))),
            )
        )
    )
    values = {Path(graph.file).name.partition(".")[0]: graph.resources["P"].get("Value") for graph in graphs[3:]}
    assert isinstance(nobodys := values.pop("nobodys"), Unknown)
    assert nobodys.because == "`Out` is put out by another stack, `net`"
    assert values == {
        "import_a": "arn:aws:sns:eu-west-1:111122223333:a",
        "import_b": "arn:aws:sns:us-east-1:111122223333:b",
        "own": "arn:aws:sns:eu-west-1:111122223333:a",
        "other": "arn:aws:sns:us-east-1:111122223333:b/x",
        "role": "arn:aws:sns:us-east-1:444455556666:c",
    }


def test_the_stacks_of_an_app_are_checked_though_others_cannot_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = {"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Nothing"}}}}}
    wrong = {"Resources": {"T": {"Type": "AWS::SNS::Topik"}}}
    out = str(stacks(tmp_path, a=("1/eu-west-1", bad), b=("1/eu-west-1", wrong), c=("1/eu-west-1", {})))
    assert main(["check", out]) == 2
    told = capsys.readouterr()
    assert told.err.splitlines() == [
        f"keyturn: error: {out}/a.template.json: 1:78: `QueueName` names `Nothing`, which is not declared",
        f"keyturn: error: {out}/c.template.json: 1:1: not a template: it declares no resource under `Resources`",
    ]
    assert "AWS::SNS::Topik" in told.out
    with pytest.raises(PartlyUnreadable) as refused:
        read(out)
    (graph,) = refused.value.graphs
    unseen = "the stack of a.template.json cannot be read: what it makes is not looked at"
    assert graph.handed_on(graph.resources["T"]) == unseen


def test_a_stack_that_goes_anywhere_is_for_the_account_that_it_names(tmp_path: Path) -> None:
    policy = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": "kms:*"}
    key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": [{**policy, "Resource": "*"}]}}}
    out = stacks(tmp_path, keys=("unknown-account/eu-west-1", {"Resources": {"K": key}}))
    (graph,) = read(str(out))
    assert (graph.account, graph.region) == ("444455556666", "eu-west-1")
    (given,) = read(str(out), Options(account="777788889999"))
    assert given.account == "777788889999"


@pytest.mark.parametrize("aside", [True, False])
def test_a_cdk_app_that_was_run_by_itself_is_read_by_its_manifests(tmp_path: Path, aside: bool) -> None:
    """Without the CDK's command line the templates have no metadata; newer CDKs have that of stacks in files of their own."""
    out = app(tmp_path)
    digest = "a1" * 32
    for file in out.glob("*.template.json"):
        data = json.loads(file.read_text())
        for resource in data["Resources"].values():
            del resource["Metadata"]
        if file.name == "App.template.json":
            data["Resources"]["Inner"]["Properties"]["TemplateURL"]["Fn::Join"][1][2] = f"/assets/{digest}.json"
        file.write_text(json.dumps(data))
    source = {"path": "Inner.nested.template.json", "packaging": "file"}
    (out / "App.assets.json").write_text(json.dumps({"files": {digest: {"source": source}, "b": {"source": {}}}}))
    told = {
        "/App/Group/Resource": [{"type": "aws:cdk:logicalId", "data": "Group"}],
        "/App/Inner": [{"type": "aws:cdk:templateFile", "data": "Inner.nested.template.json"}],
        "/App/Inner.NestedStack/Inner.NestedStackResource": [{"type": "aws:cdk:logicalId", "data": "Inner"}],
        "/App/Inner/T/Resource": [{"type": "aws:cdk:logicalId", "data": "T"}],
    }
    manifest = json.loads((out / "manifest.json").read_text())
    if aside:
        (out / "App.metadata.json").write_text(json.dumps(told))
        manifest["artifacts"]["App"]["additionalMetadataFile"] = "App.metadata.json"
    else:
        manifest["artifacts"]["App"]["metadata"] = told
    (out / "manifest.json").write_text(json.dumps(manifest))
    _, main, inner = read(str(out))
    assert (str(main.resources["Group"]), str(inner.resources["T"])) == ("App/Group", "App/Inner/T")


@pytest.mark.parametrize(
    "manifest",
    [
        "{}",
        '{"artifacts": {"aws:cloudformation:stack": 5}}',
        '{"artifacts": {"X": {"type": "aws:cloudformation:stack"}}}',
    ],
)
def test_a_damaged_app_is_one_line(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(Unreadable):
        read(str(tmp_path))


def found(folder: Path) -> list[str]:
    return [str(Path(each).relative_to(folder)) for each in discover(str(folder))]


def put(folder: Path, name: str, text: str = "Resources:\n  K:\n    Type: AWS::KMS::Key\n") -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_a_folder_is_searched_by_what_its_files_hold(tmp_path: Path) -> None:
    for name in ("b.yaml", "a/x.yml", "a/y.json", "a/z.template", ".hidden/t.yaml", "node_modules/t.yaml"):
        put(tmp_path, name)
    put(tmp_path, "values.yaml", "Resources:\n  cpu: 1\n")
    put(tmp_path, "openapi.json", '{"paths": {}}')
    put(tmp_path, "plan.json", '{"format_version":"1.2","terraform_version":"1.9","planned_values":{}}')
    put(tmp_path, "preview.json", '{"steps": [{"urn": "urn:pulumi:dev::a::b::c"}]}')
    put(tmp_path, "program/Pulumi.yaml", "name: x\nruntime: python\n")
    put(tmp_path, "program/t.yaml")
    for encoding in ("utf-16", "utf-8-sig"):
        (tmp_path / f"{encoding}.yaml").write_text("Resources:\n  K:\n    Type: AWS::KMS::Key\n", encoding=encoding)
    app(tmp_path)
    (tmp_path / "round").symlink_to(tmp_path)
    assert found(tmp_path) == [
        "a/x.yml",
        "a/y.json",
        "a/z.template",
        "b.yaml",
        "cdk.out",
        "plan.json",
        "preview.json",
        "program",
        "utf-16.yaml",
        "utf-8-sig.yaml",
    ]


def test_what_git_ignores_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".git" / "info").mkdir(parents=True)
    put(tmp_path, ".git/info/exclude", "excluded.yaml\n")
    put(
        tmp_path,
        ".gitignore",
        "# built\nbuild/\n*.gen.yaml\n/top.yaml\ncdk.out\ndeep/**/x.yaml\n!keep.gen.yaml\n[ab].yaml\nodd\\ .yaml\n",
    )
    put(tmp_path, "inner/.gitignore", "own.yaml\n!a.yaml\n")
    ignored = [
        "build/t.yaml",
        "inner/build/t.yaml",
        "x.gen.yaml",
        "top.yaml",
        "deep/x.yaml",
        "deep/er/x.yaml",
        "b.yaml",
        "inner/own.yaml",
        "excluded.yaml",
    ]
    kept = ["inner/a.yaml", "inner/top.yaml", "keep.gen.yaml", "own.yaml", "c.yaml", "builds/t.yaml"]
    for name in ignored + kept:
        put(tmp_path, name)
    app(tmp_path)
    assert found(tmp_path) == sorted([*kept, "cdk.out"])
    assert found(tmp_path / "inner") == ["a.yaml", "top.yaml"]


def test_a_file_that_is_named_is_taken_for_what_its_user_says(tmp_path: Path) -> None:
    put(tmp_path, "any.txt", "nothing")
    assert list(discover(str(tmp_path / "any.txt"))) == [str(tmp_path / "any.txt")]
