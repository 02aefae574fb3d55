"""To which versions a database can be upgraded, by AWS's tables and rules."""

from __future__ import annotations

import pytest

from keyturn.facts.rds import Unknown
from keyturn.facts.rds_upgrades import Refusal, changes_line, upgrade


@pytest.mark.parametrize(
    ("engine", "old", "new"),
    [
        ("mysql", "8.0.44", "8.0.46"),
        ("mysql", "8.0.44", "8.4.9"),
        ("mysql", "5.7", "8.0"),
        ("mariadb", "10.6.24", "11.8.8"),
        ("postgres", "13.7", "14.8"),
        ("postgres", "16", "17.6"),
        ("aurora-mysql", "5.7.mysql_aurora.2.11.2", "8.0.mysql_aurora.3.04.0"),
        ("aurora-postgresql", "11.9", "15.2"),
    ],
)
def test_what_can_be_done(engine: str, old: str, new: str) -> None:
    assert upgrade(engine, old, new) is None


@pytest.mark.parametrize(
    ("engine", "old", "new", "instead"),
    [
        ("mysql", "8.0.44", "8.0.43", ("8.0.44",)),
        ("mysql", "8.4.9", "8.0.46", ("8.4.9",)),
        ("mysql", "5.7.44", "8.4.9", ("8.0",)),
        ("postgres", "14.8", "15.2", ("15.3",)),
        ("aurora-mysql", "8.0.mysql_aurora.3.10.0", "8.0.mysql_aurora.3.04.0", ("8.0.mysql_aurora.3.10.0",)),
    ],
)
def test_what_cannot(engine: str, old: str, new: str, instead: tuple[str, ...]) -> None:
    answer = upgrade(engine, old, new)
    assert isinstance(answer, Refusal)
    assert answer.instead == instead


def test_what_is_newer_than_the_tables_is_not_known() -> None:
    assert isinstance(upgrade("postgres", "16.9", "17.6"), Unknown)
    assert isinstance(upgrade("aurora-postgresql", "11.9", "17.6"), Unknown)


def test_a_new_release_line_is_one_by_the_engines_own_count() -> None:
    assert changes_line("postgres", "16.9", "17.6")
    assert changes_line("mysql", "8.0.44", "8.4.9")
    assert not changes_line("aurora-mysql", "8.0.mysql_aurora.3.04.0", "8.0.mysql_aurora.3.10.0")
