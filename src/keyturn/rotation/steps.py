"""
The four steps of a rotation, once for every engine.

Each can be repeated, and can begin after another run ended anywhere: it looks at what is there and does
what is missing. See `docs/rotation.md` for the table of crash points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import passwords, secret
from .configuration import SINGLE_USER
from .custody import TIME_FOR_A_CHANGE, Custody, settled
from .errors import Crowded, Postponed, Rejected, Unsupported
from .events import RotationEvent, Step
from .plain import NOTHING_THERE, PUT_ONE, Plain
from .store import CURRENT, PENDING

if TYPE_CHECKING:
    from .engine import Account
    from .secret import Login
    from .store import Description


class Steps:
    """One step, for one version of the secret."""

    def __init__(self, custody: Custody, event: RotationEvent) -> None:
        self._custody = custody
        self._event = event

    def run(self) -> None:
        """
        Do the step.

        Raises:
            RotationError: It could not be done. The invariant holds all the same.
        """
        match self._event.step:
            case Step.CREATE:
                self.create_secret()
            case Step.SET:
                plain = self._custody.configuration.plain
                self._custody.again_if_lost(self.change_own if plain else self.set_secret)
            case Step.TEST:
                self.test_secret()
            case Step.FINISH:
                self.finish_secret()

    def create_secret(self) -> None:
        """Store a new password under AWSPENDING. Nothing else knows of it yet."""
        store, report, configuration = self._custody.store, self._custody.report, self._custody.configuration
        description = self._describe()
        if self._is_current(description):
            return report.conclude("already")
        before = store.version(description.holder(CURRENT)).document
        rules = configuration.passwords
        if not configuration.plain:
            rules = rules.meeting(self._custody.engine.password_policy(self._custody.administrator))
        elif before.login is None:
            raise Unsupported(NOTHING_THERE, hint=PUT_ONE)
        text = secret.compose(before, passwords.generate(rules), configuration)
        if not store.put_pending(self._event.token, text, self._event.rotation_token):
            report.conclude("already")
        return None

    def set_secret(self) -> None:
        """Let the server accept the pending password beside the current one."""
        custody = self._custody
        administrator = custody.administrator()
        with custody.engine.administer(administrator) as server:
            # Labels are asked for under the lock, so that what is decided here is still so when it is done.
            description = self._describe()
            if self._is_current(description):
                return custody.report.conclude("already")
            pending, current = self._pending(), custody.login(description, CURRENT)
            self._require_another_role(pending, current)
            found = server.account()
            account = custody.provided(server, found, current or pending, first=current is None)
            if not settled(account, pending, current):
                if current:
                    account = custody.established(server, account, description, current, pending)
                self._require_room(account, description, pending, current)
                custody.deadline.require(TIME_FOR_A_CHANGE, "changing the password")
                account = server.admit(pending)
                if not settled(account, pending, current):
                    raise Postponed("the account was changed by someone else during the rotation")
            custody.report.retained = account.retained
            if account == found:
                custody.report.conclude("already")
        custody.await_readers(administrator, lambda account: settled(account, pending, current))
        return None

    def change_own(self) -> None:
        """Give the pending password to its user, with a plain strategy."""
        description = self._describe()
        if self._is_current(description):
            return self._custody.report.conclude("already")
        pending = self._pending()
        self._require_another_role(pending, self._custody.login(description, CURRENT))
        return Plain(self._custody).change(description, pending)

    def test_secret(self) -> None:
        """Log in with the pending and the current password wherever the application does."""
        custody = self._custody
        description = self._describe()
        version = custody.store.version(self._event.token)
        pending, current = version.document.login, custody.login(description, CURRENT)
        if pending is None:
            # RotateImmediately=false runs this step alone, with a copy of the current value: of nothing, before
            # the first rotation. What that rotation will need can be tried all the same.
            copied = version.has_value == custody.store.version(description.holder(CURRENT)).has_value
            if current or not copied:
                raise Rejected("the pending version has no password", hint="createSecret comes first")
            if custody.configuration.plain:
                raise Unsupported(NOTHING_THERE, hint=PUT_ONE)
            with custody.engine.administer(custody.administrator()):
                return custody.report.conclude("nothing", "the secret has no password before its first rotation")
        custody.log_in_everywhere(pending)
        if current and current != pending and custody.configuration.strategy != SINGLE_USER:
            custody.log_in_everywhere(current)
        return None

    def finish_secret(self) -> None:
        """Move AWSCURRENT to the pending version, if it logs in at this moment."""
        custody = self._custody
        description = self._describe()
        if self._is_current(description):
            custody.store.forget()
            return custody.report.conclude("already")
        pending = self._pending()
        if custody.configuration.plain:
            self._move(description, pending)
            return None
        # Another run may be about to change the account: the hourly one, if this rotation was cancelled a moment ago.
        # To take the lock one need not be the administrator, for whom Secrets Manager would have to be asked.
        try:
            with custody.engine.administer(pending):
                self._move(description, pending)
        except Crowded:
            with custody.engine.administer(custody.administrator()):
                self._move(description, pending)
        return None

    def _move(self, description: Description, pending: Login) -> None:
        custody = self._custody
        custody.log_in_everywhere(pending)
        custody.store.promote(self._event.token, description.holder(CURRENT))
        custody.store.forget()

    def _describe(self) -> Description:
        """
        The secret's labels, if this step may be done now.

        Raises:
            Rejected: It may not.
        """
        description = self._custody.store.describe()
        if not description.rotation_enabled:
            raise Rejected("rotation is not enabled for this secret")
        if self._event.token not in description.stages:
            raise Rejected("the secret has no version with this token")
        if not {CURRENT, PENDING} & description.stages[self._event.token]:
            raise Rejected("this version is not pending")
        return description

    def _is_current(self, description: Description) -> bool:
        return CURRENT in description.stages[self._event.token]

    def _pending(self) -> Login:
        login = self._custody.store.version(self._event.token).document.login
        if login is None:
            raise Rejected("the pending version has no password", hint="createSecret comes first")
        return login

    def _require_another_role(self, pending: Login, current: Login | None) -> None:
        """
        Refuse to end the life of the current password where a role has one only.

        Raises:
            Rejected: AWSCURRENT was moved, during this rotation, to a password of the role that is to get the new one.
        """
        if len(self._custody.configuration.logins) > 1 and current and current.username == pending.username:
            raise Rejected(
                f"AWSCURRENT is a password of {pending.username} by now, which was to get the new one",
                hint="take AWSPENDING away from the pending version, and rotate anew",
            )

    def _require_room(self, account: Account, description: Description, pending: Login, current: Login | None) -> None:
        """
        Refuse to end the life of a password before its grace period is over.

        Raises:
            Postponed: A third password is retained and its time is not over.
        """
        if account.would_evict(pending, current) and (left := self._custody.grace_left(description)):
            raise Postponed(
                f"the old password is to keep working for {left.total_seconds():.0f} s more",
                hint="rotate after that, or discard it first",
            )
