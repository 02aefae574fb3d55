"""Give a template to CloudFormation and follow it to its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from keyturn.problem import Problem

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"]
INLINE_BYTES = 51_200
"""A template longer than this must be given as a URL; AWS CloudFormation quotas, 2026-11."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stack that stands: its outputs, and its resources as (logical name, type, physical id)."""

    stack: str
    outputs: dict[str, str]
    resources: tuple[tuple[str, str, str], ...]


class Refused(Problem):
    """CloudFormation could not create the stack; `reasons` has AWS's words, the first cause first."""

    def __init__(self, stack: str, reasons: tuple[str, ...], left: str) -> None:
        super().__init__(f"{stack} was not created: {reasons[0] if reasons else 'AWS gave no reason'}", hint=left)
        self.reasons = reasons


def deploy(
    cloudformation: Any,
    *,
    stack: str,
    template: str,
    template_url: str | None,
    parameters: dict[str, str],
    say: Callable[[str], None],
    pause: float,
) -> Deployed:
    """
    Create a stack and wait until it stands.

    Args:
        cloudformation: A boto3 client.
        template_url: Where the template has been put, when it is too long to be given inline.
        say: Is told of each event.
        pause: Seconds between two looks.

    Raises:
        Refused: AWS refused a resource; the stack has been rolled back, or the error says what is left of it.
    """
    source = {"TemplateURL": template_url} if template_url else {"TemplateBody": template}
    stack_id = cloudformation.create_stack(
        StackName=stack,
        **source,
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        Capabilities=CAPABILITIES,
        OnFailure="DELETE",
    )["StackId"]
    reasons: list[str] = []
    for event in _events(cloudformation, stack_id, pause):
        if pause >= 1 or not event["ResourceStatus"].endswith("_IN_PROGRESS"):
            say(f"{event['LogicalResourceId']} {event['ResourceStatus']}")
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in event.get("ResourceStatusReason", ""):
            reasons.append(
                f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason given')}"
            )
    return _standing(cloudformation, stack, stack_id, tuple(reasons))


def _events(cloudformation: Any, stack_id: str, pause: float) -> Iterator[dict[str, Any]]:
    """The stack's events in their order, until it has come to rest."""
    seen: set[str] = set()
    while True:
        status = _status(cloudformation, stack_id)
        for event in (
            reversed(cloudformation.describe_stack_events(StackName=stack_id)["StackEvents"]) if status else ()
        ):
            if event["EventId"] not in seen:
                seen.add(event["EventId"])
                yield event
        if status is None or not status.endswith("_IN_PROGRESS"):
            return
        time.sleep(pause)


def _status(cloudformation: Any, stack_id: str) -> str | None:
    """The stack's status; None when AWS no longer knows it."""
    try:
        return str(cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])
    except cloudformation.exceptions.ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def _standing(cloudformation: Any, stack: str, stack_id: str, reasons: tuple[str, ...]) -> Deployed:
    status = _status(cloudformation, stack_id)
    if status != "CREATE_COMPLETE":
        left = (
            "everything it had made has been removed"
            if status in (None, "DELETE_COMPLETE")
            else f"the stack is left in {status}"
        )
        raise Refused(stack, reasons, left)
    described = cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
    resources = cloudformation.describe_stack_resources(StackName=stack_id)["StackResources"]
    return Deployed(
        stack,
        {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])},
        tuple((each["LogicalResourceId"], each["ResourceType"], each["PhysicalResourceId"]) for each in resources),
    )
