"""
The plain strategies, for a server or an account that cannot have two passwords, or where there is no administrator.

They have to be chosen, because they cost something. Each user changes its own password, with the one that it has: no administrator is
asked, no user is made, nothing is repaired.

`single-user`: one user with one password. From setSecret until AWSCURRENT moves, a second or two when all goes well and until the next try
when it does not, nobody can log in with what the secret says; and whoever keeps the old password for longer cannot either, until he asks
again. There is no grace period.

`alternating-users`: two users with the same rights, `<user>` and `<user>_clone`, take turns. The one before keeps its password until the
next rotation, so no login fails in between. What one user makes belongs to it, and rights given to one have to be given to the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import passwords
from .custody import TIME_FOR_A_CHANGE, Custody
from .errors import Postponed, Refused, Rejected, Unsupported
from .events import Operation
from .secret import Login
from .store import CURRENT, PENDING, PREVIOUS

if TYPE_CHECKING:
    from .store import Description

NOTHING_THERE = "the secret has no password, and this strategy makes no users"
PUT_ONE = "put the user name and the password of a user that is there into it"

OUTAGE = {
    "single-user": "from here until AWSCURRENT moves no login works with what the secret says, and none with a cached password after that",
    "alternating-users": "the user's password before this one ends here; the other user's goes on until the next rotation",
}
"""What the line of setSecret says of each."""


class Plain:
    """One run of a plain strategy."""

    def __init__(self, custody: Custody) -> None:
        self._custody = custody

    def change(self, description: Description, pending: Login) -> None:
        """
        Give the pending password to its user.

        Raises:
            Refused: None of the passwords that the user ought to have is the right one.
            Unsupported: The secret has never had a password of this user.
            Postponed: Its old password is within the grace period.
        """
        custody = self._custody
        logins = (custody.login(description, label) for label in (CURRENT, PREVIOUS))
        own = [login for login in logins if login and login.username == pending.username]
        current = custody.login(description, CURRENT)
        if not own:
            raise Unsupported(
                f"the secret has never had a password of {pending.username}",
                hint="put that user's name and password into it, and then those of the other user",
            )
        if current and current.username != pending.username and (left := custody.grace_left(description)):
            raise Postponed(f"the old password is to keep working for {left.total_seconds():.0f} s more")
        # In this order no login fails, unless an earlier try has come as far as the change.
        for login in (*own, pending):
            try:
                custody.engine.log_in(login, custody.configuration.host)
            except Refused as refusal:
                refused = refusal
                continue
            if login is pending:
                return custody.report.conclude("already")
            custody.deadline.require(TIME_FOR_A_CHANGE, "changing the password")
            custody.report.outage = OUTAGE[custody.configuration.strategy]
            custody.engine.change_own(login, pending)
            return None
        raise refused

    def keep(self, operation: Operation) -> None:
        """
        Do what is asked for outside a rotation.

        Raises:
            RotationError: It could not be done.
        """
        description = self._custody.store.describe()
        report = self._custody.report
        report.unfinished, report.overdue = self._custody.unfinished(description), 0  # Nothing is ever due here.
        current, previous = (self._custody.login(description, label) for label in (CURRENT, PREVIOUS))
        if current is None:
            return self._custody.report.conclude("nothing", NOTHING_THERE)
        match operation:
            case Operation.TICK:
                self._custody.log_in_everywhere(current)
                self._custody.report.conclude("nothing")
            case Operation.STATUS:
                self._tell(description)
            case Operation.DISCARD:
                self._discard(current, previous)
            case Operation.ROLLBACK:
                self._roll_back(description, current, previous)
        self._custody.store.forget()
        return None

    def _discard(self, current: Login, previous: Login | None) -> None:
        """End the other user's password: it is given one that nobody knows."""
        if previous is None or previous.username == current.username:
            return self._custody.report.conclude("nothing", "there is one password, and it is the current one")
        self._custody.log_in_everywhere(current)
        self._custody.deadline.require(TIME_FOR_A_CHANGE, "discarding the old password")
        self._custody.engine.change_own(previous, Login(previous.username, passwords.generate(passwords.Rules())))
        return None

    def _roll_back(self, description: Description, current: Login, previous: Login | None) -> None:
        target = description.holder(PREVIOUS)
        if description.rotating or previous is None or target is None:
            raise Rejected("there is no AWSPREVIOUS with a password to go back to, or a rotation is under way")
        if previous.username == current.username:
            self._custody.deadline.require(TIME_FOR_A_CHANGE, "changing the password")
            self._custody.report.outage = OUTAGE[self._custody.configuration.strategy]
            self._custody.engine.change_own(current, previous)
        self._custody.log_in_everywhere(previous)
        self._custody.store.promote(target, description.holder(CURRENT))

    def _tell(self, description: Description) -> None:
        logins = {label: self._custody.login(description, label) for label in (CURRENT, PREVIOUS, PENDING)}
        current = logins[CURRENT]
        self._custody.report.passwords = {
            label: ("newest" if label == CURRENT else "retained") if self._works(login, label, current) else "refused"
            for label, login in logins.items()
            if login
        }

    def _works(self, login: Login, label: str, current: Login | None) -> bool:
        """Whether it logs in. Another password of the current user cannot, and is not tried."""
        if label != CURRENT and current and login.username == current.username:
            return False
        try:
            self._custody.engine.log_in(login, self._custody.configuration.host)
        except Refused:
            return False
        return True
