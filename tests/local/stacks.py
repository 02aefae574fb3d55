"""Stacks given to CloudFormation, and followed to their end."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Any

from processes import PATIENCE


@dataclass(frozen=True)
class Followed:
    """A stack at rest, as the API tells of it."""

    id: str
    status: str
    outputs: dict[str, str]
    events: list[tuple[str, str, str]]
    """Logical name, status, reason; the first one first."""

    @property
    def failures(self) -> dict[str, str]:
        return {name: reason for name, status, reason in self.events if status.endswith("_FAILED")}


def create(cloudformation: Any, template: str | dict[str, Any], name: str = "tested", **settings: Any) -> Followed:
    body = template if isinstance(template, str) else json.dumps({"AWSTemplateFormatVersion": "2010-09-09", **template})
    settings.setdefault("Capabilities", ["CAPABILITY_NAMED_IAM"])
    return follow(cloudformation, cloudformation.create_stack(StackName=name, TemplateBody=body, **settings)["StackId"])


def update(cloudformation: Any, template: dict[str, Any], name: str = "tested", **settings: Any) -> Followed:
    settings.setdefault("Capabilities", ["CAPABILITY_NAMED_IAM"])
    body = json.dumps(template)
    return follow(cloudformation, cloudformation.update_stack(StackName=name, TemplateBody=body, **settings)["StackId"])


def delete(cloudformation: Any, name: str = "tested") -> Followed:
    identity = cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackId"]
    cloudformation.delete_stack(StackName=name)
    return follow(cloudformation, identity)


def follow(cloudformation: Any, identity: str) -> Followed:
    """Wait until a stack is at rest."""
    deadline = time.monotonic() + PATIENCE
    while True:
        stack = cloudformation.describe_stacks(StackName=identity)["Stacks"][0]
        if not stack["StackStatus"].endswith("_IN_PROGRESS"):
            break
        assert time.monotonic() < deadline, f"{identity} is still {stack['StackStatus']}"
        time.sleep(0.02)
    told = cloudformation.describe_stack_events(StackName=identity)["StackEvents"]
    events = [
        (each["LogicalResourceId"], each["ResourceStatus"], each.get("ResourceStatusReason", "")) for each in told
    ]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
    return Followed(identity, stack["StackStatus"], outputs, events[::-1])
