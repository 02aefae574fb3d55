"""AWS::CloudFormation::Stack: a stack within a stack."""

from __future__ import annotations

import time
from typing import Any

from botocore.exceptions import ClientError

from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result

PAUSE = 0.02
"""Seconds between two looks at a stack that is being worked on."""
LONGEST_NAME = 128


def _request(place: Place, properties: Properties) -> dict[str, Any]:
    parameters = properties.get("Parameters") or {}
    return {
        "TemplateURL": properties["TemplateURL"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": ",".join(value) if isinstance(value, list) else str(value)}
            for name, value in parameters.items()
        ],
        "Tags": place.tagged(properties),
        "Capabilities": list(place.capabilities),
    }


def _create(place: Place, properties: Properties) -> Result:
    client = place.client("cloudformation")
    name = place.name(None, LONGEST_NAME)
    identity = client.create_stack(StackName=name, OnFailure="DO_NOTHING", **_request(place, properties))["StackId"]
    place.began(identity)
    stack = _at_rest(client, identity)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise Failed(f"Embedded stack {identity} was not successfully created: {stack.get('StackStatusReason', '')}")
    return _result(stack)


def _update(place: Place, identity: str, old: Properties, new: Properties) -> Result | None:
    client = place.client("cloudformation")
    try:
        client.update_stack(StackName=identity, **_request(place, new))
    except ClientError as error:
        if "No updates are to be performed" not in error.response["Error"]["Message"]:
            raise
    stack = _at_rest(client, identity)
    if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        raise Failed(f"Embedded stack {identity} was not successfully updated. Currently in {stack['StackStatus']}")
    return _result(stack)


def _delete(place: Place, identity: str, properties: Properties) -> None:
    client = place.client("cloudformation")
    client.delete_stack(StackName=identity)
    stack = _at_rest(client, identity)
    if stack["StackStatus"] != "DELETE_COMPLETE":
        raise Failed(f"Embedded stack {identity} was not successfully deleted: {stack.get('StackStatusReason', '')}")


def _at_rest(client: Any, identity: str) -> dict[str, Any]:
    while True:
        stack: dict[str, Any] = client.describe_stacks(StackName=identity)["Stacks"][0]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return stack
        time.sleep(PAUSE)


def _result(stack: dict[str, Any]) -> Result:
    outputs = {f"Outputs.{each['OutputKey']}": each["OutputValue"] for each in stack.get("Outputs", ())}
    return Result(stack["StackId"], outputs)


KINDS = {"AWS::CloudFormation::Stack": Kind(_create, _delete, _update, always=True)}
