"""
What can go wrong, told apart by what to do about it.

Every text here is written by us from fixed words, names and error codes. A driver's or an SDK's own
text is never passed on, because it may quote a statement or a value.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

OTHERWISE = (
    "STRATEGY can be single-user or alternating-users instead: docs/rotation.md tells the outage that they cause"
)
"""What to do where two passwords cannot be had."""


class RotationError(Exception):
    """A step that did not do its work. The text is safe to log; `hint` says what to do."""

    outcome: ClassVar[str] = "failed"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message}; {hint}" if hint else message)
        self.message = message
        self.hint = hint


class Rejected(RotationError):
    """The request is not one that this function serves. Repeating it is no use."""

    outcome = "rejected"


class Postponed(RotationError):
    """The request is right and the moment is wrong. The same request will work later."""

    outcome = "postponed"


class AtWork(Postponed):
    """Another session has the account's lock. Whoever logs in can take it, and so may hold up a rotation away from his password."""

    def __init__(self, session: int | None) -> None:
        super().__init__(
            "another rotation of this user is at work on the server" + (f", in session {session}" if session else ""),
            hint="if there is none, somebody else holds its lock: end that session" if session else "",
        )


class Crowded(Postponed):
    """The server has no room for another connection, or the account may not have another."""


class Unsupported(RotationError):
    """This server or this account cannot be rotated safely as it is. Someone has to change it."""

    outcome = "unsupported"


class Reason(StrEnum):
    """Why a server refuses a login that reached it."""

    ACCESS_DENIED = "access denied: wrong password, unknown user, or a host it may not come from"
    LOCKED = "the account is locked"
    BLOCKED = "the account is blocked after too many failed logins"
    EXPIRED = "the password has expired"
    DATABASE_DENIED = "the account has no access to the database"
    NO_SUCH_DATABASE = "there is no such database"
    HOST_DENIED = "the server does not accept connections from here"


class Refused(RotationError):
    """The server answered and refused this login. Another password may be the right one."""

    outcome = "refused"

    def __init__(self, username: str, host: str, reason: Reason, code: int | str) -> None:
        super().__init__(f"{username} may not log in on {host}: {reason} ({code})")
        self.reason = reason


class Unreachable(RotationError):
    """The server could not be asked, or its identity not proved. Another password is no use."""

    outcome = "unreachable"


class ConnectionLost(Unreachable):
    """The connection ended under a statement. The server may or may not have carried it out."""
