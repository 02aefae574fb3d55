"""
What PostgreSQL holds for the application's user, and what to change in it.

A role has one password. So the application has two login roles, `<user>_a` and `<user>_b`, which act as a third, `<user>`: that one
owns what they make and has what they are granted, and does not log in. The secret names the one whose password it has; a new password
goes to the other.

Only a superuser may read what PostgreSQL stores for a password, and on RDS nobody is one. What was given to a role is therefore
written beside it, in the same transaction: its comment says which version of the secret its password is from, and whether that is
the newest. A password is tried, and so proved, only where the comment says that it is the right one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .secret import Login


class Standing(StrEnum):
    """What was last made of a role's password."""

    NEWEST = "newest"
    RETAINED = "retained"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a role's comment says: `keyturn: newest password, of version 3f0c…`."""

    standing: Standing
    version: str = ""

    def __str__(self) -> str:
        return f"keyturn: {self.standing} password" + (f", of version {self.version}" if self.version else "")

    @classmethod
    def read(cls, comment: str | None) -> Mark | None:
        """The mark in a comment; None if it has none of ours."""
        found = re.fullmatch(r"keyturn: (\w+) password(?:, of version (\S+))?", comment or "")
        if found is None or found[1] not in tuple(Standing):
            return None
        return cls(Standing(found[1]), found[2] or "")


@dataclass(frozen=True, slots=True)
class Role:
    """
    One role of the application.

    Attributes:
        can_log_in: It may, and its password has not expired.
        whole: It acts as the owner when it has logged in; the owner itself is always whole.
        connections: How many it may have at a time; -1 is any number.
    """

    name: str
    mark: Mark | None
    can_log_in: bool
    whole: bool = True
    connections: int = -1

    def may_have(self, login: Login) -> bool:
        """Whether it may have this password, by what is written beside it; a role without a mark may have any."""
        return self.mark is None or (
            self.mark.standing is not Standing.DISCARDED and self.mark.version == login.version
        )

    @property
    def newest(self) -> bool:
        return self.mark is not None and self.mark.standing is Standing.NEWEST


@dataclass(frozen=True, slots=True)
class PostgreSQLAccount:
    """All roles of one user. `prove` logs in and says whether the password was accepted."""

    roles: tuple[Role, ...]
    tolerates_a_wrong_password: bool
    prove: Callable[[Login], bool] = field(repr=False, compare=False)

    @property
    def retained(self) -> bool:
        return any(role.can_log_in and not role.newest for role in self.roles)

    def leads_with(self, login: Login) -> bool:
        role = self.role(login)
        return role is not None and role.newest and self.admits(login)

    def admits(self, login: Login) -> bool:
        role = self.role(login)
        return role is not None and role.can_log_in and role.whole and role.may_have(login) and self.prove(login)

    def would_evict(self, pending: Login, current: Login | None) -> bool:
        role = self.role(pending)
        return role is not None and role.can_log_in and not (role.mark and role.may_have(pending))

    @property
    def example(self) -> Role | None:
        """The role that the application has now: the newest, or one that is older than the secret, or the owner."""
        candidates = sorted(self.roles, key=lambda role: (not role.newest, not role.can_log_in, role.name))
        return next(iter(candidates), None)

    def has(self, name: str) -> bool:
        """Whether there is a role of this name."""
        return any(role.name == name for role in self.roles)

    def role(self, login: Login) -> Role | None:
        """The role that this login is for."""
        return next((role for role in self.roles if role.name == login.username), None)

    def ended_by(self, leader: Login, worth_keeping: tuple[Login, ...]) -> list[Role]:
        """The roles whose passwords nobody knows: marked the newest, while another is to lead, and not worth keeping."""
        return [
            role
            for role in self.roles
            if role.newest
            and role.name != leader.username
            and not any(login.username == role.name and role.may_have(login) for login in worth_keeping)
        ]
