"""A rehearsal: a planned world is deployed to a local AWS as it would be to AWS, and removed again."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keyturn.graph import Graph
from keyturn.local.cloud import Cloud
from keyturn.template import to_json

CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
INLINE_BYTES = 51_200
"""A longer template is given by its URL; CloudFormation user guide, "Understand CloudFormation quotas"."""
DENIALS = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "Unreachable")
TEMPLATES = "keyturn-rehearsal-templates"
SETTLED_AFTER = 60.0
"""Seconds that a first rotation may take before a rehearsal goes on without it."""
PAUSE = 0.02
BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
"""The parameter by which CDK's templates see that the account was bootstrapped."""


@dataclass(frozen=True, slots=True)
class Event:
    """
    Something that CloudFormation told.

    Attributes:
        seconds: Since the stack was given to it.
    """

    seconds: float
    resource: str
    type: str
    status: str
    reason: str

    @property
    def failed(self) -> bool:
        return self.status.endswith("_FAILED") and "cancelled" not in self.reason


@dataclass(slots=True)
class Rehearsal:
    """
    What came of one stack.

    Attributes:
        status: Its last status before it was removed; empty when CloudFormation did not take the template.
        events: Up to that.
        reasons: Why it was not created: AWS's words, the first cause first.
        taken: What was taken to be there already: packages of functions that something else uploads.
        later: What was refused after the deployment: calls of its functions, by the lines of the request log.
        left: What could not be removed, with the reasons.
    """

    stack: str
    status: str = ""
    events: list[Event] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    @property
    def created(self) -> bool:
        return self.status == "CREATE_COMPLETE"


class Rehearsing:
    """Rehearses stacks in one cloud; those that stand are removed at the end, the last one first."""

    def __init__(self, cloud: Cloud, told: Callable[[Event], None]) -> None:
        """
        Args:
            told: Is told of each event as it comes.
        """
        self._cloud = cloud
        self._told = told
        self._cloudformation = cloud.client("cloudformation")
        self._standing: list[tuple[str, Rehearsal]] = []

    def deploy(self, graph: Graph, stack: str) -> Rehearsal:
        """Create a stack, and wait until it stands or is rolled back."""
        rehearsal = Rehearsal(stack)
        self._prepare(graph, rehearsal)
        before = self._cloud.requests.total
        try:
            stack_id = self._create(graph, stack)
        except self._cloudformation.exceptions.ClientError as refused:
            rehearsal.reasons.append(str(refused.response["Error"]["Message"]))
            return rehearsal
        for event in self._follow(stack_id):
            rehearsal.events.append(event)
            self._told(event)
            if event.failed:
                rehearsal.reasons.append(f"{event.resource} ({event.type}): {event.reason or 'no reason given'}")
        rehearsal.status = self._status(stack_id)
        if not rehearsal.created and not rehearsal.reasons:  # its outputs, for instance
            rehearsal.reasons += [each.reason for each in rehearsal.events if each.status == "ROLLBACK_IN_PROGRESS"]
        if rehearsal.status != "ROLLBACK_COMPLETE":
            self._standing.append((stack_id, rehearsal))
        if rehearsal.created:
            self._cloud.clock.settle(SETTLED_AFTER)
            calls = [*self._cloud.requests][before - self._cloud.requests.total :]
            rehearsal.later = [
                str(entry) for entry in calls if entry.code in DENIALS and ":assumed-role/" in entry.caller
            ]
        return rehearsal

    def remove(self) -> None:
        """Remove all that stands."""
        for stack_id, rehearsal in reversed(self._standing):
            self._cloudformation.delete_stack(StackName=stack_id)
            for event in self._follow(stack_id, after=len(rehearsal.events)):
                self._told(event)
                if event.failed:
                    rehearsal.left.append(f"{event.resource} ({event.type}): {event.reason or 'no reason given'}")
        self._standing.clear()

    def _create(self, graph: Graph, stack: str) -> str:
        given = [
            {"ParameterKey": name, "ParameterValue": parameter.given}
            for name, parameter in graph.parameters.items()
            if parameter.given is not None
        ]
        created = self._cloudformation.create_stack(
            StackName=stack, **self._template(graph), Parameters=given, Capabilities=CAPABILITIES
        )
        return str(created["StackId"])

    def _template(self, graph: Graph) -> dict[str, str]:
        """The template as it is written, where it is one; else what the planned world is as one."""
        written = Path(graph.file)
        own = graph.dialect in ("cloudformation", "cdk") and written.is_file()
        text = written.read_text() if own else to_json(graph)
        if len(text.encode()) <= INLINE_BYTES:
            return {"TemplateBody": text}
        s3 = self._cloud.client("s3")
        self._make_bucket(s3, TEMPLATES)
        key = f"{time.monotonic_ns()}.template"
        s3.put_object(Bucket=TEMPLATES, Key=key, Body=text.encode())
        return {"TemplateURL": f"{self._cloud.endpoint}/{TEMPLATES}/{key}"}

    def _prepare(self, graph: Graph, rehearsal: Rehearsal) -> None:
        """What a deployment finds there: packages that were uploaded before it, CDK's bootstrap."""
        if graph.dialect == "cdk":
            parameter = {"Name": BOOTSTRAP_VERSION, "Type": "String", "Value": "30", "Overwrite": True}
            self._cloud.client("ssm").put_parameter(**parameter)
        s3 = self._cloud.client("s3")
        for bucket, key in _packages(graph):
            self._make_bucket(s3, bucket)
            s3.put_object(Bucket=bucket, Key=key, Body=_nothing())
            rehearsal.taken.append(f"s3://{bucket}/{key}")

    def _make_bucket(self, s3: Any, name: str) -> None:
        region = self._cloud.region
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        try:
            s3.create_bucket(Bucket=name, **place)
        except (s3.exceptions.BucketAlreadyOwnedByYou, s3.exceptions.BucketAlreadyExists):
            return

    def _follow(self, stack_id: str, after: int = 0) -> Iterator[Event]:
        """The stack's events from a number on, until it has come to rest."""
        begun = None
        while True:
            status = self._status(stack_id)
            told = self._all_events(stack_id)
            for each in told[after:]:
                begun = begun or each["Timestamp"]
                yield Event(
                    (each["Timestamp"] - begun).total_seconds(),
                    each["LogicalResourceId"],
                    each["ResourceType"],
                    each["ResourceStatus"],
                    each.get("ResourceStatusReason", ""),
                )
            after = len(told)
            if not status.endswith("_IN_PROGRESS"):
                return
            time.sleep(PAUSE)

    def _all_events(self, stack_id: str) -> list[dict[str, Any]]:
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=stack_id)
        return [event for page in pages for event in page["StackEvents"]][::-1]

    def _status(self, stack_id: str) -> str:
        return str(self._cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])


def _packages(graph: Graph) -> Iterator[tuple[str, str]]:
    """The packages in buckets that the stack does not make itself."""
    for resource in graph.of_type("AWS::Lambda::Function", "AWS::Lambda::LayerVersion"):
        where = "Code" if resource.type == "AWS::Lambda::Function" else "Content"
        bucket, key = resource.get(where, "S3Bucket"), resource.get(where, "S3Key")
        if not isinstance(bucket, str) or not isinstance(key, str):
            continue
        if graph.find(bucket, "AWS::S3::Bucket") is None:
            yield str(bucket), str(key)


def _nothing() -> bytes:
    """A package that is as good as none."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("README", "a rehearsal does not have the function's code\n")
    return archive.getvalue()
