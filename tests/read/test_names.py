"""The table of names is held against the provider's own schema."""

from __future__ import annotations

import importlib
import inspect
import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from pulumi import _types

from keyturn.facts.resource_types import kinds, types
from keyturn.graph import Unknown, Value
from keyturn.read import names
from keyturn.read.convert import rule_for
from keyturn.read.identity import identify, shape_of
from keyturn.read.names import snake
from keyturn.read.names.kind import Ignored, Kind, Object, Objects, Rule, Spread
from keyturn.read.pulumi.sparing import sparing
from keyturn.read.world import World

TERRAFORM_ONLY = {
    ("aws_lambda_function", "function_name"),
    ("aws_lambda_function", "filename"),
    ("aws_lambda_permission", "function_name"),
    ("aws_sns_topic_subscription", "topic_arn"),
    ("aws_cloudwatch_metric_alarm", "alarm_name"),
    ("aws_cloudwatch_log_subscription_filter", "log_group_name"),
}
"""Names that Pulumi renames or leaves out."""

IDS = [f"{kind.terraform} {dict(kind.when) or kind.given or ''}".strip() for kind in names.KINDS]


def of_pulumi(kind: Kind) -> tuple[Any, Any]:
    """The resource's class and that of its arguments."""
    sparing()
    package, module, name = kind.pulumi.split(":")
    service, file = module.split("/")
    path = f"pulumi_{package}.{'lambda_' if service == 'lambda' else service}.{snake(file)}"
    resource = getattr(importlib.import_module(path), name)
    return resource, importlib.import_module(path).__dict__[resource.__init__.__globals__["__all__"][0]]


@pytest.mark.parametrize("kind", names.KINDS, ids=IDS)
def test_the_provider_has_the_type_and_its_properties(kind: Kind) -> None:
    resource, arguments = of_pulumi(kind)
    assert resource.pulumi_type == kind.pulumi
    assert list(unknown(kind.terraform, kind.properties, arguments)) == []


OTHERWISE = {
    ("aws_cloudformation_stack", "TemplateURL"): "its template may stand in the program",
    ("aws_dynamodb_table", "KeySchema"): "only one that is restored has none",
    ("aws_flow_log", "ResourceId"): "there is a kind for each of what it may be of; of others it is left out",
    ("aws_lambda_function", "Code"): "AWS refuses one without",
    ("aws_route_table_association", "SubnetId"): "that of a gateway is told of",
    ("aws_ses_receipt_rule", "Rule"): "it is put together from arguments",
    ("aws_ssm_parameter", "Value"): "AWS refuses one without",
    ("aws_wafv2_web_acl", "DefaultAction"): "it is told of as not mapped",
    ("aws_wafv2_web_acl", "VisibilityConfig"): "it is told of as not mapped",
}
"""What CloudFormation requires, the provider does not, and the table does not give; why nobody is told that it is missing for nothing."""


@pytest.mark.parametrize(
    "kind", [kind for kind in names.KINDS if kind.type in types()], ids=lambda kind: kind.terraform
)
def test_what_only_cloudformation_requires_is_given(kind: Kind) -> None:
    """Else a program that deploys would be told of as refused."""
    _, arguments = of_pulumi(kind)
    parameters = inspect.signature(arguments.__init__).parameters
    required = {name for name, each in parameters.items() if each.default is each.empty}
    for need in kinds(kind.type)[""].needs:
        made_of = {name: str(getattr(rule, "to", rule)).partition(".")[0] for name, rule in kind.properties.items()}
        from_ = [name for name, made in made_of.items() if made == need]
        asked = any(rule_for({name: ""}, each) is not None for name in from_ for each in required)
        assert asked or need in kind.absent or need in kind.fixed or (kind.terraform, need) in OTHERWISE


@pytest.mark.parametrize("kind", names.KINDS, ids=IDS)
def test_the_provider_tells_what_the_table_says_it_does(kind: Kind) -> None:
    resource, _ = of_pulumi(kind)
    told = {*_types.resource_py_to_pulumi_names(resource), "id"}
    for output in kind.outputs:
        assert (
            any(rule_for({output: ""}, name) is not None for name in told) or (kind.terraform, output) in TERRAFORM_ONLY
        )


@pytest.mark.parametrize("kind", names.KINDS, ids=IDS)
def test_what_is_referred_to_has_an_identity(kind: Kind) -> None:
    assert kind.part is not None or shape_of(kind.type) is not None


def unknown(where: str, rules: Mapping[str, Rule], arguments: Any) -> Iterator[tuple[str, str]]:
    """The names in a table that the provider's arguments do not have."""
    known = {snake(name): type_ for name, type_ in _types.input_type_types(arguments).items()}
    for name, rule in rules.items():
        if (where, name) in TERRAFORM_ONLY or isinstance(rule, Ignored):
            continue
        found = next((candidate for candidate in known if rule_for({name: ""}, candidate) is not None), None)
        if found is None:
            yield where, name
        elif isinstance(rule, Object | Objects | Spread):
            inner = rule.properties if not isinstance(rule, Spread) else {**rule.properties, **rule.peers}
            yield from unknown(f"{where}.{name}", inner, _one(known[found]))


def _one(type_: Any) -> Any:
    """The arguments' type in an optional, awaitable or list of them."""
    type_ = _types.unwrap_type(type_)
    return _types.unwrap_type(get_args(type_)[0]) if get_args(type_) else type_


def test_a_type_that_is_several_is_told_by_its_properties() -> None:
    rule = names.kind("aws_security_group_rule", {"type": "egress"})
    assert rule is not None
    assert rule.type == "AWS::EC2::SecurityGroupEgress"
    log = names.kind("aws:ec2/flowLog:FlowLog", {"subnetId": "subnet-1"})
    assert log is not None
    assert log.fixed == {"ResourceType": "Subnet"}


def test_a_type_that_is_not_in_the_table() -> None:
    assert names.kind("aws_appconfig_application", {}) is None


def test_the_page_of_names_is_up_to_date() -> None:
    root = Path(__file__).resolve().parents[2]
    writer = runpy.run_path(str(root / "tools" / "write_names.py"))
    assert (root / "docs" / "names.md").read_text() == writer["page"](), "run tools/write_names.py"


def test_a_name_of_which_the_beginning_is_said_begins_so() -> None:
    unknown = Unknown("known after it is made")
    nameless: tuple[Mapping[str, Value], ...] = ({}, {"QueueName": unknown})
    for named in nameless:
        known = identify("Orders", "AWS::SQS::Queue", named, World(), begins="orders-")
        assert str(known.arn).startswith("arn:aws:sqs:us-east-1:123456789012:orders-")
    assert isinstance(identify("Orders", "AWS::SQS::Queue", {}, World(), begins=unknown).arn, Unknown)


def test_cloudformation_has_what_the_page_says_it_is_called() -> None:
    whole, said = False, []
    type_ = ""
    for line in (Path(__file__).resolve().parents[2] / "docs" / "names.md").read_text().splitlines():
        if line.startswith("### "):
            type_ = line.removeprefix("### ")
        elif line.startswith("`aws_"):
            whole = "put into" not in line  # What is put into others is named from there.
        elif line.startswith("| ") and whole:
            said += [(type_, each.strip()) for each in line.split("|")[1].split(",")]
    names = [
        (type_, path) for type_, path in said if path[:1].isalpha() and "::" not in path and path != "CloudFormation"
    ]
    assert len(names) > 1000
    assert [each for each in names if not has(*each)] == []


def has(type_: str, path: str) -> bool:
    known = kinds(type_)
    kind = known[""]
    for step in path.split("."):
        if step not in kind.of:
            return False
        if (inner := known.get(kind.of[step].removeprefix("["))) is None or not kind.of[step]:
            return True
        kind = inner
    return True
