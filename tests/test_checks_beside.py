"""
A program of several stacks, nested ones or an app's, is checked as one.

What completes a resource (its policies, permissions, routes, attachments …) may be in another stack, and is not missed then; what is
wrong is found all the same. Only in which order two stacks are made is not known from either.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from keyturn.check import Check, Result, Verdict, run
from keyturn.checks import every, named
from keyturn.graph import Graph, Resource
from keyturn.read import Options, read
from keyturn.read.cloudformation import beside_each_other

HERE = Path(__file__).parent
DAY = datetime.date(2026, 11, 24)
ABOUT_ORDER = {
    *("api-account-role-missing", "api-deployment-early", "circular-dependency", "cloudtrail-bucket-denies"),
    *("config-order-refused", "ecs-service-before-listener", "kms-policy-names-role-too-early"),
    *("lambda-permission-missing", "rotation-permission-late", "rotation-secret-incomplete"),
}
"""Checks with faults that are about what is made before what, or that nothing makes two resources wait for each other."""
WITHIN_ONE = {"lambda-log-group-mismatch"}
"""Checks that take only what stands in one stack for meant for each other."""

ROTATION = """Resources:
  Secret: {Type: AWS::SecretsManager::Secret}
  Role:
    Type: AWS::IAM::Role
    Properties: {AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}}}
  Rotate:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.12, Handler: rotate.handle, Role: !GetAtt Role.Arn, Code: {S3Bucket: packages, S3Key: rotate.zip}}
  Admission:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner.yaml, Parameters: {Of: !Ref Rotate}}
  Schedule:
    Type: AWS::SecretsManager::RotationSchedule
    DependsOn: Admission
    Properties: {SecretId: !Ref Secret, RotationLambdaARN: !GetAtt Rotate.Arn, RotationRules: {AutomaticallyAfterDays: 30}}
"""
PERMISSION = """Parameters: {Of: {Type: String}}
Resources:
  Permission:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref Of, Action: lambda:InvokeFunction, Principal: SERVICE, SourceAccount: !Ref AWS::AccountId}
"""

RULE = """Resources:
  Topic: {Type: AWS::SNS::Topic}
  Admission:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner.yaml, Parameters: {Of: !Ref Topic}}
  Rule:
    Type: AWS::Events::Rule
    Properties: {ScheduleExpression: rate(1 hour), Targets: [{Id: topic, Arn: !Ref Topic}]}
"""
TOPIC_POLICY = """Parameters: {Of: {Type: String}}
Resources:
  Policy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Of]
      PolicyDocument:
        Statement: {Effect: Allow, Principal: {Service: SERVICE}, Action: sns:Publish, Resource: !Ref Of}
"""


def examples(pattern: str) -> list[Path]:
    return sorted((HERE / "checks").glob(f"*/{pattern}*.yaml"))


def name_of(path: Path) -> str:
    return str(path.relative_to(HERE))


@pytest.mark.parametrize("path", examples("good"), ids=name_of)
def test_a_good_example_is_good_in_two_stacks(path: Path) -> None:
    (check,) = [named(path.parent.name)]
    assert check
    assert [told for cut in cuts(graph_of(path)) for told in findings((check,), cut)] == []


@pytest.mark.parametrize("path", sorted((HERE / "silent").rglob("*.yaml")), ids=name_of)
def test_what_is_right_is_right_in_two_stacks(path: Path) -> None:
    assert [told for cut in cuts(graph_of(path)) for told in findings(every(), cut)] == []


@pytest.mark.parametrize("path", examples("bad"), ids=name_of)
def test_a_bad_example_is_bad_in_two_stacks(path: Path) -> None:
    check, graph = named(path.parent.name), graph_of(path)
    assert check
    if check.name in ABOUT_ORDER | WITHIN_ONE or not run((check,), graph).findings:
        return
    for cut in cuts(graph):
        results = [run((check,), part) for part in cut]
        assert any(result.findings or result.undecided for result in results), [list(part.resources) for part in cut]


def graph_of(path: Path) -> Graph:
    (graph,) = read(str(path), Options(as_of=DAY))
    return graph


def cuts(graph: Graph) -> Iterator[tuple[Graph, ...]]:
    """A graph as two that are deployed together, with each of its resources in turn in the second; none waits by name for that one."""
    for apart in graph:
        if not any(apart.name in each.depends_on for each in graph):
            rest = [each for each in graph if each is not apart]
            yield beside_each_other(*(part(graph, each, n) for n, each in enumerate((rest, [apart]))))


def part(graph: Graph, resources: list[Resource], number: int) -> Graph:
    return replace(graph, resources={each.name: each for each in resources}, stack=f"stack{number}")


def findings(checks: tuple[Check, ...], graphs: tuple[Graph, ...]) -> list[str]:
    results = (run(checks, graph) for graph in graphs)
    return [told for result in results for told in grave(result, checks)]


def grave(result: Result, checks: tuple[Check, ...]) -> list[str]:
    """What is found; of all checks, only what keeps something from working."""
    every = len(checks) == 1
    return [
        f"{check.name}: {finding.message}"
        for check, finding in result.findings
        if every or (finding.verdict or check.verdict) is not Verdict.WEAK
    ]


def test_a_nested_stack_is_made_when_what_its_parent_makes_it_wait_for_is_there(tmp_path: Path) -> None:
    inner = PERMISSION.replace("SERVICE", "secretsmanager.amazonaws.com")
    assert found(tmp_path, "rotation-permission-late", ROTATION, inner) == []
    racing = ROTATION.replace("    DependsOn: Admission\n", "")
    assert found(tmp_path, "rotation-permission-late", racing, inner) == ["rotation-permission-late"]


def test_what_a_sibling_or_a_parent_makes_is_in_time(tmp_path: Path) -> None:
    inner = """Parameters: {Function: {Type: String}, Secret: {Type: String}}
Resources:
  Schedule:
    Type: AWS::SecretsManager::RotationSchedule
    Properties: {SecretId: !Ref Secret, RotationLambdaARN: !Ref Function, RotationRules: {AutomaticallyAfterDays: 30}}
"""
    parent = (
        ROTATION.partition("  Admission:")[0]
        + """  Permission:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref Rotate, Action: lambda:InvokeFunction, Principal: secretsmanager.amazonaws.com}
  Rotation:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner.yaml, Parameters: {Function: !GetAtt Rotate.Arn, Secret: !Ref Secret}}
"""
    )
    assert found(tmp_path, "rotation-permission-late", parent, inner) == []


def test_of_two_stacks_with_the_same_names_each_means_its_own(tmp_path: Path) -> None:
    function = ROTATION.partition("  Admission:")[0].replace(
        "Properties: {Runtime", "Properties: {FunctionName: rotate, Runtime"
    )
    schedule = ROTATION.partition("  Schedule:")[2].replace("    DependsOn: Admission\n", "")
    permission = "  Permission:" + PERMISSION.partition("  Permission:")[2].replace("!Ref Of", "!Ref Rotate")
    stacks = {"live": "", "test": permission.replace("SERVICE", "secretsmanager.amazonaws.com")}
    for name, more in stacks.items():
        (tmp_path / f"{name}.yaml").write_text(f"{function}{more}  Schedule:{schedule}")
    graphs = [
        *read(str(tmp_path / "live.yaml"), Options(account="111122223333", stack="live")),
        *read(str(tmp_path / "test.yaml"), Options(account="444455556666", stack="test")),
    ]
    check = named("rotation-permission-missing")
    assert check
    told = [len(run((check,), graph).findings) for graph in beside_each_other(*graphs)]
    assert told == [1, 0]


def test_a_name_that_the_parent_gives_is_of_unknown_length_where_aws_chooses_it(tmp_path: Path) -> None:
    parent = """Resources:
  Files: {Type: AWS::S3::Bucket}
  More:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: inner.yaml, Parameters: {Of: !Ref Files}}
"""
    inner = """Parameters: {Of: {Type: String}}
Resources:
  Logs: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub "${Of}-access-logs-of-all-that-is-read-and-written-by-anybody"}}
"""
    assert found(tmp_path, "name-not-accepted", parent, inner) == []
    assert found(tmp_path, "name-not-accepted", parent.replace("!Ref Files", "files-of-ours"), inner) == [
        "name-not-accepted"
    ]


@pytest.mark.parametrize(
    ("check", "parent", "inner", "service"),
    [
        ("rotation-permission-missing", ROTATION, PERMISSION, "secretsmanager.amazonaws.com"),
        ("topic-denies-publisher", RULE, TOPIC_POLICY, "events.amazonaws.com"),
    ],
)
def test_who_is_let_in_by_a_nested_stack(tmp_path: Path, check: str, parent: str, inner: str, service: str) -> None:
    assert found(tmp_path, check, parent, inner.replace("SERVICE", service)) == []
    assert found(tmp_path, check, parent, inner.replace("SERVICE", "backup.amazonaws.com")) == [check]


def found(folder: Path, check: str, parent: str, inner: str) -> list[str]:
    """What a check tells of a parent and its nested stack, undecided things too."""
    (folder / "parent.yaml").write_text(parent)
    (folder / "inner.yaml").write_text(inner)
    it = named(check)
    assert it
    results = [run((it,), graph) for graph in read(str(folder / "parent.yaml"))]
    return [each.name for result in results for each, _ in (*result.findings, *result.undecided)]
