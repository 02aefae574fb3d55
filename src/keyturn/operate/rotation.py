"""A rotation that an operator asks for, followed to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import ClientError

from keyturn.operate.account import Account
from keyturn.operate.function import name_of
from keyturn.operate.refusals import DENIED, code_of, refusals
from keyturn.operate.secret import CURRENT, Secret, describe
from keyturn.problem import Problem
from keyturn.rotation import errors
from keyturn.up import functionlog
from keyturn.up.functionlog import FunctionLog, Run

PATIENCE = 300.0
"""Seconds to wait: four steps of a minute at most each, and what lies between."""
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 2.0
"""Seconds between two looks; CloudWatch Logs answers few of them in a second."""
LAST_LINES = 5.0
"""Seconds that lines may come after what they tell."""
LOOKED_BACK = 120.0
"""Seconds before the beginning in which a former run may have written its lines."""
OWN_ERRORS = tuple(
    f"[ERROR] {name}:"
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.RotationError)
)
"""How Lambda begins to log what the function raises; the function's line has said it already."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """A rotation that was done. `steps` are those whose lines could be read."""

    secret: Secret
    version: str
    steps: tuple[Run, ...]


def rotate(account: Account, named: str, say: Callable[[str], None], *, patience: float = PATIENCE) -> Rotated:
    """
    Rotate a secret now, or follow the rotation of it that is not complete.

    Args:
        say: Is told of each step.
        patience: Seconds to wait in all.

    Raises:
        Misuse: There is no such secret.
        Problem: It cannot be rotated, or did not end well; the text has the function's own words.
    """
    secret = describe(account, named)
    function = name_of(secret.rotating_function())
    if not secret.enabled:
        raise Problem(
            f"the rotation of {secret.name} is switched off",
            hint="aws secretsmanager rotate-secret switches it on, and rotates",
        )
    log = _log(account, function, secret.now.timestamp() - LOOKED_BACK)
    since = max(log.newest + 0.001 if log else 0.0, secret.now.timestamp() - LOOKED_BACK)
    version = _begin(account, secret, say)
    seen: list[Run] = []
    pause = FIRST_PAUSE
    deadline, ended = time.monotonic() + patience, None
    while time.monotonic() < deadline:
        secret = describe(account, secret.arn)
        log = _log(account, function, since)
        for run in log.of(version) if log else ():
            if run not in seen:
                seen.append(run)
                say(f"{run.step} {run.outcome} in {run.milliseconds} ms")
            if run.failed:
                raise Problem(f"the rotation failed in {run.step}: {run.outcome}: {_head(run)}", hint=_hint(run))
        if (current := secret.holder(CURRENT)) and current.id == version and secret.unfinished is None:
            ended = ended or time.monotonic()
            if not log or "finishSecret" in {run.step for run in seen} or time.monotonic() > ended + LAST_LINES:
                return Rotated(secret, version, tuple(seen))
        elif secret.unfinished is None or secret.unfinished.id != version:
            raise Problem(
                "the rotation was abandoned: somebody else put a value or moved a label", hint="look at keyturn status"
            )
        elif crash := _crash(log):
            raise Problem(
                f"{function} ended without a word: {crash}", hint=f"look at its log, {log.group if log else ''}"
            )
        time.sleep(pause)
        pause = min(1.5 * pause, LONGEST_PAUSE)
    raise Problem(
        f"the rotation of {secret.name} did not end within {patience:.0f} s",
        hint=f"look at the log of {function}: it has not said that it failed",
    )


def _begin(account: Account, secret: Secret, say: Callable[[str], None]) -> str:
    """Begin a rotation; the id of the version that it makes. One that is not complete is taken up."""
    manager = account.secrets_manager
    with refusals():
        try:
            return str(manager.rotate_secret(SecretId=secret.arn)["VersionId"])
        except ClientError as error:
            if code_of(error) != "InvalidRequestException":
                raise
        if unfinished := describe(account, secret.arn).unfinished:
            say("the last rotation is not complete: Secrets Manager tries it again")
            return unfinished.id
        return str(manager.rotate_secret(SecretId=secret.arn)["VersionId"])  # It has ended meanwhile.


def _log(account: Account, function: str, since: float) -> FunctionLog | None:
    """What the function has written since; None where that may not be read, or there is nothing yet."""
    with refusals():
        try:
            return functionlog.written(account.logs, function, since)
        except ClientError as error:
            if code_of(error) in (*DENIED, "ResourceNotFoundException"):
                return None
            raise


def _crash(log: FunctionLog | None) -> str | None:
    """What Lambda says of a run that ended without a line of ours. Its own text is not passed on: it may hold anything."""
    for line in reversed(log.lines if log else ()):
        if "Task timed out after" in line:
            return "it was stopped at its timeout"
        if "Runtime.ExitError" in line or (line.startswith("[ERROR] ") and not line.startswith(OWN_ERRORS)):
            return "it failed"
    return None


def _head(run: Run) -> str:
    return run.because.partition("; ")[0]


def _hint(run: Run) -> str:
    own = run.because.partition("; ")[2]
    again = "Secrets Manager tries again by itself; whoever logs in now goes on doing so"
    return f"{own}. {again}" if own else again
