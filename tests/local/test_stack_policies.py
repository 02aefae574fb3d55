"""What templates say of a resource's end, and what their language does before anything is made."""

from __future__ import annotations

from typing import Any

import pytest

from keyturn.local.cloud import Cloud
from stacks import create, delete, update
from test_cloudformation import cloudformation, parameter, parameters, template

__all__ = ["cloudformation"]


def kept(name: str, value: str = "1", **policies: str) -> dict[str, Any]:
    return {**parameter(name, value), **policies}


def test_what_leaves_the_template_is_kept_when_it_said_so(cloudformation: Any, cloud: Cloud) -> None:
    create(cloudformation, template(A=parameter("/a"), B=kept("/b", DeletionPolicy="Retain")))
    changed = update(cloudformation, template(A=parameter("/a")))
    assert ("B", "DELETE_SKIPPED", "") in changed.events
    assert set(parameters(cloud)) == {"/a", "/b"}


def test_what_is_made_anew_leaves_the_former_one_when_it_said_so(cloudformation: Any, cloud: Cloud) -> None:
    create(cloudformation, template(A=kept("/a", UpdateReplacePolicy="Retain"), B=kept("/b", DeletionPolicy="Retain")))
    new = template(A=kept("/c", UpdateReplacePolicy="Retain"), B=kept("/d", DeletionPolicy="Retain"))
    assert update(cloudformation, new).status == "UPDATE_COMPLETE"
    assert set(parameters(cloud)) == {"/a", "/c", "/d"}, "of what is replaced UpdateReplacePolicy decides alone"


def test_a_policy_alone_can_be_changed(cloudformation: Any, cloud: Cloud) -> None:
    create(cloudformation, template(A=parameter("/a")))
    update(cloudformation, {**template(A=kept("/a", DeletionPolicy="Retain")), "Description": "now kept"})
    assert delete(cloudformation).status == "DELETE_COMPLETE"
    assert set(parameters(cloud)) == {"/a"}


def test_a_snapshot_that_is_not_taken_is_told(cloudformation: Any) -> None:
    properties = {"Engine": "aurora-postgresql", "MasterUsername": "keeper", "ManageMasterUserPassword": True}
    cluster = {"Type": "AWS::RDS::DBCluster", "DeletionPolicy": "Snapshot", "Properties": properties}
    create(cloudformation, template(Cluster=cluster))
    gone = delete(cloudformation)
    assert ("Cluster", "DELETE_COMPLETE", "the local AWS takes no snapshot") in gone.events


@pytest.mark.parametrize(("condition", "expected"), [("yes", {"/one", "/two"}), ("no", {"/two"})])
def test_loops_and_conditions_are_worked_out(
    cloudformation: Any, cloud: Cloud, condition: str, expected: set[str]
) -> None:
    wanted = {
        "Transform": "AWS::LanguageExtensions",
        "Parameters": {"First": {"Type": "String"}},
        "Conditions": {"WithFirst": {"Fn::Equals": [{"Ref": "First"}, "yes"]}},
        "Resources": {
            "Fn::ForEach::Names": [
                "Name",
                ["two"],
                {
                    "P${Name}": parameter("/${Name}", "1")
                    | {"Properties": {"Name": {"Fn::Sub": "/${Name}"}, "Type": "String", "Value": "1"}}
                },
            ],
            "One": parameter("/one") | {"Condition": "WithFirst"},
        },
    }
    given = [{"ParameterKey": "First", "ParameterValue": condition}]
    stack = create(
        cloudformation, wanted, Parameters=given, Capabilities=["CAPABILITY_AUTO_EXPAND", "CAPABILITY_NAMED_IAM"]
    )
    assert stack.status == "CREATE_COMPLETE", stack.failures
    assert set(parameters(cloud)) == expected
