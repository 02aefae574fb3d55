"""Templates that get more than they say: from other files, and from macros."""

from __future__ import annotations

import pytest

from keyturn.check import run
from keyturn.checks import named
from keyturn.graph import Graph, Unknown
from keyturn.read import Options, Unreadable, cloudformation

INCLUDE = "{Name: AWS::Include, Parameters: {Location: s3://shared/part.yaml}}"
MAY = Unknown("the transform `AWS::Include` may make it at deployment")


def template(text: str) -> Graph:
    return cloudformation.read("t.yaml", Options(), text=text)


def test_what_a_section_gets_from_elsewhere_is_unknown() -> None:
    graph = template(
        f"""
Parameters:
  Fn::Transform: {INCLUDE}
Mappings:
  Fn::Transform: {INCLUDE}
Conditions:
  Fn::Transform: {INCLUDE}
  Other: !Equals [!FindInMap [Theirs, a, b], c]
Resources:
  Fn::Transform: {INCLUDE}
  Queue:
    Type: AWS::SQS::Queue
    DependsOn: [Theirs, Topic]
    Properties:
      QueueName: !Ref Theirs
      KmsMasterKeyId: !GetAtt Theirs.Arn
      Tags: [{{Key: a, Value: !Sub "${{Theirs}}-${{Theirs.Arn}}"}}]
  Topic: {{Type: AWS::SNS::Topic, Condition: Theirs}}
Outputs:
  Fn::Transform: {INCLUDE}
  Name: {{Value: !Ref Theirs}}
"""
    )
    queue = graph.resources["Queue"]
    assert [queue.get("QueueName"), queue.get("KmsMasterKeyId"), queue.get("Tags", 0, "Value")] == [MAY] * 3
    assert (queue.depends_on, graph.outputs["Name"].value) == (("Topic",), MAY)
    assert [(remark.place.line, remark.text) for remark in graph.remarks] == [
        *(
            (line, "the transform `AWS::Include` puts something in here, which is not looked at")
            for line in (3, 5, 7, 10, 20)
        ),
        (
            18,
            "whether `Topic` is made is unknown: the transform `AWS::Include` may make it at deployment; it is taken to be",
        ),
    ]


def test_a_resource_that_a_transform_makes_is_left_out() -> None:
    graph = template(
        f"""
Resources:
  One: {{Fn::Transform: {INCLUDE}}}
  Two: {{Type: AWS::RDS::DBInstance, Fn::Transform: {INCLUDE}}}
  Three: {{Type: AWS::RDS::DBInstance, Properties: {{Engine: mysql, Fn::Transform: {INCLUDE}}}}}
  Four: {{Type: AWS::SNS::Topic, Properties: {{DisplayName: !Ref Three}}}}
"""
    )
    assert list(graph.resources) == ["Four"]
    assert graph.resources["Four"].get("DisplayName") == MAY
    assert [remark.place.line for remark in graph.remarks] == [3, 4, 5]


@pytest.mark.parametrize("transform", ["MyMacro", INCLUDE])
def test_a_macro_may_declare_what_is_named(transform: str) -> None:
    graph = template(
        f"Transform: {transform}\nResources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Ref Made}}}}}}"
    )
    name = graph.resources["Q"].get("QueueName")
    assert isinstance(name, Unknown)
    assert name.because.endswith("may make it at deployment")


def test_a_macro_may_have_functions_of_its_own() -> None:
    graph = template("Transform: Mine\nResources: {Q: {Type: AWS::SQS::Queue, Properties: {QueueName: {Fn::Mine: x}}}}")
    assert graph.resources["Q"].get("QueueName") == {"Fn::Mine": "x"}


@pytest.mark.parametrize("transform", ["AWS::LanguageExtensions", "AWS::SecretsManager-2024-09-16"])
def test_transforms_that_declare_nothing_of_that_leave_it_a_fault(transform: str) -> None:
    with pytest.raises(Unreadable, match="which is not declared"):
        template(
            f"Transform: {transform}\nResources: {{Q: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !Ref Made}}}}}}"
        )


@pytest.mark.parametrize(
    ("more", "found", "left_open"),
    [("", 1, 0), (f"  Fn::Transform: {INCLUDE}\n", 0, 1), (f"Transform: {INCLUDE}\n", 0, 1)],
)
def test_what_is_included_may_complete_what_is_declared(more: str, found: int, left_open: int) -> None:
    graph = template(
        f"""
Resources:
  Secret: {{Type: AWS::SecretsManager::Secret, Properties: {{GenerateSecretString: {{}}}}}}
  Rotation:
    Type: AWS::Lambda::Function
    Properties: {{Runtime: python3.13, Handler: a.b, Role: !Sub "arn:aws:iam::${{AWS::AccountId}}:role/r", Code: {{S3Bucket: b, S3Key: k}}}}
  Schedule:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: {{SecretId: !Ref Secret, RotationLambdaARN: !GetAtt Rotation.Arn, RotationRules: {{AutomaticallyAfterDays: 30}}}}
{more}"""
    )
    check = named("rotation-permission-missing")
    assert check
    result = run((check,), graph)
    assert (len(result.findings), len(result.undecided)) == (found, left_open)
