"""
What happens between rotations: the hourly look, and what an operator may ask for.

| asked for | what it does |
|---|---|
| by the clock | discards the old password when its grace period is over; puts right what came apart |
| `discard` | the same, and does not wait for the grace period: for a password that has leaked |
| `rollback` | makes AWSPREVIOUS current again, first in the database and then in the secret |
| `status` | says what is so, and changes nothing |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .custody import TIME_FOR_A_CHANGE, Custody, settled
from .errors import Postponed, Refused, Rejected
from .events import Operation
from .plain import Plain
from .store import CURRENT, PENDING, PREVIOUS

if TYPE_CHECKING:
    from .engine import Account, Server
    from .secret import Login

NOTHING_YET = "the secret has no password before its first rotation"


class Upkeep:
    """One look at the account outside a rotation."""

    def __init__(self, custody: Custody) -> None:
        self._custody = custody

    def run(self, operation: Operation) -> None:
        """
        Do what was asked for.

        Raises:
            RotationError: It could not be done. AWSCURRENT logs in all the same.
        """
        if self._custody.configuration.plain:
            return Plain(self._custody).keep(operation)
        match operation:
            case Operation.TICK:
                self._custody.again_if_lost(self.tidy)
            case Operation.DISCARD:
                self._custody.again_if_lost(lambda: self.tidy(at_once=True))
            case Operation.ROLLBACK:
                self._custody.again_if_lost(self.roll_back)
            case Operation.STATUS:
                self.tell()
        return None

    def tidy(self, *, at_once: bool = False) -> None:
        """
        End the old password's life when its grace period is over, or at once.

        When AWSCURRENT does not log in, the administrator first makes it the account's password again.
        """
        custody, report = self._custody, self._custody.report
        administrator = custody.administrator()
        with custody.engine.administer(administrator) as server:
            description = custody.store.describe()
            report.unfinished, report.overdue = custody.unfinished(description), 0
            current = custody.login(description, CURRENT)
            if current is None:
                return report.conclude("nothing", NOTHING_YET)
            pending = custody.login(description, PENDING) if description.rotating else None
            account = custody.provided(server, server.account(), current)
            report.retained = account.retained
            if pending and settled(account, pending, current):
                # The retained password is the current one.
                return report.conclude("nothing", "a rotation is under way")
            account = custody.established(server, account, description, current, *((pending,) if pending else ()))
            report.retained = account.retained
            quiet = "done" if report.repaired else "nothing"
            if not account.retained:
                return report.conclude(quiet)
            if custody.grace_left(description) and not at_once:
                return report.conclude(quiet, "the old password's grace period is not over")
            self._discard(server, current)
            report.overdue = 0
        custody.await_readers(administrator, lambda account: account.leads_with(current) and not account.retained)
        self._require_refused(custody.login(description, PREVIOUS), account)
        custody.store.forget()
        return None

    def roll_back(self) -> None:
        """
        Make the password under AWSPREVIOUS current again.

        The database goes first: both passwords work before, between and after the two changes.
        """
        custody, report = self._custody, self._custody.report
        administrator = custody.administrator()
        with custody.engine.administer(administrator) as server:
            description = custody.store.describe()
            if description.rotating:
                raise Rejected("a rotation is under way", hint="cancel it, or let it end")
            current, previous = custody.login(description, CURRENT), custody.login(description, PREVIOUS)
            target = description.holder(PREVIOUS)
            if current is None or previous is None or target is None:
                raise Rejected("there is no AWSPREVIOUS with a password to go back to")
            account = custody.provided(server, server.account(), previous)
            if not account.leads_with(previous):
                custody.deadline.require(TIME_FOR_A_CHANGE, "changing the password")
                account = server.establish(previous, (current,))
            if not settled(account, previous, current):
                raise Postponed(
                    "the current password would stop working", hint="another one is retained; discard it first"
                )
            report.retained = account.retained
            custody.await_readers(administrator, lambda found: settled(found, previous, current))
            custody.log_in_everywhere(previous)
            custody.store.promote(target, description.holder(CURRENT))
        custody.store.forget()

    def tell(self) -> None:
        """Report the labels, which of their passwords work, and what is due."""
        custody, report = self._custody, self._custody.report
        description = custody.store.describe()
        with custody.engine.administer(custody.administrator()) as server:
            account = server.account()
        report.retained = account.retained if account else False
        report.unfinished, report.overdue = custody.unfinished(description), 0
        report.passwords = {
            label: _standing(account, login)
            for label in (CURRENT, PREVIOUS, PENDING)
            if (login := custody.login(description, label))
        }
        if report.retained:
            custody.grace_left(description)
        custody.store.forget()

    def _discard(self, server: Server, current: Login) -> None:
        custody = self._custody
        custody.log_in_everywhere(current)
        custody.deadline.require(TIME_FOR_A_CHANGE, "discarding the old password")
        account = server.discard()
        if account.retained or not account.leads_with(current):
            raise Postponed("the account was changed by someone else while its old password was discarded")
        custody.report.retained = False

    def _require_refused(self, old: Login | None, account: Account) -> None:
        """
        See that the old password is refused. The one failed login that is made on purpose.

        Not where it could lock somebody out, and not if the newest password is the same as the old one.
        """
        if old is None or account.leads_with(old) or not account.tolerates_a_wrong_password:
            return
        for host in self._custody.configuration.hosts:
            try:
                self._custody.engine.log_in(old, host)
            except Refused:
                continue
            raise Postponed(f"{host} still accepts the old password after it was discarded")


def _standing(account: Account | None, login: Login) -> str:
    """How a password stands with the server, by what the server stores."""
    if account is None:
        return "no account"
    if account.leads_with(login):
        return "newest"
    return "retained" if account.admits(login) else "refused"
