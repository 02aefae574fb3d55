"""What a stack is protected from: changes of exports that others use, updates that its stack policy does not let through."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from keyturn.local.cloud import Cloud
from stacks import create, delete, follow, update


def parameter(name: str, value: Any = "one") -> dict[str, Any]:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Name": name, "Type": "String", "Value": value}}


@pytest.fixture
def client(cloud: Cloud) -> Any:
    return cloud.client("cloudformation")


def refused(call: Any, /, **settings: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**settings)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    message: str = caught.value.response["Error"]["Message"]
    return message


def exporting(name: str | None = "shared", value: str = "/one") -> dict[str, Any]:
    output = {"Out": {"Value": {"Ref": "It"}, "Export": {"Name": name}}} if name else {}
    return {"Resources": {"It": parameter(value)}, **({"Outputs": output} if output else {})}


IMPORTING = {"Resources": {"Uses": parameter("/uses", {"Fn::ImportValue": "shared"})}}


class TestAnExportInUse:
    @pytest.fixture(autouse=True)
    def used(self, client: Any) -> None:
        create(client, exporting(), "first")
        create(client, IMPORTING, "second")

    def test_is_listed(self, client: Any) -> None:
        assert client.list_imports(ExportName="shared")["Imports"] == ["second"]
        assert refused(client.list_imports, ExportName="other") == "Export 'other' is not imported by any stack."

    def test_is_not_changed(self, cloud: Cloud, client: Any) -> None:
        stack = update(client, exporting(value="/two"), "first")
        assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
        assert ("first", "UPDATE_ROLLBACK_IN_PROGRESS", "Cannot update export shared as it is in use by second.") in (
            stack.events
        )
        assert stack.outputs == {"Out": "/one"}
        assert [each["Name"] for each in cloud.client("ssm").describe_parameters()["Parameters"]] == ["/one", "/uses"]

    def test_is_not_removed(self, client: Any) -> None:
        stack = update(client, exporting(None), "first")
        assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
        assert "Cannot delete export shared as it is in use by second." in {reason for _, _, reason in stack.events}

    def test_keeps_its_stack(self, client: Any) -> None:
        kept = delete(client, "first")
        assert kept.status == "CREATE_COMPLETE"
        assert kept.events[-1][2] == "Delete canceled. Cannot delete export shared as it is in use by second."

    def test_is_free_when_the_other_stack_does_not_use_it_any_more(self, client: Any) -> None:
        update(client, {"Resources": {"Uses": parameter("/uses", "none")}}, "second")
        assert update(client, exporting(value="/two"), "first").status == "UPDATE_COMPLETE"
        assert delete(client, "first").status == "DELETE_COMPLETE"

    def test_stays_in_use_when_the_update_of_the_other_stack_fails(self, client: Any) -> None:
        broken = {
            "Type": "AWS::SNS::Subscription",
            "Properties": {"TopicArn": "none", "Protocol": "email", "Endpoint": "e"},
        }
        other = {"Resources": {"Uses": parameter("/uses", "none"), "Broken": broken}}
        assert update(client, other, "second").status == "UPDATE_ROLLBACK_COMPLETE"
        assert client.list_imports(ExportName="shared")["Imports"] == ["second"]


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Statement": [{"Principal": "*", "Resource": "*", **each} for each in statements]})


ALL = {"Effect": "Allow", "Action": "Update:*"}


class TestAStackPolicy:
    @pytest.mark.parametrize(
        ("statements", "after", "denied"),
        [
            ([ALL, {"Effect": "Deny", "Action": "Update:*", "Resource": "LogicalResourceId/It"}], parameter("/a", "two"), "#2 Modify"),
            ([ALL, {"Effect": "Deny", "Action": "Update:Replace"}], parameter("/a", "two"), None),
            ([ALL, {"Effect": "Deny", "Action": "Update:Replace"}], parameter("/b"), "#2 Replace"),
            ([ALL, {"Effect": "Deny", "Action": ["Update:Delete"]}], None, "#2 Delete"),
            ([{"Effect": "Allow", "Action": "Update:*", "Resource": "LogicalResourceId/Other*"}], parameter("/a", "two"), "Modify"),
            (
                [ALL, {"Effect": "Deny", "Action": "Update:*", "Condition": {"StringEquals": {"ResourceType": ["AWS::SSM::Parameter"]}}}],
                parameter("/a", "two"),
                "#2 Modify",
            ),
            (
                [ALL, {"Effect": "Deny", "Action": "Update:*", "Condition": {"StringLike": {"ResourceType": "AWS::RDS::*"}}}],
                parameter("/a", "two"),
                None,
            ),
        ],
    )  # fmt: skip
    def test_decides_what_an_update_may_do(
        self, client: Any, statements: list[dict[str, Any]], after: Any, denied: str | None
    ) -> None:
        other = {"Other": parameter("/other")}
        create(client, {"Resources": {"It": parameter("/a"), **other}}, StackPolicyBody=policy(*statements))
        stack = update(client, {"Resources": other if after is None else {"It": after, **other}})
        if denied is None:
            assert stack.status == "UPDATE_COMPLETE", stack.failures
            return
        number, _, action = denied.rpartition(" ")
        told = (
            f"Action denied by stack policy: Statement [{number}] does not allow [Update:{action}]"
            if number
            else f"Action not allowed by stack policy: no statement allows [Update:{action}]"
        )
        assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
        assert stack.failures["It"].startswith(f"{told} for resource [LogicalResourceId/It];"[: len(told)])

    def test_is_told_and_replaced(self, client: Any) -> None:
        create(client, {"Resources": {"It": parameter("/a")}})
        assert "StackPolicyBody" not in client.get_stack_policy(StackName="tested")
        client.set_stack_policy(StackName="tested", StackPolicyBody=policy(ALL))
        assert client.get_stack_policy(StackName="tested")["StackPolicyBody"] == policy(ALL)

    def test_can_be_set_aside_for_one_update(self, client: Any) -> None:
        none = policy({"Effect": "Deny", "Action": "Update:*"})
        create(client, {"Resources": {"It": parameter("/a")}}, StackPolicyBody=none)
        after = {"Resources": {"It": parameter("/a", "two")}}
        assert update(client, after, StackPolicyDuringUpdateBody=policy(ALL)).status == "UPDATE_COMPLETE"
        assert update(client, {"Resources": {"It": parameter("/a")}}).status == "UPDATE_ROLLBACK_COMPLETE"

    @pytest.mark.parametrize(
        "text",
        [
            "{",
            "[]",
            "{}",
            policy({"Effect": "Maybe", "Action": "Update:*"}),
            policy({"Effect": "Allow", "Action": "Delete"}),
        ],
    )
    def test_that_is_none_is_refused(self, client: Any, text: str) -> None:
        create(client, {"Resources": {"It": parameter("/a")}})
        told = refused(client.set_stack_policy, StackName="tested", StackPolicyBody=text)
        assert told == "Error validating stack policy: Invalid stack policy"


class TestAChangeSet:
    def test_imports_nothing(self, client: Any) -> None:
        with pytest.raises(ClientError, match="the local AWS does not import resources into stacks"):
            client.create_change_set(
                StackName="tested", ChangeSetName="c", ChangeSetType="IMPORT", TemplateBody=json.dumps(exporting())
            )

    def test_would_import_what_stands_and_is_made_all_the_same(self, client: Any) -> None:
        """As the CDK CLI asks for its bootstrap: where nothing of that name stands, there is nothing to import."""
        client.create_change_set(
            StackName="tested",
            ChangeSetName="c",
            ChangeSetType="CREATE",
            ImportExistingResources=True,
            TemplateBody=json.dumps(exporting()),
        )
        client.execute_change_set(StackName="tested", ChangeSetName="c")
        assert follow(client, "tested").status == "CREATE_COMPLETE"

    def test_of_a_name_is_there_once(self, client: Any) -> None:
        create(client, exporting())
        settings = {"StackName": "tested", "ChangeSetName": "c", "TemplateBody": json.dumps(exporting(value="/b"))}
        client.create_change_set(**settings)
        with pytest.raises(ClientError, match="AlreadyExistsException"):
            client.create_change_set(**settings)

    def test_is_not_made_for_a_stack_that_can_only_be_deleted(self, client: Any) -> None:
        broken = {
            "Type": "AWS::SNS::Subscription",
            "Properties": {"TopicArn": "n", "Protocol": "email", "Endpoint": "e"},
        }
        assert create(client, {"Resources": {"It": broken}}).status == "ROLLBACK_COMPLETE"
        told = refused(
            client.create_change_set, StackName="tested", ChangeSetName="c", TemplateBody=json.dumps(exporting())
        )
        assert told.endswith("is in ROLLBACK_COMPLETE state and can not be updated.")


def test_resources_are_retained_only_by_a_deletion_that_has_failed(cloud: Cloud, client: Any) -> None:
    create(client, {"Resources": {"It": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "filled"}}}})
    told = refused(client.delete_stack, StackName="tested", RetainResources=["It"])
    assert told == "Resources to retain can be given for a stack in DELETE_FAILED only; tested is in CREATE_COMPLETE."
    cloud.client("s3").put_object(Bucket="filled", Key="key", Body=b"")
    assert delete(client).status == "DELETE_FAILED"
    client.delete_stack(StackName="tested", RetainResources=["It"])
