"""What the rotation function says of itself: the line of JSON that each of its runs leaves in its log group."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


@dataclass(frozen=True, slots=True)
class Run:
    """
    One run of the function; the fields are those of `rotation/report.py`.

    Attributes:
        at: When its line was written, in seconds since the epoch, by the log's clock.
        api, sql: How many calls of each kind it made.
        logins: How many it tried, by `accepted` and `refused`.
    """

    at: float
    step: str
    outcome: str
    because: str
    version: str
    milliseconds: int
    api: dict[str, int]
    sql: dict[str, int]
    logins: dict[str, int]

    @property
    def failed(self) -> bool:
        return self.outcome not in ("done", "already", "nothing")


@dataclass(frozen=True, slots=True)
class FunctionLog:
    """The function's log group, as far as it has been written."""

    group: str
    key: str | None
    """The ARN of the key that encrypts it; None when it is not encrypted with a key of ours."""
    lines: tuple[str, ...]
    runs: tuple[Run, ...]
    newest: float = 0.0
    """When its last line was written, in seconds since the epoch, by the log's clock; 0 without one."""

    def of(self, version: str) -> tuple[Run, ...]:
        """The runs that made one version of the secret, in their order."""
        return tuple(run for run in self.runs if run.version == version)


def read(logs: Any, function: str) -> FunctionLog:
    """Read the whole log of a function through a boto3 client of CloudWatch Logs."""
    group = group_of(function)
    described = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    key = next((each.get("kmsKeyId") for each in described if each["logGroupName"] == group), None)
    return replace(written(logs, function), key=key)


def written(logs: Any, function: str, since: float = 0.0) -> FunctionLog:
    """What a function has written since a moment, in seconds since the epoch. Its key is not asked for."""
    group = group_of(function)
    asked = {"logGroupName": group, "startTime": int(since * 1000)}
    pages = logs.get_paginator("filter_log_events").paginate(**asked)
    events = sorted((event for page in pages for event in page["events"]), key=lambda event: event["timestamp"])
    runs = tuple(run for event in events if (run := _run(event)))
    newest = events[-1]["timestamp"] / 1000 if events else 0.0
    return FunctionLog(group, None, tuple(event["message"] for event in events), runs, newest)


def group_of(function: str) -> str:
    """The log group of a function, by its name."""
    return f"/aws/lambda/{function}"


def _run(event: dict[str, Any]) -> Run | None:
    try:
        said = json.loads(event["message"])
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("keyturn") != "rotation":
        return None
    return Run(
        at=event["timestamp"] / 1000,
        step=said["step"],
        outcome=said["outcome"],
        because=said.get("because", ""),
        version=said.get("version", ""),
        milliseconds=said["milliseconds"],
        api=said["api"],
        sql=said["sql"],
        logins=said["logins"],
    )
