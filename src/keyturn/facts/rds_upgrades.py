"""
Which engine version a database can be upgraded to, and what RDS answers to others.

Sources: "Upgrading the DB engine version" in the RDS and Aurora User Guides (no way back; MySQL goes one release line at a time; a new
release line has to be allowed); the tables of targets of both, in `data/`, as of 2023-06-15: what has come since is `Unknown` where the
release line changes. The texts are quoted in public by programs that failed with them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from keyturn.facts import stored
from keyturn.facts.error import AwsError
from keyturn.facts.rds import Unknown, number, release_line
from keyturn.facts.rds_tables import order

ONE_LINE_AT_A_TIME = {"mysql": ("5.5", "5.6", "5.7", "8.0", "8.4"), "aurora-mysql": ("2", "3", "8.4")}
"""Release lines that cannot be left out on the way up, in their order."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """It cannot: why, and what can be taken instead, the best first."""

    because: str
    instead: tuple[str, ...] = ()


def upgrade(engine: str, old: str, new: str) -> Refusal | Unknown | None:
    """Why a database of one version cannot be made one of another; None if it can."""
    lines = release_line(engine, old), release_line(engine, new)
    exact = number(engine, old) != lines[0] and number(engine, new) != lines[1]
    if order(lines[1]) < order(lines[0]):
        return Refusal(f"there is no way back from {old} to {new}", (old,))
    if lines[0] == lines[1]:
        if exact and order(number(engine, new)) < order(number(engine, old)):
            return Refusal(f"there is no way back from {old} to {new}", (old,))
        return None
    steps = ONE_LINE_AT_A_TIME.get(engine, ())
    if lines[0] in steps and lines[1] in steps and steps.index(lines[1]) - steps.index(lines[0]) > 1:
        between = steps[steps.index(lines[0]) + 1]
        return Refusal(f"from {lines[0]} the way to {lines[1]} goes by {between}", (between,))
    return _by_table(engine, old, new) if exact else None


def changes_line(engine: str, old: str, new: str) -> bool:
    """Whether an upgrade is one to a new release line, which has to be allowed."""
    return release_line(engine, old) != release_line(engine, new)


def _by_table(engine: str, old: str, new: str) -> Refusal | Unknown | None:
    """To a new release line, by the tables of targets where there are any."""
    table = _targets(engine)
    listed = {each for targets in table.values() for each in targets}
    if not table or new in table.get(old, ()):
        return None
    if old in table and new in listed:
        same = tuple(each for each in table[old] if release_line(engine, each) == release_line(engine, new))
        return Refusal(f"{old} cannot be upgraded to {new} at once", same[:3])
    return Unknown(f"whether {engine} {old} can be upgraded to {new} at once is not in the tables of 2023")


@cache
def _targets(engine: str) -> dict[str, tuple[str, ...]]:
    rows = csv.DictReader(line for line in stored.text("rds_upgrades.csv").splitlines() if not line.startswith("#"))
    return {row["version"]: tuple(row["targets"].split()) for row in rows if row["engine"] == engine}


def no_such_upgrade(engine: str, old: str, new: str) -> AwsError:
    return AwsError("InvalidParameterCombination", f"Cannot upgrade {engine} from {old} to {new}")


def not_allowed() -> AwsError:
    return AwsError(
        "InvalidParameterCombination",
        "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version.",
    )
