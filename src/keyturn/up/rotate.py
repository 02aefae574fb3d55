"""Ask for a rotation and wait until it has come to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from keyturn.problem import Problem
from keyturn.up import functionlog
from keyturn.up.functionlog import STEPS, FunctionLog, Run


@dataclass(frozen=True, slots=True)
class Rotation:
    """A rotation that was done: the version it made current, and the run of each step that did it."""

    version: str
    steps: tuple[Run, ...]

    @property
    def api_calls(self) -> int:
        return sum(sum(run.api.values()) for run in self.steps)

    @property
    def sql_statements(self) -> int:
        return sum(sum(run.sql.values()) for run in self.steps)


@dataclass(frozen=True, slots=True)
class Rotator:
    """
    Rotates one secret and watches.

    Attributes:
        manager, logs: boto3 clients of Secrets Manager and CloudWatch Logs.
        pause: Seconds between two looks.
        patience: Seconds to wait for a rotation before giving up.
    """

    manager: Any
    logs: Any
    secret: str
    function: str
    pause: float
    patience: float

    def rotate(self, say: Callable[[str], None]) -> Rotation:
        """
        Rotate now.

        Raises:
            Problem: It did not end well; the text has the function's own words.
        """
        version = self.manager.rotate_secret(SecretId=self.secret)["VersionId"]
        return self.wait(say, version)

    def wait(self, say: Callable[[str], None], version: str | None = None) -> Rotation:
        """
        Wait for a rotation that has been asked for: the one that makes `version`, or the first one of a new secret.

        Raises:
            Problem: As for `rotate`.
        """
        deadline = time.monotonic() + self.patience
        told = 0
        while time.monotonic() < deadline:
            stages = self.manager.describe_secret(SecretId=self.secret).get("VersionIdsToStages", {})
            log = self.log()
            runs = log.of(version) if version else log.runs
            for run in runs[told:]:
                say(f"{run.step} {run.outcome}")
            told = len(runs)
            if current := next((each for each, labels in stages.items() if "AWSCURRENT" in labels), None):
                done = {run.step: run for run in log.of(current) if not run.failed}
                if version in (None, current) and set(STEPS) <= set(done):
                    return Rotation(current, tuple(done[step] for step in STEPS))
            time.sleep(self.pause)
        raise Problem(f"the rotation of {self.secret} did not end within {self.patience:.0f} s", hint=self._why())

    def log(self) -> FunctionLog:
        """The function's log; empty while it has none."""
        try:
            return functionlog.read(self.logs, self.function)
        except self.logs.exceptions.ResourceNotFoundException:
            return FunctionLog("", None, (), ())

    def _why(self) -> str:
        """What the function said last, in its own words."""
        log = self.log()
        if failed := [run for run in log.runs if run.failed]:
            return f"{failed[-1].step}: {failed[-1].because}"
        return log.lines[-1].strip() if log.lines else "the function has not written a line: was it invoked at all?"
