"""Stacks within stacks."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from keyturn.local.cloud import Cloud
from stacks import create, delete, update

URL = "https://templates.s3.amazonaws.com/inner.json"
INNER = {
    "Parameters": {"Name": {"Type": "String"}},
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}},
    "Outputs": {"Address": {"Value": {"Ref": "Queue"}}},
}
OUTER = {
    "Resources": {
        "Inner": {
            "Type": "AWS::CloudFormation::Stack",
            "Properties": {"TemplateURL": URL, "Parameters": {"Name": "orders"}},
        },
        "Address": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Type": "String", "Value": {"Fn::GetAtt": ["Inner", "Outputs.Address"]}},
        },
    },
    "Outputs": {
        "Address": {"Value": {"Fn::GetAtt": ["Inner", "Outputs.Address"]}},
        "Inner": {"Value": {"Ref": "Inner"}},
    },
}


@pytest.fixture
def client(cloud: Cloud) -> Any:
    cloud.client("s3").create_bucket(Bucket="templates")
    put(cloud, INNER)
    return cloud.client("cloudformation")


def put(cloud: Cloud, template: dict[str, Any]) -> None:
    cloud.client("s3").put_object(Bucket="templates", Key="inner.json", Body=json.dumps(template))


def names(client: Any) -> list[str]:
    return [each["StackName"].rpartition("-")[0] or each["StackName"] for each in client.describe_stacks()["Stacks"]]


def test_are_made_and_removed_with_the_one_they_are_in(cloud: Cloud, client: Any) -> None:
    outer = create(client, OUTER)
    assert outer.status == "CREATE_COMPLETE", outer.failures
    assert outer.outputs["Address"].endswith("/orders")
    inner = client.describe_stacks(StackName=outer.outputs["Inner"])["Stacks"][0]
    assert inner["ParentId"] == outer.id
    assert inner["StackName"].startswith("tested-Inner-")
    assert delete(client).status == "DELETE_COMPLETE"
    assert client.describe_stacks()["Stacks"] == []
    assert "QueueUrls" not in cloud.client("sqs").list_queues()


def test_that_fail_fail_the_one_they_are_in(cloud: Cloud, client: Any) -> None:
    bad = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "not a name"}}
    put(cloud, {**INNER, "Resources": {**INNER["Resources"], "Bad": bad}})  # type: ignore[dict-item]
    outer = create(client, OUTER)
    assert outer.status == "ROLLBACK_COMPLETE"
    reason = outer.failures["Inner"]
    assert reason.startswith("Embedded stack arn:aws:cloudformation:")
    assert "was not successfully created: The following resource(s) failed to create: [Bad]." in reason
    assert names(client) == ["tested"]
    assert "QueueUrls" not in cloud.client("sqs").list_queues()


def test_are_updated_also_when_only_their_template_has_changed(cloud: Cloud, client: Any) -> None:
    create(client, OUTER)
    put(cloud, {**INNER, "Outputs": {"Address": {"Value": "elsewhere"}}})
    changed = update(client, {**OUTER, "Description": "again"})
    assert changed.status == "UPDATE_COMPLETE", changed.failures
    assert changed.outputs["Address"] == "elsewhere"
    assert cloud.client("ssm").get_parameter(Name=_physical(client, "Address"))["Parameter"]["Value"] == "elsewhere"


def _physical(client: Any, logical: str) -> str:
    detail = client.describe_stack_resource(StackName="tested", LogicalResourceId=logical)["StackResourceDetail"]
    found: str = detail["PhysicalResourceId"]
    return found


def test_need_the_leave_that_the_one_they_are_in_was_given(cloud: Cloud, client: Any) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    role = {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "app", "AssumeRolePolicyDocument": trust}}
    put(cloud, {**INNER, "Resources": {**INNER["Resources"], "Role": role}})  # type: ignore[dict-item]
    outer = create(client, OUTER, Capabilities=[])
    assert outer.status == "ROLLBACK_COMPLETE"
    assert "Requires capabilities : [CAPABILITY_NAMED_IAM]" in outer.failures["Inner"]


def test_whose_template_is_not_there_fail(client: Any) -> None:
    missing = {**OUTER["Resources"]["Inner"], "Properties": {"TemplateURL": URL + ".missing"}}
    outer = create(client, {"Resources": {"Inner": missing}})
    assert outer.status == "ROLLBACK_COMPLETE"
    assert "S3 error" in outer.failures["Inner"]


def test_of_a_stack_that_is_gone_are_gone(client: Any) -> None:
    outer = create(client, OUTER)
    delete(client)
    with pytest.raises(ClientError, match="does not exist"):
        client.describe_stacks(StackName=outer.outputs["Inner"].split("/")[1])
