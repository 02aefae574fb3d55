"""Values that a template does not allow are refused in CloudFormation's words, before anything is begun."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from keyturn.local.cloud import Cloud


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with Cloud.start(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud.client("cloudformation")


def refused(client: Any, template: dict[str, Any], *given: dict[str, Any]) -> str:
    with pytest.raises(ClientError) as caught:
        client.create_stack(StackName="tested", TemplateBody=json.dumps(template), Parameters=list(given))
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert client.list_stacks()["StackSummaries"] == []
    message: str = caught.value.response["Error"]["Message"]
    return message


QUEUE = {"Q": {"Type": "AWS::SQS::Queue"}}


@pytest.mark.parametrize(
    ("declared", "value", "told"),
    [
        ({"AllowedValues": ["a", "b"]}, "c", "Parameter 'P' must be one of AllowedValues"),
        (
            {"Type": "CommaDelimitedList", "AllowedValues": ["a", "b"]},
            "a,c",
            "Parameter 'P' must be one of AllowedValues",
        ),
        ({"AllowedPattern": "[a-z]+"}, "A1", "Parameter 'P' must match pattern [a-z]+"),
        ({"MinLength": 3}, "ab", "Parameter 'P' must contain at least 3 characters"),
        ({"MaxLength": "1"}, "ab", "Parameter 'P' must contain at most 1 characters"),
        ({"Type": "Number"}, "x", "Parameter 'P' must be a number"),
        ({"Type": "Number", "MinValue": 2}, "1", "Parameter 'P' must be a number not less than 2"),
        ({"Type": "Number", "MaxValue": 2}, "3", "Parameter 'P' must be a number not greater than 2"),
        (
            {"AllowedPattern": "[a-z]+", "ConstraintDescription": "lower case only"},
            "A",
            "Parameter P failed to satisfy constraint: lower case only",
        ),
    ],
)
def test_a_value_that_is_not_allowed(client: Any, declared: dict[str, Any], value: str, told: str) -> None:
    template = {"Parameters": {"P": {"Type": "String", **declared}}, "Resources": QUEUE}
    assert refused(client, template, {"ParameterKey": "P", "ParameterValue": value}) == told


def test_a_secret_value_is_not_told(client: Any) -> None:
    template = {"Parameters": {"P": {"Type": "String", "NoEcho": True, "AllowedPattern": "[a-z]+"}}, "Resources": QUEUE}
    assert "HUSH" not in refused(client, template, {"ParameterKey": "P", "ParameterValue": "HUSH"})


def test_a_value_that_is_missing_or_not_asked_for(client: Any) -> None:
    template = {"Parameters": {"P": {"Type": "String"}}, "Resources": QUEUE}
    assert refused(client, template) == "Parameters: [P] must have values"
    given = ({"ParameterKey": name, "ParameterValue": "v"} for name in "PX")
    assert refused(client, template, *given) == "Parameters: [X] do not exist in the template"


def test_a_section_that_there_is_not(client: Any) -> None:
    assert (
        refused(client, {"Resources": QUEUE, "Resourcez": {}}) == "Invalid template property or properties [Resourcez]"
    )
