"""What is wrong with a rotation, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from keyturn.operate.function import Answer
from keyturn.operate.secret import CURRENT, Secret
from keyturn.operate.spans import spoken
from keyturn.operate.standing import Standing, kind

PATIENCE = timedelta(minutes=15)
"""A rotation that takes longer has not gone well: its steps take seconds."""
LATE = timedelta(hours=2)
"""The hourly run comes at least once in that time."""
WINDOW = timedelta(hours=24)
"""The longest window of a schedule; Secrets Manager user guide, "Schedule expressions"."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong, in the user's words, and what to do about it."""

    what: str
    hint: str


def faults(standing: Standing) -> Iterator[Fault]:
    """All that is wrong, the gravest first."""
    secret, answer = standing.secret, standing.answer
    if not secret.enabled:
        yield Fault("its rotation is switched off", "aws secretsmanager rotate-secret switches it on, and rotates")
    if standing.trouble:
        yield Fault(f"the function cannot look at the database: {standing.trouble.message}", standing.trouble.hint)
    if answer:
        yield from _of_passwords(answer, secret)
    if (pending := secret.unfinished) and (age := secret.age(pending)) and age > PATIENCE:
        yield Fault(
            f"a rotation has not been completed for {spoken(age)}",
            "`keyturn rotate` tries it again, and says why it fails",
        )
    if secret.enabled and secret.next and secret.now - secret.next > WINDOW:
        yield Fault(
            f"it ought to have been rotated {spoken(secret.now - secret.next)} ago",
            "look whether Secrets Manager may still invoke the function, and whether the function fails",
        )
    if (failing := standing.failing) and failing.outcome != "postponed":
        yield Fault(f"the last {kind(failing)} failed", f"it said: {failing.outcome}: {failing.because}")


def _of_passwords(answer: Answer, secret: Secret) -> Iterator[Fault]:
    if secret.holder(CURRENT) is None or not answer.passwords:
        yield Fault("it has no password yet", "the first rotation makes it; `keyturn rotate` says why that fails")
        return
    match answer.passwords.get(CURRENT):
        case "refused":
            yield Fault(f"{CURRENT} does not log in", "the hourly run makes it the password again")
        case "no account":
            yield Fault("the database has no such user", "the hourly run makes it again, with its password")
        case "retained" if secret.unfinished is None:
            yield Fault(f"another password is newer than {CURRENT}", f"the hourly run puts {CURRENT} first")
    if answer.overdue > LATE.total_seconds():
        yield Fault(
            f"the old password ought to have been discarded {spoken(timedelta(seconds=answer.overdue))} ago",
            "`keyturn discard` does it now; look why the hourly run does not: its rule, its permission, its log",
        )
