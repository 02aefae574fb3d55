"""A rotation stack as its operator finds it, and what tests ask of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pymysql

from keyturn.local.cloud import Cloud
from keyturn.up.rotate import Rotator

SUFFIX = "ops-001"
SECRET = f"database-secret-{SUFFIX}"
FUNCTION = f"rotation-function-{SUFFIX}"


@dataclass(frozen=True)
class Deployed:
    """A rotation stack that stands."""

    cloud: Cloud
    rotator: Rotator
    said: list[str] = field(default_factory=list)
    """All that commands and the function have told in this test."""
    known: dict[str, str] = field(default_factory=dict)
    """The secrets' values so far, by version."""

    def keyturn(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command as the account's owner does, in a process of its own."""
        environment = {**os.environ, **self.cloud.environment, "NO_COLOR": "1", "COLUMNS": "160", **variables}
        command = [sys.executable, "-m", "keyturn", *words]
        told = subprocess.run(command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL)
        self.said.extend((told.stdout, told.stderr))
        return told

    def ask(self, operation: str) -> dict[str, Any]:
        """Ask the function itself."""
        event = json.dumps({"keyturn": operation, "SecretId": self.described["ARN"]})
        told = self.cloud.client("lambda").invoke(FunctionName=FUNCTION, Payload=event)
        self.said.append(told["Payload"].read().decode())
        answer: dict[str, Any] = json.loads(self.said[-1])
        return answer

    def rotate(self) -> None:
        """Rotate without the command."""
        self.rotator.rotate(lambda step: None)

    def status(self) -> dict[str, Any]:
        told = self.keyturn("status", SECRET, "--format", "json")
        assert told.stderr == ""
        answer: dict[str, Any] = json.loads(told.stdout)
        assert told.returncode == (0 if answer["ok"] else 1)
        return answer

    def pass_time(self, span: timedelta) -> None:
        self.cloud.clock.advance(span)

    @property
    def described(self) -> dict[str, Any]:
        told: dict[str, Any] = self.cloud.client("secretsmanager").describe_secret(SecretId=SECRET)
        return told

    def password(self, label: str = "AWSCURRENT") -> str:
        value = self.cloud.client("secretsmanager").get_secret_value(SecretId=SECRET, VersionStage=label)
        return str(json.loads(value["SecretString"])["password"])

    def logs_in(self, password: str) -> bool:
        server = self.cloud.database(f"aurora-cluster-{SUFFIX}")
        assert server
        try:
            server.connect("application", password).close()
        except pymysql.err.OperationalError:
            return False
        return True

    def as_administrator(self, statement: str) -> None:
        server = self.cloud.database(f"aurora-cluster-{SUFFIX}")
        assert server
        server.execute(statement)
