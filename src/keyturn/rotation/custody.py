"""
What the steps and the upkeep have in common: the account in the administrator's hands.

Everything here looks first and changes only what is not so yet.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from . import grace
from .errors import ConnectionLost, Postponed, Rejected
from .store import CURRENT, PENDING, PREVIOUS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from .configuration import Configuration
    from .deadline import Deadline
    from .engine import Account, Engine, Server
    from .report import Report
    from .secret import Login
    from .store import Description, Store

T = TypeVar("T")

# Seconds that must be left of the function's time. A login takes at most 5, a statement at most 10.
TIME_FOR_A_CHANGE = 12.0

# How often, and after how many seconds each, a reader is asked whether it has heard. Aurora's usually lag
# behind by less than a tenth of a second; longer waits are left to Secrets Manager's next try.
READER_LOOKS, READER_PAUSE = 10, 0.2


@dataclass(frozen=True, slots=True)
class Custody:
    """One run's means: its settings, the secret, the server, the time left, and the line it will write."""

    configuration: Configuration
    store: Store
    engine: Engine
    report: Report
    deadline: Deadline

    def administrator(self) -> Login:
        """
        The administrator's login.

        Raises:
            Rejected: It is the account that is to be rotated.
        """
        login = self.store.administrator()
        if login.username in self.configuration.logins:
            raise Rejected("DB_USER is the administrator, whose password RDS rotates itself")
        return login

    def login(self, description: Description, label: str) -> Login | None:
        """The login in the version that carries this label."""
        return self.store.version(description.holder(label)).document.login

    def provided(self, server: Server, account: Account | None, login: Login, *, first: bool = False) -> Account:
        """The account; made with this login if it is missing, and completed if this is the first rotation."""
        if account and not first:
            return account
        self.deadline.require(TIME_FOR_A_CHANGE, "making the account")
        if not first:
            self.report.repaired.append("the account was missing")
        return server.provision(login, first=first)

    def established(
        self, server: Server, account: Account, description: Description, current: Login, *others: Login
    ) -> Account:
        """The account with AWSCURRENT as its newest password, also if something else has changed it."""
        if account.leads_with(current):
            return account
        admitted = account.admits(current)
        self.report.repaired.append(
            "the newest password was not AWSCURRENT" if admitted else "AWSCURRENT did not log in"
        )
        previous = self.login(description, PREVIOUS)
        self.deadline.require(TIME_FOR_A_CHANGE, "repairing the account")
        return server.establish(current, tuple(login for login in (previous, *others) if login))

    def log_in_everywhere(self, login: Login) -> None:
        """
        Log in on the writer and wherever readers are asked.

        Raises:
            Refused, Unreachable, Postponed: One of them did not accept it.
        """
        for host in self.configuration.hosts:
            self.engine.log_in(login, host)

    def await_readers(self, administrator: Login, arrived: Callable[[Account], bool]) -> None:
        """
        Wait until every reader has the account as it is to be.

        Asked of what the readers store, so that no login fails on one that lags behind.

        Raises:
            Postponed: One of them has not got it in time. Secrets Manager tries again later.
        """
        for host in self.configuration.readers:
            for _ in range(READER_LOOKS):
                account = self.engine.observe(administrator, host)
                if account and arrived(account):
                    break
                time.sleep(READER_PAUSE)
            else:
                raise Postponed(f"{host} has not received the change yet", hint="look at the reader's replication lag")

    def grace_left(self, description: Description) -> timedelta:
        """How long the password before AWSCURRENT is to keep working."""
        current = self.store.version(description.holder(CURRENT))
        previous = self.store.version(description.holder(PREVIOUS))
        since = grace.current_since(description, current, previous)
        left = grace.left(since, description.now, self.configuration.grace)
        age = int((description.now - since).total_seconds())
        self.report.old_password_age = age
        self.report.grace_left = int(left.total_seconds())
        self.report.overdue = max(age - self.configuration.grace, 0)
        return left

    def unfinished(self, description: Description) -> int:
        """For how many seconds a rotation has not been complete; 0 without one. Never more than it really is."""
        if not description.rotating:
            return 0
        began = self.store.version(description.holder(PENDING)).created or description.last_changed
        return max(int((description.now - began).total_seconds()), 0) if began else 0

    def again_if_lost(self, work: Callable[[], T]) -> T:
        """
        Do it, and once more if the connection was lost on the way.

        What the server made of the lost statement is not known, and need not be: the work begins by
        looking, and the lock is not to be had while the old session still runs.
        """
        try:
            return work()
        except ConnectionLost:
            self.deadline.require(TIME_FOR_A_CHANGE, "another try")
            return work()


def settled(account: Account, pending: Login, current: Login | None) -> bool:
    """Whether the new password leads and the one in use still works."""
    return account.leads_with(pending) and (current is None or account.admits(current))
