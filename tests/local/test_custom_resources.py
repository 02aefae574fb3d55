"""Custom resources: functions of the user's make, change and remove them."""

from __future__ import annotations

import textwrap
import threading
from datetime import timedelta
from typing import Any

import pytest

from clouds import lines
from keyturn.local.cloud import Cloud
from processes import eventually
from stacks import Followed, create, delete, update

ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        },
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"],
    },
}
ANSWERING = """
    import json
    import cfnresponse

    def handler(event, context):
        print("asked", json.dumps(event, sort_keys=True))
        name = event["ResourceProperties"]["Name"]
        cfnresponse.send(event, context, cfnresponse.SUCCESS, {"Greeting": "hello " + name}, "thing-" + name)
"""


def template(code: str, properties: dict[str, Any] | None = None, **function: Any) -> dict[str, Any]:
    return {
        "Resources": {
            "Role": ROLE,
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": "maker",
                    "Runtime": "python3.12",
                    "Handler": "index.handler",
                    "Timeout": 10,
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Code": {"ZipFile": textwrap.dedent(code)},
                    **function,
                },
            },
            "Thing": {
                "Type": "Custom::Thing",
                "Properties": {"ServiceToken": {"Fn::GetAtt": ["Function", "Arn"]}, **(properties or {"Name": "one"})},
            },
        },
        "Outputs": {"Greeting": {"Value": {"Fn::GetAtt": ["Thing", "Greeting"]}}, "Id": {"Value": {"Ref": "Thing"}}},
    }


def asked(cloud: Cloud) -> list[str]:
    """What the function was asked for, one after the other."""
    told = [line for line in lines(cloud, "maker") if line.startswith("asked")]
    return [kind for line in told for kind in ("Create", "Update", "Delete") if f'"RequestType": "{kind}"' in line]


def test_are_made_changed_and_removed_by_a_function(cloud: Cloud) -> None:
    client = cloud.client("cloudformation")
    made = create(client, template(ANSWERING, {"Name": "one", "Size": 3, "Loud": True}))
    assert made.status == "CREATE_COMPLETE", made.failures
    assert made.outputs == {"Greeting": "hello one", "Id": "thing-one"}
    told = next(line for line in lines(cloud, "maker") if line.startswith("asked"))
    for part in ('"Size": "3"', '"Loud": "true"', '"LogicalResourceId": "Thing"', '"ResourceType": "Custom::Thing"'):
        assert part in told
    changed = update(client, template(ANSWERING, {"Name": "two"}))
    assert changed.outputs == {"Greeting": "hello two", "Id": "thing-two"}
    assert asked(cloud) == ["Create", "Update", "Delete"], "the one that another took the place of is removed"
    assert delete(client).status == "DELETE_COMPLETE"
    assert asked(cloud)[3:] == ["Delete"]


def test_that_their_function_refuses_fail_the_stack_with_its_reason(cloud: Cloud) -> None:
    refusing = """
        import cfnresponse

        def handler(event, context):
            how = cfnresponse.FAILED if event["RequestType"] == "Create" else cfnresponse.SUCCESS
            cfnresponse.send(event, context, how, {}, reason="there is no room")
    """
    stack = create(cloud.client("cloudformation"), template(refusing))
    assert stack.status == "ROLLBACK_COMPLETE"
    assert stack.failures["Thing"].startswith(
        "Received response status [FAILED] from custom resource. Message returned: there is no room (RequestId: "
    )


def test_whose_function_fails_get_no_answer(cloud: Cloud) -> None:
    failing = """
        def handler(event, context):
            print("asked", '"RequestType": "' + event["RequestType"] + '"')
            raise RuntimeError("not today")
    """
    stack = create(cloud.client("cloudformation"), template(failing), OnFailure="DO_NOTHING")
    assert stack.status == "CREATE_FAILED"
    assert stack.failures["Thing"].startswith(
        "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId ["
    )
    assert asked(cloud) == ["Create"] * 3, "an asynchronous run that fails is tried twice more"


def test_that_are_never_answered_fail_after_an_hour(cloud: Cloud) -> None:
    silent = """
        def handler(event, context):
            print("asked", '"RequestType": "' + event["RequestType"] + '"')
    """
    result: list[Followed] = []
    client = cloud.client("cloudformation")

    def deploy() -> None:
        result.append(create(client, template(silent), OnFailure="DO_NOTHING"))

    waiting = threading.Thread(target=deploy)
    waiting.start()
    groups = cloud.client("logs")
    assert eventually(lambda: bool(groups.describe_log_groups()["logGroups"]) and asked(cloud) == ["Create"])
    cloud.clock.advance(timedelta(minutes=59))
    assert waiting.is_alive()
    cloud.clock.advance(timedelta(minutes=2))
    waiting.join()
    assert "did not receive a response" in result[0].failures["Thing"]


@pytest.mark.parametrize("endpoint", [False, True], ids=["without a way to S3", "with one"])
def test_in_a_private_network_answer_by_way_of_s3(cloud: Cloud, endpoint: bool) -> None:
    answering = """
        import json
        import urllib.request

        def handler(event, context):
            body = json.dumps({"Status": "SUCCESS", "PhysicalResourceId": "1", "Data": {"Greeting": "hi"}}).encode()
            request = urllib.request.Request(event["ResponseURL"], body, method="PUT")
            urllib.request.urlopen(request, timeout=1)
    """
    wanted = template(
        answering,
        VpcConfig={
            "SubnetIds": [{"Ref": "Subnet"}],
            "SecurityGroupIds": [{"Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"]}],
        },
    )
    table = {"RouteTable": {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}}}
    way = {
        "Endpoint": {
            "Type": "AWS::EC2::VPCEndpoint",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "ServiceName": "com.amazonaws.us-east-1.s3",
                "RouteTableIds": [{"Ref": "RouteTable"}],
            },
        }
    }
    wanted["Resources"] |= {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/24"}},
        **table,
        "Association": {
            "Type": "AWS::EC2::SubnetRouteTableAssociation",
            "Properties": {"SubnetId": {"Ref": "Subnet"}, "RouteTableId": {"Ref": "RouteTable"}},
        },
        **(way if endpoint else {}),
    }
    wanted["Resources"]["Thing"]["DependsOn"] = ["Association", *(way if endpoint else ())]
    stack = create(cloud.client("cloudformation"), wanted, OnFailure="DO_NOTHING")
    assert stack.status == ("CREATE_COMPLETE" if endpoint else "CREATE_FAILED"), stack.failures


def test_answers_nobody_waits_for_are_refused(cloud: Cloud) -> None:
    import urllib.error
    import urllib.request

    request = urllib.request.Request(f"{cloud.page}cloudformation/response/guessed", b"{}", method="PUT")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request)
