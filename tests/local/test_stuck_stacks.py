"""Stacks that have failed and stay so until somebody goes on with them: rolled back, continued, tried again, called off."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError

from keyturn.graph import Resource
from keyturn.local.cloud import Cloud
from keyturn.local.cloudformation.builder import Builder
from stacks import Followed, create, delete, follow, update

BROKEN = {
    "Type": "AWS::Lambda::Permission",
    "DependsOn": ["Group"],
    "Properties": {"FunctionName": "missing", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"},
}
"""A resource that Lambda refuses: there is no such function."""


def group(days: int, name: str = "/group") -> dict[str, Any]:
    return {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": name, "RetentionInDays": days}}


def resources(**named: Any) -> dict[str, Any]:
    return {"Resources": named}


@pytest.fixture
def client(cloud: Cloud) -> Any:
    return cloud.client("cloudformation")


def retention(cloud: Cloud, name: str = "/group") -> int | None:
    found = cloud.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    days: int | None = found[0]["retentionInDays"] if found else None
    return days


def failed_update(client: Any) -> Followed:
    create(client, resources(Group=group(1)))
    return update(client, resources(Group=group(3), Broken=BROKEN), DisableRollback=True)


def refused(call: Any, /, **settings: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**settings)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    message: str = caught.value.response["Error"]["Message"]
    return message


class TestAnUpdateThatIsNotRolledBack:
    def test_stays_as_far_as_it_got(self, cloud: Cloud, client: Any) -> None:
        stack = failed_update(client)
        assert stack.status == "UPDATE_FAILED"
        assert stack.events[-1][2] == "The following resource(s) failed to create: [Broken]. "
        assert retention(cloud) == 3

    def test_can_be_rolled_back(self, cloud: Cloud, client: Any) -> None:
        failed_update(client)
        client.rollback_stack(StackName="tested")
        stack = follow(client, "tested")
        assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
        assert retention(cloud) == 1
        assert update(client, resources(Group=group(5))).status == "UPDATE_COMPLETE"

    def test_can_be_tried_again(self, cloud: Cloud, client: Any) -> None:
        failed_update(client)
        fixed = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": "v"}}
        stack = update(client, resources(Group=group(3), Broken=fixed))
        assert stack.status == "UPDATE_COMPLETE", stack.failures
        held = client.describe_stack_resource(StackName="tested", LogicalResourceId="Broken")["StackResourceDetail"]
        assert held["ResourceStatus"] == "CREATE_COMPLETE"

    def test_that_fails_again_goes_back_to_what_stood(self, cloud: Cloud, client: Any) -> None:
        failed_update(client)
        assert update(client, resources(Group=group(5), Broken=BROKEN)).status == "UPDATE_ROLLBACK_COMPLETE"
        assert retention(cloud) == 1

    def test_can_be_deleted_with_what_it_had_replaced(self, cloud: Cloud, client: Any) -> None:
        create(client, resources(Group=group(1)))
        update(client, resources(Group=group(1, "/other"), Broken=BROKEN), DisableRollback=True)
        assert delete(client).status == "DELETE_COMPLETE"
        assert cloud.client("logs").describe_log_groups()["logGroups"] == []


class TestARollbackThatFails:
    @pytest.fixture(autouse=True)
    def stuck(self, cloud: Cloud, client: Any) -> None:
        failed_update(client)
        cloud.client("logs").delete_log_group(logGroupName="/group")
        client.rollback_stack(StackName="tested")
        stack = follow(client, "tested")
        assert stack.status == "UPDATE_ROLLBACK_FAILED"
        assert stack.events[-1][2] == "The following resource(s) failed to update: [Group]. "

    def test_leaves_a_stack_that_cannot_be_updated(self, client: Any) -> None:
        told = refused(client.update_stack, StackName="tested", UsePreviousTemplate=True)
        assert told.endswith("is in UPDATE_ROLLBACK_FAILED state and can not be updated.")
        told = refused(client.create_change_set, StackName="tested", ChangeSetName="other", UsePreviousTemplate=True)
        assert told.endswith("is in UPDATE_ROLLBACK_FAILED state and can not be updated.")

    def test_can_be_gone_on_with_when_the_cause_is_gone(self, cloud: Cloud, client: Any) -> None:
        client.continue_update_rollback(StackName="tested")
        assert follow(client, "tested").status == "UPDATE_ROLLBACK_FAILED"
        cloud.client("logs").create_log_group(logGroupName="/group")
        client.continue_update_rollback(StackName="tested")
        assert follow(client, "tested").status == "UPDATE_ROLLBACK_COMPLETE"
        assert retention(cloud) == 1

    def test_can_be_gone_on_with_without_what_failed(self, client: Any) -> None:
        told = refused(client.continue_update_rollback, StackName="tested", ResourcesToSkip=["Broken"])
        assert told == "The resources to skip must have failed to be rolled back; [Broken] have not."
        client.continue_update_rollback(StackName="tested", ResourcesToSkip=["Group"])
        assert follow(client, "tested").status == "UPDATE_ROLLBACK_COMPLETE"

    def test_can_be_deleted(self, client: Any) -> None:
        assert delete(client).status == "DELETE_COMPLETE"


class TestACreationThatIsNotRolledBack:
    def test_can_be_rolled_back(self, cloud: Cloud, client: Any) -> None:
        assert create(client, resources(Group=group(1), Broken=BROKEN), DisableRollback=True).status == "CREATE_FAILED"
        client.rollback_stack(StackName="tested")
        assert follow(client, "tested").status == "ROLLBACK_COMPLETE"
        assert retention(cloud) is None

    def test_can_be_tried_again(self, client: Any) -> None:
        create(client, resources(Group=group(1), Broken=BROKEN), DisableRollback=True)
        assert update(client, resources(Group=group(1))).status == "UPDATE_COMPLETE"


class TestAnUpdate:
    def test_is_called_off(self, cloud: Cloud, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        create(client, resources(Group=group(1)))
        reached, called_off, really = threading.Event(), threading.Event(), Builder.create

        def waits(self: Builder, resource: Resource) -> bool:
            reached.set()
            called_off.wait(60)
            return really(self, resource)

        monkeypatch.setattr(Builder, "create", waits)
        others = {f"Other{number}": dict(group(1, f"/{number}"), DependsOn=["Group"]) for number in range(2)}
        identity = client.update_stack(
            StackName="tested", TemplateBody=json.dumps(resources(Group=group(3), **others))
        )["StackId"]
        assert reached.wait(60)
        client.cancel_update_stack(StackName="tested")
        called_off.set()
        stack = follow(client, identity)
        assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
        assert "Other1" not in {name for name, _, _ in stack.events}
        assert [each["logGroupName"] for each in cloud.client("logs").describe_log_groups()["logGroups"]] == ["/group"]
        assert retention(cloud) == 1

    def test_that_is_over_cannot_be_called_off(self, client: Any) -> None:
        create(client, resources(Group=group(1)))
        told = refused(client.cancel_update_stack, StackName="tested")
        assert told == "CancelUpdateStack cannot be called from current stack status"


def test_a_stack_that_stands_is_not_rolled_back(client: Any) -> None:
    create(client, resources(Group=group(1)))
    assert refused(client.rollback_stack, StackName="tested").endswith(
        "is in CREATE_COMPLETE state and can not be rolled back."
    )
    assert refused(client.continue_update_rollback, StackName="tested").endswith(
        "is in CREATE_COMPLETE state and can not continue a rollback."
    )


def test_what_a_rollback_cannot_remove_does_not_stop_it(cloud: Cloud, client: Any) -> None:
    """As on AWS: it is left behind, and the event says so."""
    create(client, resources(Group=group(1)))
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "filled"}}
    broken = dict(BROKEN, DependsOn=["Bucket"])
    update(client, resources(Group=group(1), Bucket=bucket, Broken=broken), DisableRollback=True)
    cloud.client("s3").put_object(Bucket="filled", Key="key", Body=b"")
    client.rollback_stack(StackName="tested")
    stack = follow(client, "tested")
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "is not empty" in stack.failures["Bucket"]
