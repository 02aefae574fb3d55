"""A cloud in which something rotates, for the search after every test: what it holds, and all that it and its commands write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import sinks
from keyturn.local.cloud import Cloud


@dataclass
class Held:
    """See `sinks.Party`; what was written before it was made is not searched again."""

    cloud: Cloud
    known: dict[str, str] = field(default_factory=dict)
    """Values by version: they never change, and may be kept from one test to the next."""
    in_clear: set[str] = field(default_factory=set)
    said: list[str] = field(default_factory=list)
    """What commands have written."""

    def __post_init__(self) -> None:
        self._requests = self.cloud.requests.total
        self._lines = {group: len(lines) for group, lines in self._logs()}

    def secrets(self) -> set[str]:
        """The password in each version of each secret."""
        manager = self.cloud.client("secretsmanager")
        for secret in manager.list_secrets()["SecretList"]:
            listed = manager.list_secret_version_ids(SecretId=secret["ARN"], IncludeDeprecated=True)["Versions"]
            for version in {each["VersionId"] for each in listed} - self.known.keys():
                with suppress(manager.exceptions.ClientError):  # It has no value yet, or goes away.
                    asked = {"SecretId": secret["ARN"], "VersionId": version}
                    self.known[version] = manager.get_secret_value(**asked).get("SecretString", "")
        return {password for value in self.known.values() for password in _passwords(value)}

    def servers(self) -> list[object]:
        """Those of clusters and of instances, readers among them."""
        rds = self.cloud.client("rds")
        names = [each["DBClusterIdentifier"] for each in rds.describe_db_clusters()["DBClusters"]]
        names += [each["DBInstanceIdentifier"] for each in rds.describe_db_instances()["DBInstances"]]
        return [server for server in dict.fromkeys(map(self.cloud.database, names)) if server]

    def told(self) -> dict[str, str]:
        new = self.cloud.requests.total - self._requests
        lines = [line for group, lines in self._logs() for line in lines[self._lines.get(group, 0) :]]
        return {
            "the functions' logs": "\n".join(lines),
            "the request log": "\n".join(map(str, list(self.cloud.requests)[-new:])) if new else "",
            "what commands have said": "\n".join(self.said),
        }

    def files(self) -> Iterator[str]:
        """The files of the cloud, its servers' data among them, in which a password stands as it is."""
        plain = [password.encode() for password in self.secrets()]
        for path in self.cloud.folder.rglob("*"):
            with suppress(FileNotFoundError):
                content = path.read_bytes() if path.is_file() else b""
                if any(password in content for password in plain):
                    yield str(path.relative_to(self.cloud.folder))

    def _logs(self) -> Iterator[tuple[str, list[str]]]:
        logs: Any = self.cloud.client("logs")
        for group in logs.describe_log_groups()["logGroups"]:
            name = group["logGroupName"]
            pages = logs.get_paginator("filter_log_events").paginate(logGroupName=name)
            yield name, [event["message"] for page in pages for event in page["events"]]


def _passwords(value: str) -> Iterator[str]:
    with suppress(ValueError):
        fields = json.loads(value)
        if isinstance(fields, dict) and isinstance(fields.get("password"), str):
            yield fields["password"]


def begin(cloud: Cloud, **arguments: Any) -> Held:
    """Have a cloud searched in the end, what its servers write from now on included."""
    held = Held(cloud, **arguments)
    sinks.begin(held)
    return held
