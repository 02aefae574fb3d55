"""
Laws of what is changed in an account, for every state that it can be in.

The model has a server's two places for a password, and does what the manual says of RETAIN CURRENT PASSWORD; that a real server does
the same is shown in `test_rotation_mysql.py` and at every crash point.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import pytest

from keyturn.rotation import mysql_verifier as verifier
from keyturn.rotation.mysql_account import Change, MySQLAccount, Row
from keyturn.rotation.mysql_verifier import Plugin
from keyturn.rotation.secret import Login

NAMES = ("pending", "current", "previous", "somebody's", "another's")
LOGINS = {name: Login("app", name) for name in NAMES}
PENDING, CURRENT, PREVIOUS = LOGINS["pending"], LOGINS["current"], LOGINS["previous"]

# The native verifier is quick to make; the laws do not depend on the plugin.
VERIFIERS = {name: verifier.native(name).encode() for name in NAMES}
STATES = [(newest, retained) for newest in NAMES for retained in (None, *NAMES)]


@dataclass(frozen=True)
class Model:
    """The rows of one account, changed as the server changes them."""

    rows: tuple[Row, ...]

    def apply(self, changes: list[Change]) -> Model:
        by_host = {change.row.host: change for change in changes}
        return Model(tuple(_changed(row, by_host.get(row.host)) for row in self.rows))

    @property
    def account(self) -> MySQLAccount:
        return MySQLAccount(self.rows)


def _changed(row: Row, change: Change | None) -> Row:
    if change is None:
        return row
    newest = verifier.make(Plugin(change.row.plugin), change.login.password).encode()
    return replace(row, newest=newest, retained=row.newest if change.retain else row.retained)


def row(host: str, newest: str, retained: str | None) -> Row:
    return Row(host, Plugin.NATIVE, VERIFIERS[newest], VERIFIERS[retained] if retained else None)


def every_account() -> list[Model]:
    one = [Model((row("%", *state),)) for state in STATES]
    two = [Model((row("%", *a), row("10.%", *b))) for a, b in itertools.product(STATES, STATES)]
    return one + two


@pytest.mark.parametrize(
    "model", every_account()[: len(STATES)], ids=[f"{newest}-{retained}" for newest, retained in STATES]
)
def test_one_row_comes_to_pending_and_current(model: Model) -> None:
    assert_comes_to_pending_and_current(model)


def test_two_rows_come_to_pending_and_current() -> None:
    for model in every_account()[len(STATES) :]:
        assert_comes_to_pending_and_current(model)


def assert_comes_to_pending_and_current(model: Model) -> None:
    """After each statement the current password works wherever it did; in the end both do."""
    established = model.apply(model.account.establishing(CURRENT, (PREVIOUS, PENDING)))
    assert established.account.leads_with(CURRENT)
    assert not established.account.establishing(CURRENT, (PREVIOUS, PENDING))
    admitted = established.apply(established.account.admitting(PENDING))
    assert admitted.account.leads_with(PENDING)
    assert admitted.account.admits(CURRENT)
    assert not admitted.apply(admitted.account.admitting(PENDING)).account.admitting(PENDING)


def test_the_previous_password_survives_a_repair() -> None:
    for model in every_account():
        before = [row.admits(PREVIOUS) and not row.leads_with(CURRENT) for row in model.rows]
        after = model.apply(model.account.establishing(CURRENT, (PREVIOUS, PENDING))).rows
        assert all(row.admits(PREVIOUS) for row, kept in zip(after, before, strict=True) if kept)


def test_an_unknown_newest_password_does_not_survive_a_repair() -> None:
    for model in every_account():
        for before, after in zip(
            model.rows, model.apply(model.account.establishing(CURRENT, (PREVIOUS, PENDING))).rows, strict=True
        ):
            for name in ("somebody's", "another's"):
                if before.leads_with(LOGINS[name]) and not before.retains(LOGINS[name]):
                    assert not after.admits(LOGINS[name])


def test_admitting_never_evicts_what_would_evict_did_not_announce() -> None:
    for model in every_account():
        established = model.apply(model.account.establishing(CURRENT, (PREVIOUS, PENDING)))
        admitted = established.apply(established.account.admitting(PENDING))
        lost = [
            name
            for name, login in LOGINS.items()
            if any(
                a.admits(login) and not b.admits(login) for a, b in zip(established.rows, admitted.rows, strict=True)
            )
        ]
        assert not lost or established.account.would_evict(PENDING, CURRENT)


def test_a_password_works_if_it_does_wherever_the_account_may_log_in_from() -> None:
    for model in every_account():
        for login in LOGINS.values():
            assert model.account.leads_with(login) == all(row.leads_with(login) for row in model.rows)
            assert model.account.admits(login) == all(row.admits(login) for row in model.rows)


def test_an_empty_password_is_not_retained() -> None:
    account = MySQLAccount((Row("%", Plugin.SHA2, b"", None),))
    assert [change.retain for change in account.admitting(PENDING)] == [False]


def test_no_verifier_is_in_a_repr() -> None:
    account = MySQLAccount((row("%", "current", "previous"),))
    text = repr(account) + repr(account.admitting(PENDING))
    assert not any(made.decode() in text or name in text for name, made in VERIFIERS.items())
