"""
What `mysql.user` holds for the application's user, and what to change in it.

An account has two places for a password: the newest, and one that was retained. Both log in. There may
be several rows, one for each host that the user may come from; they are changed together.

`RETAIN CURRENT PASSWORD` moves the newest password into the second place, whatever was there. Sent
twice, it would retain the new password and end the life of the old: so what to do is always decided
from the rows, never from what an earlier run meant to do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from . import mysql_verifier as verifier

if TYPE_CHECKING:
    from .secret import Login


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `mysql.user`. The verifiers are in no repr."""

    host: str
    plugin: str
    newest: bytes = field(repr=False)
    retained: bytes | None = field(repr=False)
    locked: bool = False
    attempts_limited: bool = False

    def leads_with(self, login: Login) -> bool:
        return verifier.matches(self.plugin, self.newest, login.password)

    def retains(self, login: Login) -> bool:
        return self.retained is not None and verifier.matches(self.plugin, self.retained, login.password)

    def admits(self, login: Login) -> bool:
        return self.leads_with(login) or self.retains(login)


@dataclass(frozen=True, slots=True)
class Change:
    """A new newest password for one row; `retain` keeps the one before it."""

    row: Row
    login: Login
    retain: bool


@dataclass(frozen=True, slots=True)
class MySQLAccount:
    """All rows of one user."""

    rows: tuple[Row, ...]

    @property
    def retained(self) -> bool:
        return any(row.retained is not None for row in self.rows)

    @property
    def tolerates_a_wrong_password(self) -> bool:
        return not any(row.attempts_limited for row in self.rows)

    def leads_with(self, login: Login) -> bool:
        return all(row.leads_with(login) for row in self.rows)

    def admits(self, login: Login) -> bool:
        return all(row.admits(login) for row in self.rows)

    def would_evict(self, pending: Login, current: Login | None) -> bool:
        return any(
            row.retained is not None
            and not row.leads_with(pending)
            and not row.retains(pending)
            and not (current and row.retains(current))
            for row in self.rows
        )

    def establishing(self, current: Login, worth_keeping: tuple[Login, ...]) -> list[Change]:
        """
        The changes that make `current` the newest password of every row.

        A row's newest password is retained if it is worth keeping, unless the one that would have to
        go for it is worth more. A password that nobody knows is not kept.
        """
        return [
            Change(row, current, retain=_is_worth_retaining(row, worth_keeping))
            for row in self.rows
            if not row.leads_with(current)
        ]

    def admitting(self, pending: Login) -> list[Change]:
        """The changes that make `pending` the newest password of every row and retain the one before."""
        return [
            # An empty password cannot be retained, and is nothing to keep.
            Change(row, pending, retain=bool(row.newest))
            for row in self.rows
            if not row.leads_with(pending)
        ]


def _is_worth_retaining(row: Row, worth_keeping: tuple[Login, ...]) -> bool:
    for login in worth_keeping:
        if row.retains(login):
            return False
        if row.leads_with(login):
            return True
    return False
