"""CloudFormation: stacks come to stand, fail, change and go as on AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from keyturn.local.cloud import Cloud
from stacks import create, delete, follow, update

PARAMETER = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/tested", "Type": "String", "Value": "one"}}
BROKEN = {
    "Type": "AWS::Lambda::Permission",
    "Properties": {"FunctionName": "missing", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"},
}
"""A resource that Lambda refuses: there is no such function."""


def parameter(name: str, value: Any = "one", **more: Any) -> dict[str, Any]:
    return {"Type": "AWS::SSM::Parameter", "Properties": {"Name": name, "Type": "String", "Value": value}, **more}


def template(**resources: Any) -> dict[str, Any]:
    return {"Resources": resources}


A_TEMPLATE = json.dumps(template(A=parameter("/a")))


@pytest.fixture
def cloudformation(cloud: Cloud) -> Any:
    return cloud.client("cloudformation")


def parameters(cloud: Cloud) -> dict[str, str]:
    """What SSM holds, by name."""
    ssm = cloud.client("ssm")
    names = [each["Name"] for each in ssm.describe_parameters()["Parameters"]]
    return {name: ssm.get_parameter(Name=name)["Parameter"]["Value"] for name in names}


def refused(code: str, call: Any, /, **settings: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**settings)
    assert caught.value.response["Error"]["Code"] == code
    message: str = caught.value.response["Error"]["Message"]
    return message


class TestAStack:
    def test_stands_with_its_outputs(self, cloudformation: Any, cloud: Cloud) -> None:
        stack = create(
            cloudformation,
            {
                "Resources": {
                    "Second": parameter("/second", {"Fn::Join": ["-", ["after", {"Ref": "First"}]]}),
                    "First": parameter("/first", {"Fn::Sub": "${AWS::StackName} in ${AWS::Region}"}),
                },
                "Outputs": {"Value": {"Value": {"Fn::GetAtt": ["Second", "Value"]}}},
            },
        )
        assert stack.status == "CREATE_COMPLETE"
        assert stack.outputs == {"Value": "after-/first"}
        assert parameters(cloud) == {"/first": "tested in us-east-1", "/second": "after-/first"}

    def test_tells_each_step(self, cloudformation: Any) -> None:
        stack = create(cloudformation, template(First=parameter("/first")))
        assert stack.events == [
            ("tested", "CREATE_IN_PROGRESS", "User Initiated"),
            ("First", "CREATE_IN_PROGRESS", ""),
            ("First", "CREATE_IN_PROGRESS", "Resource creation Initiated"),
            ("First", "CREATE_COMPLETE", ""),
            ("tested", "CREATE_COMPLETE", ""),
        ]

    def test_is_begun_and_not_waited_for(self, cloudformation: Any) -> None:
        body = json.dumps(template(**{f"P{number}": parameter(f"/p/{number}") for number in range(50)}))
        cloudformation.create_stack(StackName="tested", TemplateBody=body)
        assert cloudformation.describe_stacks(StackName="tested")["Stacks"][0]["StackStatus"] == "CREATE_IN_PROGRESS"

    def test_keeps_to_declared_dependencies(self, cloudformation: Any) -> None:
        stack = create(cloudformation, template(A=parameter("/a", DependsOn="B"), B=parameter("/b")))
        done = [name for name, status, _ in stack.events if status == "CREATE_COMPLETE"]
        assert done == ["B", "A", "tested"]

    def test_takes_parameters_conditions_and_mappings(self, cloudformation: Any, cloud: Cloud) -> None:
        body = {
            "Parameters": {
                "Stage": {"Type": "String", "AllowedValues": ["dev", "prod"]},
                "Size": {"Type": "Number", "Default": 3},
            },
            "Mappings": {"Sizes": {"dev": {"Word": "small"}, "prod": {"Word": "large"}}},
            "Conditions": {"Large": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
            "Resources": {
                "Always": parameter("/always", {"Fn::FindInMap": ["Sizes", {"Ref": "Stage"}, "Word"]}),
                "Never": parameter("/never", {"Ref": "Size"}, Condition="Large"),
            },
        }
        stack = create(cloudformation, body, Parameters=[{"ParameterKey": "Stage", "ParameterValue": "dev"}])
        assert stack.status == "CREATE_COMPLETE"
        assert parameters(cloud) == {"/always": "small"}

    def test_looks_up_secrets_and_parameters(self, cloudformation: Any, cloud: Cloud) -> None:
        cloud.client("secretsmanager").create_secret(Name="login", SecretString=json.dumps({"user": "ann"}))
        cloud.client("ssm").put_parameter(Name="/given", Type="String", Value="from SSM")
        body = {
            "Parameters": {"Looked": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/given"}},
            "Resources": {
                "Secret": parameter("/secret", "{{resolve:secretsmanager:login:SecretString:user}}"),
                "Plain": parameter("/plain", "{{resolve:ssm:/given}}"),
                "Parameter": parameter("/parameter", {"Ref": "Looked"}),
            },
        }
        assert create(cloudformation, body).status == "CREATE_COMPLETE"
        told = parameters(cloud)
        assert (told["/secret"], told["/plain"], told["/parameter"]) == ("ann", "from SSM", "from SSM")

    def test_reads_its_template_from_a_bucket(self, cloudformation: Any, cloud: Cloud) -> None:
        storage = cloud.client("s3")
        storage.create_bucket(Bucket="templates")
        storage.put_object(
            Bucket="templates", Key="deep/a template.json", Body=json.dumps(template(First=parameter("/first")))
        )
        for number, url in enumerate(
            (
                f"{cloud.endpoint}/templates/deep/a%20template.json",
                "https://s3.us-east-1.amazonaws.com/templates/deep/a%20template.json",
                "https://templates.s3.us-east-1.amazonaws.com/deep/a%20template.json",
            )
        ):
            identity = cloudformation.create_stack(StackName=f"by-url-{number}", TemplateURL=url, OnFailure="DELETE")[
                "StackId"
            ]
            assert follow(cloudformation, identity).status == "CREATE_COMPLETE"
            delete(cloudformation, f"by-url-{number}")

    def test_gives_names_that_are_not_given(self, cloudformation: Any) -> None:
        body = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {"Name": {"Value": {"Fn::GetAtt": ["Topic", "TopicName"]}}},
        }
        assert create(cloudformation, body).outputs["Name"].startswith("tested-Topic-")

    def test_tags_what_it_makes(self, cloudformation: Any, cloud: Cloud) -> None:
        body = template(Key={"Type": "AWS::KMS::Key", "Properties": {"Tags": [{"Key": "own", "Value": "1"}]}})
        create(cloudformation, body, Tags=[{"Key": "stack", "Value": "2"}])
        (key,) = cloud.client("kms").list_keys()["Keys"]
        tags = cloud.client("kms").list_resource_tags(KeyId=key["KeyId"])["Tags"]
        assert {(tag["TagKey"], tag["TagValue"]) for tag in tags} == {("own", "1"), ("stack", "2")}


class TestWhatFails:
    def test_is_rolled_back(self, cloudformation: Any, cloud: Cloud) -> None:
        stack = create(cloudformation, template(First=parameter("/first"), Broken={**BROKEN, "DependsOn": "First"}))
        assert stack.status == "ROLLBACK_COMPLETE"
        assert list(stack.failures) == ["Broken"]
        assert "(Service: Lambda, Status Code: 404" in stack.failures["Broken"]
        assert (
            "tested",
            "ROLLBACK_IN_PROGRESS",
            "The following resource(s) failed to create: [Broken]. Rollback requested by user.",
        ) in stack.events
        assert parameters(cloud) == {}

    def test_is_not_removed_twice(self, cloudformation: Any) -> None:
        create(cloudformation, template(First=parameter("/first"), Broken={**BROKEN, "DependsOn": "First"}))
        events = delete(cloudformation).events
        assert [event[1] for event in events if event[0] == "First"].count("DELETE_COMPLETE") == 1
        assert events[-1][:2] == ("tested", "DELETE_COMPLETE")

    def test_is_deleted_when_asked(self, cloudformation: Any, cloud: Cloud) -> None:
        stack = create(cloudformation, template(Broken=BROKEN), OnFailure="DELETE")
        assert stack.status == "DELETE_COMPLETE"
        refused("ValidationError", cloudformation.describe_stacks, StackName="tested")
        assert create(cloudformation, template(First=parameter("/first"))).status == "CREATE_COMPLETE"

    def test_stays_when_asked(self, cloudformation: Any, cloud: Cloud) -> None:
        body = template(First=parameter("/first"), Broken={**BROKEN, "DependsOn": "First"})
        assert create(cloudformation, body, DisableRollback=True).status == "CREATE_FAILED"
        assert parameters(cloud) == {"/first": "one"}
        assert delete(cloudformation).status == "DELETE_COMPLETE"
        assert parameters(cloud) == {}

    def test_is_a_type_that_is_not_known_before_anything_is_made(self, cloudformation: Any, cloud: Cloud) -> None:
        body = template(First=parameter("/first"), Strange={"Type": "AWS::GameLift::Alias"})
        stack = create(cloudformation, body)
        assert stack.status == "ROLLBACK_COMPLETE"
        assert stack.failures == {"Strange": "the local AWS does not have the resource type AWS::GameLift::Alias"}
        assert not [event for event in stack.events if event[0] == "First"]

    def test_is_a_type_that_aws_does_not_have_either(self, cloudformation: Any) -> None:
        body = json.dumps(template(First=parameter("/first"), Strange={"Type": "AWS::Strange::Thing"}))
        told = refused("ValidationError", cloudformation.create_stack, StackName="tested", TemplateBody=body)
        assert told == "Template format error: Unrecognized resource types: [AWS::Strange::Thing]"

    def test_is_an_attribute_that_does_not_exist(self, cloudformation: Any) -> None:
        body = template(First=parameter("/first"), Second=parameter("/second", {"Fn::GetAtt": ["First", "Color"]}))
        assert create(cloudformation, body).failures == {"Second": "Attribute 'Color' does not exist"}

    def test_is_a_property_that_is_missing(self, cloudformation: Any) -> None:
        body = template(First={"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String"}})
        reason = create(cloudformation, body).failures["First"]
        assert reason.startswith("Properties validation failed for resource First with message:")
        assert "Value" in reason


class TestATemplate:
    @pytest.mark.parametrize(
        ("body", "told"),
        [
            ("not a template", "Template"),
            ("{", "Template"),
            ('{"Resources": {}}', "Resources"),
            (json.dumps(template(A=parameter("/a", {"Ref": "Missing"}))), "Missing"),
            (
                json.dumps(template(A=parameter("/a", {"Ref": "B"}), B=parameter("/b", {"Ref": "A"}))),
                "Circular dependency",
            ),
            (
                json.dumps({**template(A=parameter("/a")), "Parameters": {"P": {"Type": "String"}}}),
                "[P] must have values",
            ),
            (" " * 51_201, "51200"),
        ],
        ids=["text", "half", "empty", "undeclared", "circle", "no value", "too long"],
    )
    def test_that_cannot_be_is_refused_at_once(self, cloudformation: Any, body: str, told: str) -> None:
        assert told in refused("ValidationError", cloudformation.create_stack, StackName="tested", TemplateBody=body)
        assert not cloudformation.list_stacks()["StackSummaries"]

    def test_needs_leave_for_identities(self, cloudformation: Any) -> None:
        trust = {"Version": "2012-10-17", "Statement": []}
        role: dict[str, Any] = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust}}
        make = cloudformation.create_stack
        body = json.dumps(template(Role=role))
        told = refused("InsufficientCapabilitiesException", make, StackName="tested", TemplateBody=body)
        assert told == "Requires capabilities : [CAPABILITY_IAM]"
        role["Properties"]["RoleName"] = "named"
        body = json.dumps(template(Role=role))
        with_leave = {"StackName": "tested", "TemplateBody": body, "Capabilities": ["CAPABILITY_IAM"]}
        told = refused("InsufficientCapabilitiesException", make, **with_leave)
        assert told == "Requires capabilities : [CAPABILITY_NAMED_IAM]"

    def test_does_not_take_parameters_that_it_does_not_declare(self, cloudformation: Any) -> None:
        told = refused(
            "ValidationError",
            cloudformation.create_stack,
            StackName="tested",
            TemplateBody=json.dumps(template(A=parameter("/a"))),
            Parameters=[{"ParameterKey": "Strange", "ParameterValue": "1"}],
        )
        assert told == "Parameters: [Strange] do not exist in the template"

    def test_is_summed_up(self, cloudformation: Any) -> None:
        body = json.dumps({**template(A=parameter("/a")), "Parameters": {"P": {"Type": "String", "NoEcho": True}}})
        told = cloudformation.get_template_summary(TemplateBody=body)
        assert told["ResourceTypes"] == ["AWS::SSM::Parameter"]
        assert [(each["ParameterKey"], each["NoEcho"]) for each in told["Parameters"]] == [("P", True)]
        assert cloudformation.validate_template(TemplateBody=body)["Parameters"][0]["ParameterKey"] == "P"

    def test_is_given_back(self, cloudformation: Any) -> None:
        body = template(A=parameter("/a"))
        create(cloudformation, json.dumps(body))
        assert cloudformation.get_template(StackName="tested")["TemplateBody"] == body


class TestNames:
    def test_are_taken_once(self, cloudformation: Any) -> None:
        create(cloudformation, template(A=parameter("/a")))
        told = refused(
            "AlreadyExistsException",
            cloudformation.create_stack,
            StackName="tested",
            TemplateBody=json.dumps(template(B=parameter("/b"))),
        )
        assert told == "Stack [tested] already exists"

    def test_have_their_form(self, cloudformation: Any) -> None:
        body = json.dumps(template(A=parameter("/a")))
        refused("ValidationError", cloudformation.create_stack, StackName="1 stack", TemplateBody=body)

    def test_of_parameters_kept_secret_are_not_told(self, cloudformation: Any) -> None:
        body = {**template(A=parameter("/a", {"Ref": "P"})), "Parameters": {"P": {"Type": "String", "NoEcho": True}}}
        create(cloudformation, body, Parameters=[{"ParameterKey": "P", "ParameterValue": "hush"}])
        told = cloudformation.describe_stacks(StackName="tested")["Stacks"][0]["Parameters"]
        assert told == [{"ParameterKey": "P", "ParameterValue": "****"}]


class TestDeletion:
    def test_removes_everything_and_the_stack_is_known_by_its_id(self, cloudformation: Any, cloud: Cloud) -> None:
        create(cloudformation, template(A=parameter("/a"), B=parameter("/b", {"Ref": "A"})))
        stack = delete(cloudformation)
        assert stack.status == "DELETE_COMPLETE"
        gone = [name for name, status, _ in stack.events if status == "DELETE_COMPLETE"]
        assert gone == ["B", "A", "tested"]
        assert parameters(cloud) == {}
        refused("ValidationError", cloudformation.describe_stacks, StackName="tested")
        assert cloudformation.describe_stacks(StackName=stack.id)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"

    def test_of_nothing_is_no_error(self, cloudformation: Any) -> None:
        cloudformation.delete_stack(StackName="never-made")

    def test_keeps_what_is_to_be_retained(self, cloudformation: Any, cloud: Cloud) -> None:
        create(cloudformation, template(A=parameter("/a", DeletionPolicy="Retain"), B=parameter("/b")))
        assert ("A", "DELETE_SKIPPED", "") in delete(cloudformation).events
        assert parameters(cloud) == {"/a": "one"}

    def test_passes_over_what_is_gone_already(self, cloudformation: Any, cloud: Cloud) -> None:
        create(cloudformation, template(A=parameter("/a")))
        cloud.client("ssm").delete_parameter(Name="/a")
        assert delete(cloudformation).status == "DELETE_COMPLETE"

    def test_fails_where_a_service_refuses(self, cloudformation: Any, cloud: Cloud) -> None:
        create(cloudformation, template(Bucket={"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "filled"}}))
        cloud.client("s3").put_object(Bucket="filled", Key="a", Body=b"a")
        stack = delete(cloudformation)
        assert stack.status == "DELETE_FAILED"
        assert list(stack.failures) == ["Bucket", "tested"]

    def test_is_refused_for_a_protected_stack(self, cloudformation: Any) -> None:
        create(cloudformation, template(A=parameter("/a")), EnableTerminationProtection=True)
        refused("ValidationError", cloudformation.delete_stack, StackName="tested")
        cloudformation.update_termination_protection(StackName="tested", EnableTerminationProtection=False)
        assert delete(cloudformation).status == "DELETE_COMPLETE"


class TestExports:
    def test_are_imported_and_hold_their_stack(self, cloudformation: Any, cloud: Cloud) -> None:
        exporting = {
            **template(A=parameter("/a")),
            "Outputs": {"Name": {"Value": {"Ref": "A"}, "Export": {"Name": "shared"}}},
        }
        create(cloudformation, exporting, "exporting")
        importing = template(B=parameter("/b", {"Fn::ImportValue": "shared"}))
        assert create(cloudformation, importing, "importing").status == "CREATE_COMPLETE"
        assert parameters(cloud)["/b"] == "/a"
        assert [each["Name"] for each in cloudformation.list_exports()["Exports"]] == ["shared"]
        assert delete(cloudformation, "exporting").status == "CREATE_COMPLETE"
        delete(cloudformation, "importing")
        assert delete(cloudformation, "exporting").status == "DELETE_COMPLETE"

    def test_have_a_name_of_their_own(self, cloudformation: Any, cloud: Cloud) -> None:
        def exporting(name: str) -> dict[str, Any]:
            return {
                **template(A=parameter(name)),
                "Outputs": {"Name": {"Value": {"Ref": "A"}, "Export": {"Name": "shared"}}},
            }

        create(cloudformation, exporting("/a"), "first")
        second = create(cloudformation, exporting("/b"), "second")
        assert second.status == "ROLLBACK_COMPLETE"
        assert any("Export with name shared is already exported by stack first." in each[2] for each in second.events)
        assert set(parameters(cloud)) == {"/a"}
        changed = update(cloudformation, {**exporting("/a"), "Description": "again"}, "first")
        assert changed.status == "UPDATE_COMPLETE"

    def test_that_nobody_has_fail_the_stack(self, cloudformation: Any) -> None:
        stack = create(cloudformation, template(B=parameter("/b", {"Fn::ImportValue": "missing"})))
        assert stack.failures == {"B": "No export named missing found."}

    def test_are_not_needed_to_ask_a_stack_for_its_output(self, cloudformation: Any, cloud: Cloud) -> None:
        def asking(output: str, **more: str) -> dict[str, Any]:
            asked = {"StackName": "told", "OutputName": output, **more}
            return template(B=parameter("/b", {"Fn::GetStackOutput": asked}))

        create(cloudformation, {**template(A=parameter("/a")), "Outputs": {"Name": {"Value": {"Ref": "A"}}}}, "told")
        assert create(cloudformation, asking("Name"), "asking").status == "CREATE_COMPLETE"
        assert parameters(cloud)["/b"] == "/a"
        assert delete(cloudformation, "told").status == "DELETE_COMPLETE"
        assert create(cloudformation, asking("Name"), "late").failures == {"B": "Stack with id told does not exist"}


class TestAnUpdate:
    def test_adds_changes_and_removes(self, cloudformation: Any, cloud: Cloud) -> None:
        create(cloudformation, template(Same=parameter("/same"), Old=parameter("/old"), Changed=parameter("/changed")))
        wanted = template(Same=parameter("/same"), Changed=parameter("/changed", "two"), New=parameter("/new"))
        stack = update(cloudformation, wanted)
        assert stack.status == "UPDATE_COMPLETE"
        assert parameters(cloud) == {"/same": "one", "/changed": "two", "/new": "one"}
        touched = {name for name, status, _ in stack.events if status.startswith("UPDATE") and name != "tested"}
        assert touched == {"Changed"}

    def test_makes_anew_what_cannot_be_changed(self, cloudformation: Any, cloud: Cloud) -> None:
        create(cloudformation, template(A=parameter("/a"), B=parameter("/b", {"Ref": "A"})))
        stack = update(cloudformation, template(A=parameter("/anew"), B=parameter("/b", {"Ref": "A"})))
        assert stack.status == "UPDATE_COMPLETE"
        assert parameters(cloud) == {"/anew": "one", "/b": "/anew"}

    def test_that_fails_is_taken_back(self, cloudformation: Any, cloud: Cloud) -> None:
        before = template(A=parameter("/a"), C=parameter("/c"))
        create(cloudformation, before)
        wanted = template(
            A=parameter("/a", "two"),
            B=parameter("/b"),
            C=parameter("/c2"),
            Broken={**BROKEN, "DependsOn": ["A", "B", "C"]},
        )
        stack = update(cloudformation, wanted)
        assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
        assert parameters(cloud) == {"/a": "one", "/c": "one"}
        assert cloudformation.get_template(StackName="tested")["TemplateBody"]["Resources"] == before["Resources"]
        assert update(cloudformation, template(A=parameter("/a", "three"))).status == "UPDATE_COMPLETE"
        assert parameters(cloud) == {"/a": "three"}

    def test_without_a_change_is_refused(self, cloudformation: Any) -> None:
        create(cloudformation, json.dumps(template(A=parameter("/a"))))
        told = refused("ValidationError", cloudformation.update_stack, StackName="tested", UsePreviousTemplate=True)
        assert told == "No updates are to be performed."

    def test_keeps_parameters_when_asked(self, cloudformation: Any, cloud: Cloud) -> None:
        body = {**template(A=parameter("/a", {"Ref": "P"})), "Parameters": {"P": {"Type": "String"}}}
        create(cloudformation, body, Parameters=[{"ParameterKey": "P", "ParameterValue": "kept"}])
        changed = {**template(A=parameter("/a", {"Ref": "P"}), B=parameter("/b")), "Parameters": body["Parameters"]}
        update(cloudformation, changed, Parameters=[{"ParameterKey": "P", "UsePreviousValue": True}])
        assert parameters(cloud) == {"/a": "kept", "/b": "one"}

    def test_of_a_stack_that_was_rolled_back_is_refused(self, cloudformation: Any) -> None:
        create(cloudformation, template(Broken=BROKEN))
        told = refused(
            "ValidationError",
            cloudformation.update_stack,
            StackName="tested",
            TemplateBody=json.dumps(template(A=parameter("/a"))),
        )
        assert "is in ROLLBACK_COMPLETE state and can not be updated." in told


def changed(told: dict[str, Any]) -> dict[str, str]:
    """What a change set would do, by resource."""
    changes = [each["ResourceChange"] for each in told["Changes"]]
    return {change["LogicalResourceId"]: change["Action"] for change in changes}


class TestAChangeSet:
    def make(self, cloudformation: Any, body: dict[str, Any], kind: str) -> dict[str, Any]:
        cloudformation.create_change_set(
            StackName="tested", ChangeSetName="changes", ChangeSetType=kind, TemplateBody=json.dumps(body)
        )
        told: dict[str, Any] = cloudformation.describe_change_set(StackName="tested", ChangeSetName="changes")
        return told

    def test_creates_a_stack_when_it_is_executed(self, cloudformation: Any, cloud: Cloud) -> None:
        told = self.make(cloudformation, template(A=parameter("/a")), "CREATE")
        assert changed(told) == {"A": "Add"}
        assert cloudformation.describe_stacks(StackName="tested")["Stacks"][0]["StackStatus"] == "REVIEW_IN_PROGRESS"
        (first,) = cloudformation.describe_stack_events(StackName="tested")["StackEvents"]
        assert (first["ResourceStatus"], first["ResourceStatusReason"]) == ("REVIEW_IN_PROGRESS", "User Initiated")
        assert parameters(cloud) == {}
        cloudformation.execute_change_set(StackName="tested", ChangeSetName="changes")
        assert follow(cloudformation, told["StackId"]).status == "CREATE_COMPLETE"
        assert parameters(cloud) == {"/a": "one"}

    def test_updates_a_stack(self, cloudformation: Any, cloud: Cloud) -> None:
        create(cloudformation, template(A=parameter("/a"), B=parameter("/b")))
        told = self.make(cloudformation, template(A=parameter("/a", "two"), C=parameter("/c")), "UPDATE")
        assert changed(told) == {"A": "Modify", "B": "Remove", "C": "Add"}
        cloudformation.execute_change_set(StackName="tested", ChangeSetName="changes")
        assert follow(cloudformation, told["StackId"]).status == "UPDATE_COMPLETE"
        assert parameters(cloud) == {"/a": "two", "/c": "one"}

    def test_without_changes_has_failed(self, cloudformation: Any) -> None:
        create(cloudformation, json.dumps(template(A=parameter("/a"))))
        told = self.make(cloudformation, template(A=parameter("/a")), "UPDATE")
        assert (told["Status"], told["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
        assert told["StatusReason"].startswith("The submitted information didn't contain changes.")

    def test_is_gone_once_it_is_deleted(self, cloudformation: Any) -> None:
        self.make(cloudformation, template(A=parameter("/a")), "CREATE")
        cloudformation.delete_change_set(StackName="tested", ChangeSetName="changes")
        refused("ChangeSetNotFound", cloudformation.describe_change_set, StackName="tested", ChangeSetName="changes")


class TestSecrets:
    def test_are_generated(self, cloudformation: Any, cloud: Cloud) -> None:
        secret = {
            "Type": "AWS::SecretsManager::Secret",
            "Properties": {
                "Name": "login",
                "GenerateSecretString": {
                    "SecretStringTemplate": '{"username": "ann"}',
                    "GenerateStringKey": "password",
                    "PasswordLength": 20,
                    "ExcludePunctuation": True,
                },
            },
        }
        create(cloudformation, template(Secret=secret))
        value = json.loads(cloud.client("secretsmanager").get_secret_value(SecretId="login")["SecretString"])
        assert value["username"] == "ann"
        assert len(value["password"]) == 20

    def test_go_with_their_stack_and_leave_their_name(self, cloudformation: Any, cloud: Cloud) -> None:
        body = template(Secret={"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "login"}})
        for _ in range(2):
            assert create(cloudformation, body).status == "CREATE_COMPLETE"
            assert delete(cloudformation).status == "DELETE_COMPLETE"


class TestWhatATypeDoesNotHave:
    def test_is_told(self, cloudformation: Any) -> None:
        body = template(A=parameter("/a"))
        body["Resources"]["A"]["Properties"]["Policies"] = "[]"
        stack = create(cloudformation, body)
        assert ("A", "CREATE_COMPLETE", "the local AWS takes no notice of Policies") in stack.events

    def test_is_not_told_of_what_it_has(self, cloudformation: Any) -> None:
        key = {"Type": "AWS::KMS::Key", "Properties": {"PendingWindowInDays": 7, "Tags": [{"Key": "a", "Value": "b"}]}}
        assert ("Key", "CREATE_COMPLETE", "") in create(cloudformation, template(Key=key)).events


def test_what_was_half_made_is_removed(cloudformation: Any, cloud: Cloud) -> None:
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/half", "RetentionInDays": 2}}
    stack = create(cloudformation, template(Group=group))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert not cloud.client("logs").describe_log_groups()["logGroups"]
