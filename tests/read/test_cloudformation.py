"""Templates as people write them, read as CloudFormation would."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keyturn.graph import Call, Graph, Items, Place, Ref, Text, Unknown
from keyturn.read import Options, Unreadable, cloudformation
from keyturn.read.functions import plain


def read(text: str, **parameters: str) -> Graph:
    return cloudformation.read("t.yaml", Options(parameters=parameters), text=text)


def value(expression: str, rest: str = "", **parameters: str) -> Any:
    """What a property of a function is, whose log group, key and bucket stand beside it."""
    graph = read(
        f"""
Parameters:
  Env: {{Type: String, Default: dev}}
  None: {{Type: String}}
  List: {{Type: CommaDelimitedList, Default: "a, b,c"}}
  Password: {{Type: String, NoEcho: true, Default: hunter2}}
  Image: {{Type: "AWS::SSM::Parameter::Value<String>", Default: /image}}
Mappings:
  Sizes: {{dev: {{size: small, list: [x, y]}}, us-east-1: {{size: large}}}}
Conditions:
  Dev: !Equals [!Ref Env, dev]
  Never: !Not [!Condition Dev]
  Perhaps: !Equals [!Ref None, x]
{rest}
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      P: {expression}
  Key: {{Type: AWS::KMS::Key}}
  Bucket: {{Type: AWS::S3::Bucket, Properties: {{BucketName: logs-1}}}}
  Vpc: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}
""",
        **parameters,
    )
    return graph.resources["F"].get("P")


KEY = "arn:aws:kms:us-east-1:123456789012:key/"


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("!Ref Env", "dev"),
        ("{Ref: Env}", "dev"),
        ("!Ref AWS::Region", "us-east-1"),
        ("!Ref Bucket", "logs-1"),
        ("!GetAtt Bucket.Arn", "arn:aws:s3:::logs-1"),
        ("!GetAtt [Bucket, Arn]", "arn:aws:s3:::logs-1"),
        ("{Fn::GetAtt: [Bucket, Arn]}", "arn:aws:s3:::logs-1"),
        ("{Fn::GetAtt: Bucket.Arn}", "arn:aws:s3:::logs-1"),
        ('!Sub "${Bucket.Arn}/*"', "arn:aws:s3:::logs-1/*"),
        ('!Sub "${!Env} ${Env}"', "${Env} dev"),
        ('!Sub ["${A}-${Env}", {A: !Ref Bucket}]', "logs-1-dev"),
        ('!Join ["/", [a, !Ref Env, 1, true]]', "a/dev/1/true"),
        ('!Join [",", !Ref List]', "a,b,c"),
        ("!Select [1, [a, b]]", "b"),
        ("!Select [2, !Ref List]", "c"),
        ('!Split ["-", a-b]', ["a", "b"]),
        ("!If [Dev, 1, 2]", 1),
        ("!If [Never, 1, 2]", 2),
        ("[1, !If [Never, 2, !Ref AWS::NoValue], 3]", [1, 3]),
        ("{A: !Ref AWS::NoValue, B: 1}", {"B": 1}),
        ("!FindInMap [Sizes, !Ref Env, size]", "small"),
        ("!FindInMap [Sizes, !Ref AWS::Region, size]", "large"),
        ("!FindInMap [Sizes, dev, list]", ["x", "y"]),
        ("!FindInMap [Sizes, none, size, {DefaultValue: medium}]", "medium"),
        ("!Base64 abc", "YWJj"),
        ("{Fn::Base64: !Sub '${Env}'}", "ZGV2"),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("!Cidr [!GetAtt Vpc.CidrBlock, 1, 4]", ["10.0.0.0/28"]),
        ("!Select [0, !GetAZs '']", "us-east-1a"),
        ("!Select [1, !GetAZs eu-west-1]", "eu-west-1b"),
        ("{Fn::Length: !Ref List}", 3),
        ("{Fn::ToJsonString: {a: [!Ref Env, 1]}}", '{"a":["dev",1]}'),
        ("2012-10-17", "2012-10-17"),
        ("8.0", 8.0),
        ("13.10", "13.10"),
        ("012345678901", "012345678901"),
        ("0x1F", "0x1F"),
        ("yes", True),
        ("'yes'", "yes"),
        ("12:30:45", "12:30:45"),
    ],
)
def test_values(expression: str, wanted: Any) -> None:
    assert plain(value(expression)) == wanted


@pytest.mark.parametrize(
    ("expression", "because"),
    [
        ("!Ref None", "the parameter `None` is not given and has no default"),
        ("!Sub 'a-${None}'", "the parameter `None` is not given and has no default"),
        ("!If [Perhaps, 1, 2]", "the parameter `None` is not given and has no default"),
        ("!FindInMap [Sizes, !Ref None, size]", "the parameter `None` is not given and has no default"),
        ("!ImportValue shared-key", "`shared-key` is exported by another stack"),
        (
            "!GetStackOutput {StackName: net, OutputName: Vpc, Region: us-east-1}",
            "`Vpc` is put out by another stack, `net`",
        ),
        ("'{{resolve:ssm:/engine/version:1}}'", "`resolve:ssm:/engine/version:1` is looked up at deployment"),
        ("!Sub '{{resolve:ssm:/${Env}/x}}'", "`resolve:ssm:/dev/x` is looked up at deployment"),
        (
            "!Join ['', ['{{resolve:ssm:/', !Ref Env, '}}', !ImportValue shared-key]]",
            "`resolve:ssm:/dev` is looked up at deployment",
        ),
        ("!Ref Password", "the parameter `Password` is secret"),
        ("!Ref Image", "`Image` is the value of an SSM parameter, /image"),
        ("!GetAtt Bucket.Colour", "`Colour` of Bucket (AWS::S3::Bucket) is not modelled"),
        ("!Transform {Name: MyMacro}", "the transform `MyMacro` makes it at deployment"),
    ],
)
def test_what_cannot_be_known_says_why(expression: str, because: str) -> None:
    assert value(expression) == Unknown(because)


@pytest.mark.parametrize(
    ("expression", "parts"),
    [
        ("!Ref Bucket", (Ref("Bucket"),)),
        ("!Sub 'a-${Bucket.Arn}-${Env}/*'", ("a-", Ref("Bucket", "Arn"), "-", Ref("Env"), "/*")),
        ("!Join ['', [a, b, !Ref Bucket, '']]", ("ab", Ref("Bucket"))),
        ("!Select [1, [x, !Ref Bucket]]", (Ref("Bucket"),)),
        ("!If [Dev, !Ref Bucket, x]", (Ref("Bucket"),)),
    ],
)
def test_a_text_remembers_what_it_was_made_of(expression: str, parts: tuple[Any, ...]) -> None:
    made = value(expression)
    assert isinstance(made, Text)
    assert made.parts == parts


def test_a_split_of_references_is_worked_out_again_at_deployment() -> None:
    pieces = value("!Split ['/', !GetAtt Key.Arn]")
    assert isinstance(pieces, Items)
    assert pieces.source == Call("Fn::Split", ("/", f"{pieces[0]}/{pieces[1]}"))
    second = value("!Select [1, !Split ['/', !GetAtt Key.Arn]]")
    assert isinstance(second, Text)
    assert second.parts[0].function == "Fn::Select"  # type: ignore[union-attr]


def test_parameters_given_stand_before_defaults() -> None:
    assert value("!Ref Env", Env="prod") == "prod"
    assert value("!If [Dev, 1, 2]", Env="prod") == 2
    assert value("!If [Perhaps, 1, 2]", None_="x", **{"None": "x"}) == 1
    assert plain(value("!Ref List", List="z")) == ["z"]


def test_a_secret_parameter_decides_conditions_but_is_not_told() -> None:
    rest = "  HasPassword: !Not [!Equals [!Ref Password, '']]\n"
    assert value("!If [HasPassword, 1, 2]", rest) == 1
    text = "Parameters: {P: {Type: String, NoEcho: true, Default: hunter2}}\nResources: {K: {Type: AWS::KMS::Key}}"
    graph = read(text, P="swordfish")
    assert "hunter2" not in repr(graph)
    assert "swordfish" not in repr(graph)


def test_a_condition_leaves_resources_outputs_and_dependencies_out() -> None:
    graph = read(
        """
Conditions: {Off2: !Equals [a, b], On2: !Not [!Condition Off2]}
Resources:
  A: {Type: AWS::KMS::Key, Condition: Off2}
  B: {Type: AWS::KMS::Key, Condition: On2, DependsOn: [A, C]}
  C: {Type: AWS::KMS::Key}
Outputs:
  A: {Condition: Off2, Value: !Ref A}
  B: {Value: !Ref B}
"""
    )
    assert list(graph.resources) == ["B", "C"]
    assert graph.resources["B"].depends_on == ("C",)
    assert list(graph.outputs) == ["B"]


def test_a_resource_whose_condition_is_unknown_is_kept_and_told_of() -> None:
    graph = read(
        """
Parameters: {Arn: {Type: String}}
Conditions: {Own: !Equals [!Ref Arn, ""]}
Resources:
  A: {Type: AWS::KMS::Key, Condition: Own}
"""
    )
    assert list(graph.resources) == ["A"]
    (remark,) = graph.remarks
    assert remark.place == Place("t.yaml", 5, 28)
    assert (
        remark.text
        == "whether `A` is made is unknown: the parameter `Arn` is not given and has no default; it is taken to be"
    )


def test_every_property_has_its_place_through_conditions_and_short_forms() -> None:
    graph = read(
        """Conditions: {Dev: !Equals [a, a]}
Resources:
  K:
    Type: AWS::KMS::Key
    Properties:
      Description: !Sub "${AWS::Region} key"
      KeyPolicy: !If
        - Dev
        - Statement:
            - !Ref AWS::NoValue
            - Sid: a
            - {Sid: b}
        - {}
"""
    )
    key = graph.resources["K"]
    assert key.place == Place("t.yaml", 3, 3)
    places = {".".join(map(str, path)): (place.line, place.column) for path, place in key.places.items()}
    assert places == {
        "Description": (6, 7),
        "KeyPolicy": (7, 7),
        "KeyPolicy.Statement": (9, 11),
        "KeyPolicy.Statement.0": (11, 15),
        "KeyPolicy.Statement.0.Sid": (11, 15),
        "KeyPolicy.Statement.1": (12, 15),
        "KeyPolicy.Statement.1.Sid": (12, 16),
    }
    assert key.at("KeyPolicy", "Version").place == Place("t.yaml", 7, 7)
    assert key.at("KeySpec").place == key.place


def test_json_has_places_too() -> None:
    text = json.dumps(
        {"Resources": {"K": {"Type": "AWS::KMS::Key", "Properties": {"A": [1, {"B": "}"}], "C": {}}}}}, indent=2
    )
    key = read(text).resources["K"]
    assert {path: (place.line, place.column) for path, place in key.places.items()} == {
        ("A",): (6, 9),
        ("A", 0): (7, 11),
        ("A", 1): (8, 11),
        ("A", 1, "B"): (9, 13),
        ("C",): (12, 9),
    }


@pytest.mark.parametrize(
    ("template", "because"),
    [
        (
            "Resources: {A: {Type: AWS::KMS::Alias, Properties: {TargetKeyId: !Ref LogKey}}, LogsKey: {Type: AWS::KMS::Key}}",
            "1:66: `TargetKeyId` names `LogKey`, which is not declared; did you mean `LogsKey`?",
        ),
        (
            "Resources: {A: {Type: AWS::KMS::Alias, Properties: {TargetKeyId: !GetAtt Nothing.Arn}}}",
            "`TargetKeyId` names `Nothing`, which is not declared",
        ),
        ("Resources: {A: {Type: AWS::KMS::Alias, DependsOn: B}}", "1:40: `DependsOn` names `B`, which is not declared"),
        ("Resources: {A: {Properties: {}}}", "1:13: the resource `A` has no `Type`"),
        ("Resources: {}", "1:1: not a template: it declares no resource under `Resources`"),
        ("", "1:1: not a template"),
        ("just text", "1:1: not a template"),
        ("[1, 2]", "1:1: not a template"),
        ("Resources: {A: {Type: T, Properties: {B: !If [C, 1, 2]}}}", "the condition `C`, which is not declared"),
        ("Resources: {A: {Type: T, Properties: {B: !Select [5, [a]]}}}", "`Fn::Select`: index 5 of a list of 1"),
        (
            "Mappings: {M: {eu-west-1: {a: b}, eu-north-1: {}}}\nResources: {A: {Type: T, Properties: {B: !FindInMap [M, us-east-1, a]}}}",
            "the mapping `M` has no `us-east-1`, `a`: it is for eu-west-1 and 1 more, say --region eu-west-1",
        ),
        (
            'Mappings: {M: {"111122223333": {a: b}}}\nResources: {A: {Type: T, Properties: {B: !FindInMap [M, !Ref AWS::AccountId, a]}}}',
            "the mapping `M` has no `123456789012`, `a`: it is for 111122223333, say --account 111122223333",
        ),
        (
            'Mappings: {"111122223333": {a: {b: c}}}\nResources: {A: {Type: T, Properties: {B: !FindInMap [!Ref AWS::AccountId, a, b]}}}',
            "which is not declared: it is for 111122223333, say --account 111122223333",
        ),
        (
            "Resources: {A: {Type: T, Properties: {B: !Select [6, !GetAZs '']}}}",
            "`Fn::Select`: index 6 of a list of 6",
        ),
        (
            "Resources: {A: {Type: T, Properties: {B: !Cidr [10.0.0.0/24, 300, 8]}}}",
            "`Fn::Cidr`: 10.0.0.0/24 does not hold 300 blocks of 8 bits",
        ),
        ("Resources: {A: {Type: T, Properties: {B: !Join [a]}}}", "`Fn::Join`: a delimiter and a list are wanted"),
        (
            "Resources: {A: {Type: T, Properties: {B: !FindInMap [M, a, b]}}}",
            "`Fn::FindInMap` names the mapping `M`, which is not declared",
        ),
        (
            "Conditions: {A: !Condition B, B: !Condition A}\nResources: {A: {Type: T}}",
            "1:14: conditions depend on each other in a circle: A -> B -> A",
        ),
        ("Resources: {A: {Type: T, Properties: {B: {Ref: C, D: 1}, 'Fn::Sub': x, E: 1}}}", "stands beside other keys"),
        (
            "Resources: {A: {Type: T, Properties: {B: {'Fn::Ref': A}}}}",
            "1:43: `Fn::Ref` is no function of CloudFormation; did you mean `Ref`?",
        ),
        (
            "Resources: {A: {Type: T, Properties: {B: {'fn::getatt': [A, Arn]}}}}",
            "1:43: `fn::getatt` is no function of CloudFormation; did you mean `Fn::GetAtt`?",
        ),
        ("Resources: {A: {Type: T}}\nOutputs: {O: {Description: x}}", "2:11: the output `O` has no `Value`"),
    ],
)
def test_what_is_no_template_is_refused_at_its_place(template: str, because: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(template)
    assert because in refused.value.because
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("declared", "given", "because"),
    [
        ("{Type: String, AllowedValues: [a, b]}", "c", "the value of the parameter `P`, `c`, is not one of a, b"),
        (
            "{Type: String, AllowedValues: [a, b], Default: c}",
            None,
            "the default of the parameter `P`, `c`, is not one of a, b",
        ),
        ("{Type: Number, MinValue: 3}", "2", "the value of the parameter `P`, 2, is beyond MinValue 3"),
        ("{Type: Number}", "x", "the value of the parameter `P`, `x`, is not a number"),
        ("{Type: String, MaxLength: 3}", "abcd", "the value of the parameter `P` has 4 characters, not 0 to 3"),
        ("{Type: String, AllowedPattern: '[a-z]+'}", "A", "the value of the parameter `P` does not match [a-z]+"),
        (
            "{Type: String, NoEcho: true, AllowedValues: [a]}",
            "hunter2",
            "the value of the parameter `P` is not one that is allowed",
        ),
    ],
)
def test_a_parameter_keeps_to_its_constraints(declared: str, given: str | None, because: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(
            f"Parameters: {{P: {declared}}}\nResources: {{K: {{Type: AWS::KMS::Key}}}}",
            **({} if given is None else {"P": given}),
        )
    assert because in refused.value.because


def test_a_circle_is_read_all_the_same() -> None:
    graph = read(
        """
Resources:
  A: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: !GetAtt B.GroupId}}
  B: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: !GetAtt A.GroupId}}
  C: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref C}}
"""
    )
    a, b = graph.resources["A"], graph.resources["B"]
    assert a.get("GroupDescription") == b.identity
    assert b.get("GroupDescription") == a.identity
    assert isinstance(graph.resources["C"].identity, Unknown)


def test_hooks_metadata_and_policies_are_kept() -> None:
    key = read(
        "Resources: {K: {Type: AWS::KMS::Key, DeletionPolicy: Retain, Metadata: {Owner: !Ref AWS::AccountId}}}"
    ).resources["K"]
    assert key.metadata == {"DeletionPolicy": "Retain", "Metadata": {"Owner": "123456789012"}}


def test_other_partitions_form_their_own_names() -> None:
    text = "Resources: {Q: {Type: AWS::SQS::Queue}, K: {Type: AWS::KMS::Key}}"
    graph = cloudformation.read("t", Options(region="cn-north-1", account="111122223333", stack="mine"), text=text)
    assert graph.partition == "aws-cn"
    assert str(graph.resources["K"].arn).startswith("arn:aws-cn:kms:cn-north-1:111122223333:key/")
    assert str(graph.resources["Q"].identity).startswith("https://sqs.cn-north-1.amazonaws.com.cn/111122223333/mine-Q-")


def test_a_dynamic_reference_in_pieces_is_one_when_they_are_put_together() -> None:
    text = """{"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {
        "Whole": {"Fn::Join": ["", ["{{resolve:ssm:/", {"Ref": "AWS::Region"}, "/name}}", {"Fn::Select": ["1", {"Fn::GetAZs": ""}]}]]},
        "Open": "{{resolve:ssm:/name"}}}}"""
    topic = cloudformation.read("template.json", Options(), text=text).resources["Topic"]
    whole = topic.get("Whole")
    assert isinstance(whole, Unknown)
    assert whole.because == "`resolve:ssm:/us-east-1/name` is looked up at deployment"
    assert topic.get("Open") == "{{resolve:ssm:/name"


def test_a_number_that_is_written_as_yaml_writes_it_is_one() -> None:
    text = "Resources: {Topic: {Type: AWS::SNS::Topic, Properties: {Small: 5.0e-324, Version: 1.10}}}"
    topic = cloudformation.read("template.yaml", Options(), text=text).resources["Topic"]
    assert (topic.get("Small"), topic.get("Version")) == (5e-324, "1.10")


@pytest.mark.parametrize(
    "expression",
    [
        "!Select [0, !GetAtt V.Ipv6CidrBlocks]",
        "!Select [1, !GetAtt V.CidrBlockAssociations]",
        "!Select [3, !GetAZs eu-west-9]",
    ],
)
def test_a_list_that_aws_makes_may_be_longer_than_is_known_here(expression: str) -> None:
    template = "Resources: {{V: {{Type: AWS::EC2::VPC, Properties: {{CidrBlock: 10.0.0.0/16}}}}, A: {{Type: T, Properties: {{B: {}}}}}}}"
    assert isinstance(read(template.format(expression)).resources["A"].get("B"), Unknown)


def test_hash_merges_give_what_the_mapping_does_not_say() -> None:
    """CloudFormation itself takes none; `aws cloudformation package` writes them out before."""
    text = """
Base: &base {DisplayName: a, TopicName: t}
More: &more {TopicName: u, KmsMasterKeyId: k}
Resources:
  T:
    Type: AWS::SNS::Topic
    Properties:
      <<: [*base, *more]
      DisplayName: b
  Q:
    Type: AWS::SNS::Topic
    Properties: {"<<": 1}
"""
    graph = cloudformation.read("t", text=text)
    topic = graph.resources["T"]
    assert topic.properties == {"DisplayName": "b", "TopicName": "t", "KmsMasterKeyId": "k"}
    assert topic.at("KmsMasterKeyId").place.line == 3
    assert graph.resources["Q"].properties == {"<<": 1}


def test_the_stream_of_a_table_has_an_arn_that_policies_can_be_held_against() -> None:
    text = """
Resources:
  T: {Type: AWS::DynamoDB::Table, Properties: {TableName: t, StreamSpecification: {StreamViewType: NEW_IMAGE}}}
  U: {Type: AWS::DynamoDB::Table, Properties: {TableName: u}}
Outputs:
  Of: {Value: !GetAtt T.StreamArn}
  None: {Value: !GetAtt U.StreamArn}
"""
    outputs = cloudformation.read("t", text=text).outputs
    assert str(outputs["Of"].value).startswith("arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2")
    assert outputs["None"].value == Unknown("U has no stream")
