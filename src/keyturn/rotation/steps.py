"""
The order of things, once for every engine.

Each step can be repeated, and can begin after another run ended anywhere: it looks at what is there and
does what is missing. See `docs/rotation.md` for the table of crash points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from . import grace, passwords, secret
from .errors import ConnectionLost, Postponed, Refused, Rejected
from .events import RotationEvent, Step, Tick
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
TIME_FOR_A_STEP = 5.0
TIME_FOR_A_CHANGE = 12.0


class Rotation:
    """One run of the function: one step for one version, or one hourly look."""

    def __init__(
        self, configuration: Configuration, store: Store, engine: Engine, report: Report, deadline: Deadline
    ) -> None:
        self._configuration = configuration
        self._store = store
        self._engine = engine
        self._report = report
        self._deadline = deadline

    def run(self, event: RotationEvent | Tick) -> None:
        """
        Do one step.

        Raises:
            RotationError: It could not be done. The invariant holds all the same.
        """
        self._deadline.require(TIME_FOR_A_STEP, "this step")
        match event:
            case Tick():
                self._again_if_lost(self.discard_old)
            case RotationEvent(step=Step.CREATE):
                self.create_secret(event)
            case RotationEvent(step=Step.SET):
                self._again_if_lost(lambda: self.set_secret(event))
            case RotationEvent(step=Step.TEST):
                self.test_secret(event)
            case RotationEvent(step=Step.FINISH):
                self.finish_secret(event)

    def create_secret(self, event: RotationEvent) -> None:
        """Store a new password under AWSPENDING. Nothing else knows of it yet."""
        description = self._describe(event)
        if self._is_current(description, event):
            return self._report.conclude("already")
        before = self._store.version(description.holder(CURRENT)).document
        text = secret.compose(before, passwords.generate(), self._configuration)
        if not self._store.put_pending(event.token, text, event.rotation_token):
            self._report.conclude("already")
        return None

    def set_secret(self, event: RotationEvent) -> None:
        """Let the server accept the pending password beside the current one."""
        with self._engine.administer(self._administrator()) as server:
            # Labels are asked for under the lock, so that what is decided here is still so when it is done.
            description = self._describe(event)
            if self._is_current(description, event):
                return self._report.conclude("already")
            pending = self._pending(event)
            current = self._store.version(description.holder(CURRENT)).document.login
            found = server.account()
            account = self._provided(server, found, current or pending, first=current is None)
            if not _settled(account, pending, current):
                if current:
                    account = self._establish(server, account, description, current, pending)
                self._require_room(account, description, pending, current)
                self._deadline.require(TIME_FOR_A_CHANGE, "changing the password")
                account = server.admit(pending)
                if not _settled(account, pending, current):
                    raise Postponed("the account was changed by someone else during the rotation")
            self._report.retained = account.retained
            if account == found:
                self._report.conclude("already")
        return None

    def test_secret(self, event: RotationEvent) -> None:
        """Log in with the pending and the current password wherever the application does."""
        description = self._describe(event)
        version = self._store.version(event.token)
        current = self._store.version(description.holder(CURRENT)).document.login
        pending = version.document.login
        if pending is None:
            # RotateImmediately=false runs this step alone, with a copy of the current value: of nothing, before
            # the first rotation. What that rotation will need can be tried all the same.
            if current or not self._copies_current(description, version.has_value):
                raise Rejected("the pending version has no password", hint="createSecret comes first")
            with self._engine.administer(self._administrator()):
                return self._report.conclude("nothing", "the secret has no password before its first rotation")
        for host in self._configuration.hosts:
            self._engine.log_in(pending, host)
            if current and current != pending:
                self._engine.log_in(current, host)
        return None

    def finish_secret(self, event: RotationEvent) -> None:
        """Move AWSCURRENT to the pending version, if it logs in at this moment."""
        description = self._describe(event)
        if self._is_current(description, event):
            self._store.forget()
            return self._report.conclude("already")
        pending = self._pending(event)
        for host in self._configuration.hosts:
            self._engine.log_in(pending, host)
        self._store.promote(event.token, description.holder(CURRENT))
        self._store.forget()
        return None

    def discard_old(self) -> None:
        """
        End the old password's life when its grace period is over.

        Comes every hour, so it also puts right what came apart since: when AWSCURRENT does not log in,
        the administrator makes it the account's password again.
        """
        with self._engine.administer(self._administrator()) as server:
            description = self._store.describe()
            current = self._store.version(description.holder(CURRENT)).document.login
            if current is None:
                return self._report.conclude("nothing", "the secret has no password before its first rotation")
            pending = self._store.version(description.holder(PENDING)).document.login if description.rotating else None
            account = self._provided(server, server.account(), current)
            self._report.retained = account.retained
            if pending and _settled(account, pending, current):
                return self._report.conclude("nothing", "a rotation is under way")
            others = (pending,) if pending else ()
            account = self._establish(server, account, description, current, *others)
            self._report.retained = account.retained
            if not account.retained:
                return self._report.conclude("done" if self._report.repaired else "nothing")
            if self._grace_left(description):
                why = "the old password's grace period is not over"
                return self._report.conclude("done" if self._report.repaired else "nothing", why)
            self._discard(server, current, description)
        self._store.forget()
        return None

    def _discard(self, server: Server, current: Login, description: Description) -> None:
        for host in self._configuration.hosts:
            self._engine.log_in(current, host)
        self._deadline.require(TIME_FOR_A_CHANGE, "discarding the old password")
        account = server.discard()
        if account.retained or not account.leads_with(current):
            raise Postponed("the account was changed by someone else while its old password was discarded")
        self._report.retained = False
        old = self._store.version(description.holder(PREVIOUS)).document.login
        # The one failed login that is made on purpose, and only where it cannot lock anyone out.
        if old and not account.admits(old) and account.tolerates_a_wrong_password:
            self._require_refused(old)

    def _require_refused(self, old: Login) -> None:
        for host in self._configuration.hosts:
            try:
                self._engine.log_in(old, host)
            except Refused:
                continue
            raise Postponed(f"{host} still accepts the old password after it was discarded")

    def _describe(self, event: RotationEvent) -> Description:
        """
        The secret's labels, if this step may be done now.

        Raises:
            Rejected: It may not.
        """
        description = self._store.describe()
        if not description.rotation_enabled:
            raise Rejected("rotation is not enabled for this secret")
        if event.token not in description.stages:
            raise Rejected("the secret has no version with this token")
        if not {CURRENT, PENDING} & description.stages[event.token]:
            raise Rejected("this version is not pending")
        return description

    def _is_current(self, description: Description, event: RotationEvent) -> bool:
        return CURRENT in description.stages[event.token]

    def _copies_current(self, description: Description, pending_has_value: bool) -> bool:
        return pending_has_value == self._store.version(description.holder(CURRENT)).has_value

    def _pending(self, event: RotationEvent) -> Login:
        login = self._store.version(event.token).document.login
        if login is None:
            raise Rejected("the pending version has no password", hint="createSecret comes first")
        return login

    def _administrator(self) -> Login:
        login = self._store.administrator()
        if login.username == self._configuration.user:
            raise Rejected("DB_USER is the administrator, whose password RDS rotates itself")
        return login

    def _provided(self, server: Server, account: Account | None, login: Login, *, first: bool = False) -> Account:
        """The account; made with this login if it is missing, and completed if this is the first rotation."""
        if account and not first:
            return account
        self._deadline.require(TIME_FOR_A_CHANGE, "making the account")
        if not first:
            self._report.repaired.append("the account was missing")
        return server.provision(login)

    def _establish(
        self, server: Server, account: Account, description: Description, current: Login, *others: Login
    ) -> Account:
        """Make AWSCURRENT the newest password again, if something else changed the account."""
        if account.leads_with(current):
            return account
        admitted = account.admits(current)
        self._report.repaired.append(
            "the newest password was not AWSCURRENT" if admitted else "AWSCURRENT did not log in"
        )
        previous = self._store.version(description.holder(PREVIOUS)).document.login
        self._deadline.require(TIME_FOR_A_CHANGE, "repairing the account")
        return server.establish(current, tuple(login for login in (previous, *others) if login))

    def _require_room(self, account: Account, description: Description, pending: Login, current: Login | None) -> None:
        """
        Refuse to end the life of a password before its grace period is over.

        Raises:
            Postponed: A third password is retained and its time is not over.
        """
        if account.would_evict(pending, current) and (left := self._grace_left(description)):
            raise Postponed(
                f"the old password is to keep working for {left.total_seconds():.0f} s more",
                hint="rotate after that, or discard it first",
            )

    def _grace_left(self, description: Description) -> timedelta:
        current = self._store.version(description.holder(CURRENT))
        previous = self._store.version(description.holder(PREVIOUS))
        since = grace.current_since(description, current, previous)
        left = grace.left(since, description.now, self._configuration.grace)
        self._report.old_password_age = int((description.now - since).total_seconds())
        self._report.grace_left = int(left.total_seconds())
        return left

    def _again_if_lost(self, work: Callable[[], T]) -> T:
        """
        Do it, and once more if the connection was lost on the way.

        What the server made of the lost statement is not known, and need not be: the work begins by
        looking, and the lock is not to be had while the old session still runs.
        """
        try:
            return work()
        except ConnectionLost:
            self._deadline.require(TIME_FOR_A_CHANGE, "another try")
            return work()


def _settled(account: Account, pending: Login, current: Login | None) -> bool:
    """Whether the new password leads and the one in use still works."""
    return account.leads_with(pending) and (current is None or account.admits(current))
