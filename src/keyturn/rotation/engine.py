"""
What a database must offer so that its passwords can be rotated without anyone noticing.

The steps are written once, against this. An engine decides by evidence: it reads what the server
stores for the account and compares it with verifiers, so no password is ever tried that might be wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from .passwords import Policy
    from .secret import Login


class Account(Protocol):
    """What the server holds for the application's user, at one moment."""

    @property
    def retained(self) -> bool:
        """Whether an old password still works beside the newest."""

    @property
    def tolerates_a_wrong_password(self) -> bool:
        """Whether one failed login is sure not to lock the account."""

    def leads_with(self, login: Login) -> bool:
        """Whether this is the newest password, wherever the account may log in from."""

    def admits(self, login: Login) -> bool:
        """Whether this password works, newest or retained, wherever the account may log in from."""

    def would_evict(self, pending: Login, current: Login | None) -> bool:
        """Whether admitting `pending` beside `current` ends the life of a third password."""


class Server(Protocol):
    """
    An administrator's session on the writer, which alone may change this account while it lasts.

    Every change is one atomic statement and returns what the server holds after it.
    """

    def account(self) -> Account | None:
        """
        What the server holds now; None if there is no such account.

        Raises:
            Unsupported: The account is locked, or checks its password in a way we cannot rotate.
        """

    def provision(self, login: Login, *, first: bool) -> Account:
        """
        Make the account with this password if it is missing, with the configured privileges.

        An account that is there keeps its password, and its privileges if it has any.

        Args:
            first: The secret has never had a password: what is there already is somebody else's.

        Raises:
            Unsupported: Something that is there already has the name of what has to be made.
        """

    def establish(self, current: Login, worth_keeping: tuple[Login, ...]) -> Account:
        """
        Make `current` the newest password after something else changed the account.

        Of the passwords there, one that is worth keeping is kept where the server has room; the first
        named is worth most.
        """

    def admit(self, pending: Login) -> Account:
        """Make `pending` the newest password and retain the newest before it."""

    def discard(self) -> Account:
        """End the life of every password but the newest."""


class Engine(Protocol):
    """A kind of database server, for the configured hosts and account."""

    def log_in(self, login: Login, host: str) -> None:
        """
        Log in as the application does, and out again.

        Raises:
            Refused: The server refused this login.
            Unreachable: Anything else.
        """

    def password_policy(self, administrator: Callable[[], Login]) -> Policy:
        """
        What the server demands of passwords. The administrator is asked for only where that has to be read.

        Raises:
            Refused, Unreachable: As for `log_in`.
            Unsupported: Its policy keeps passwords from being rotated.
        """

    def change_own(self, login: Login, new: Login) -> None:
        """
        Log in on the writer and change one's own password, whatever it was before. For the plain strategies.

        Raises:
            Refused, Unreachable, Postponed: As for `log_in`.
            Unsupported: The server does not let a user do that.
        """

    def observe(self, administrator: Login, host: str) -> Account | None:
        """
        What this server holds for the account, be it the writer or a reader. Nothing is locked or changed.

        Raises:
            Refused, Unreachable, Unsupported: As for `administer`.
        """

    def administer(self, login: Login) -> AbstractContextManager[Server]:
        """
        Open a session on the writer and take the account's lock.

        The login is the administrator's, or the application's own, which may change nothing and can keep others from it.

        Raises:
            Refused, Unreachable: As for `log_in`.
            Postponed: Another run holds the lock, or the server is read-only.
            Unsupported: The server cannot do this kind of rotation.
        """
