"""How a secret's rotation stands: what Secrets Manager, the function and its log tell together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from botocore.exceptions import ClientError

from keyturn.operate.account import Account
from keyturn.operate.function import Answer, NotDone, ask, name_of
from keyturn.operate.refusals import DENIED, code_of, refusals
from keyturn.operate.secret import Secret, Version, dated, describe
from keyturn.up import functionlog
from keyturn.up.functionlog import STEPS, Run

LOOKED_BACK = timedelta(days=7)
"""How far back the function's log is read."""


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What a look has found.

    Attributes:
        answer: What the function said; None when it could not tell, and `trouble` says why.
        runs: The rotations and discards of the days that were looked back on; None where the function's log cannot be read.
    """

    secret: Secret
    answer: Answer | None
    trouble: NotDone | None
    runs: tuple[Run, ...] | None

    def password(self, version: Version) -> str | None:
        """How the password of a version stands with the server, where the function has told."""
        known = self.answer.passwords if self.answer else {}
        return next((known[label] for label in version.labels if label in known), None)

    @property
    def last_failure(self) -> Run | None:
        return next((run for run in reversed(self.runs or ()) if run.failed), None)

    @property
    def failing(self) -> Run | None:
        """The last failure, if nothing of its kind has ended well since."""
        last = self.last_failure
        if last is None or self.runs is None:
            return None
        later = self.runs[self.runs.index(last) + 1 :]
        return None if any(kind(run) == kind(last) for run in later) else last


def look(account: Account, named: str) -> Standing:
    """
    Look at a secret's rotation. Nothing is changed.

    Raises:
        Misuse: There is no such secret.
        Problem: AWS denies it, the secret has no rotation function, or one that is not keyturn's.
    """
    secret = dated(account, describe(account, named))
    answer = trouble = None
    try:
        answer = ask(account, secret, "status")
    except NotDone as error:
        trouble = error
    return Standing(secret, answer, trouble, _runs(account, secret))


def kind(run: Run) -> str:
    """What a run is part of: `rotation` or `discard`."""
    return "rotation" if run.step in STEPS else run.step


def _runs(account: Account, secret: Secret) -> tuple[Run, ...] | None:
    """What the function has done by itself; None where its log may not be read, or there is none."""
    logs, since = account.logs, (secret.now - LOOKED_BACK).timestamp()
    with refusals():
        try:
            log = functionlog.written(logs, name_of(secret.rotating_function()), since)
        except ClientError as error:
            if code_of(error) in (*DENIED, "ResourceNotFoundException"):
                return None
            raise
    return tuple(run for run in log.runs if run.step in (*STEPS, "discard"))
