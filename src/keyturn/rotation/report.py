"""
One line of JSON for each run, whatever happens. `keyturn up` builds its proof from these lines.

    {"keyturn": "rotation",         what kind of line this is
     "step": "setSecret",           a step; or "discard" (by the hour or by hand), "rollback", "status"
     "outcome": "done",             see below
     "because": "…",                one sentence, unless the outcome is "done"
     "secret": "arn:…", "version": "…",   the secret, and the id of the version being made
     "strategy": "single-user", "outage": "…",   with a plain strategy: which, and in setSecret what it costs
     "milliseconds": 31,
     "api": {"DescribeSecret": 1},  Secrets Manager calls by name
     "sql": {"alter user": 1},      statements by kind, never their text
     "logins": {"accepted": 1, "refused": 0},
     "retained": true,              an old password still works beside the current one
     "repaired": ["…"],             what had drifted apart and was put right, in words
     "old_password_age": 3600,      seconds since AWSCURRENT moved, on Secrets Manager's clock
     "grace_left": 82800,           seconds until the old password is discarded
     "overdue": 0,                  seconds since it ought to have been
     "unfinished": 0,               seconds since the rotation began that is not complete; 0 without one
     "passwords": {"AWSCURRENT": "newest"}}   for "status": "newest", "retained", "refused" or "no account"

`outcome` is `done` (changed something), `already` (found it done), `nothing` (nothing was due), or why
the step failed: `rejected`, `postponed`, `unsupported`, `refused`, `unreachable`, `failed`. Fields that
a run did not come to are left out. In Lambda the line carries metrics besides; see `metrics`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .metrics import embedded

if TYPE_CHECKING:
    from .redact import Redactor


@dataclass(slots=True)
class Report:
    """What one run did, counted while it happens. It holds no secret."""

    step: str
    secret: str | None = None
    version: str | None = None
    strategy: str | None = None
    outage: str | None = None
    outcome: str = "done"
    because: str | None = None
    api: Counter[str] = field(default_factory=Counter)
    sql: Counter[str] = field(default_factory=Counter)
    logins: Counter[str] = field(default_factory=lambda: Counter(accepted=0, refused=0))
    retained: bool | None = None
    repaired: list[str] = field(default_factory=list)
    old_password_age: int | None = None
    grace_left: int | None = None
    overdue: int | None = None
    unfinished: int | None = None
    passwords: dict[str, str] | None = None
    _started: float = field(default_factory=time.monotonic)

    def conclude(self, outcome: str, because: str | None = None) -> None:
        self.outcome, self.because = outcome, because

    def fields(self, redactor: Redactor) -> dict[str, Any]:
        """The line's fields, with every text in them cleaned."""
        fields = {
            "keyturn": "rotation",
            "step": self.step,
            "outcome": self.outcome,
            "because": self.because,
            "secret": self.secret,
            "version": self.version,
            "strategy": self.strategy,
            "outage": self.outage,
            "milliseconds": round((time.monotonic() - self._started) * 1000),
            "api": dict(self.api),
            "sql": dict(self.sql),
            "logins": dict(self.logins),
            "retained": self.retained,
            "repaired": self.repaired or None,
            "old_password_age": self.old_password_age,
            "grace_left": self.grace_left,
            "overdue": self.overdue,
            "unfinished": self.unfinished,
            "passwords": self.passwords,
        }
        return {key: _clean(value, redactor) for key, value in fields.items() if value is not None}

    def write(self, redactor: Redactor) -> None:
        """Print the line where Lambda collects it."""
        fields = self.fields(redactor)
        if function := os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
            fields = embedded(fields, function, time.time())
        sys.stdout.write(json.dumps(fields) + "\n")
        sys.stdout.flush()


def _clean(value: Any, redactor: Redactor) -> Any:
    # Values are cleaned before they are encoded: a secret that looks like a key must not break the line.
    if isinstance(value, str):
        return redactor.clean(value)
    if isinstance(value, list):
        return [_clean(item, redactor) for item in value]
    return value
