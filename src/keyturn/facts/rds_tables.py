"""The tables of RDS: engine versions, DB instance classes, price lists. Read once, when they are first asked for."""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import cache
from typing import NamedTuple

from keyturn.facts import stored

DATA_DAY = date(2026, 10, 20)
"""The day of the newest data in the tables."""
FIRST_DAY = date(2024, 6, 19)
"""The day of the oldest data: of what happened before, the tables have only the outcome."""

Order = tuple[tuple[int, int, str], ...]


class Version(NamedTuple):
    """An engine version's history: the first and last day it was seen offered, the first day it was seen withdrawn."""

    name: str
    first_seen: date | None
    last_seen: date | None
    gone_by: date | None


class Offer(NamedTuple):
    """
    Since when a release line offers a family's sizes.

    Below `absent_before` and from `absent_from` on they are refused, from `offered_from` on they are offered (`*`: in the whole line); in
    between nobody says. `sizes` is empty where it stands for all that AWS sells.
    """

    line: str
    family: str
    sizes: frozenset[str]
    absent_before: str
    offered_from: str
    absent_from: str


def order(version: str) -> Order:
    """A key by which versions sort as people count: 3.9 before 3.10."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|[a-z_]+", version))


@cache
def versions(engine: str) -> dict[str, Version]:
    """All versions of an engine that were ever seen, by name, in their order."""
    rows = (row for row in _rows("rds_versions.csv") if row["engine"] == engine)
    return {
        row["version"]: Version(row["version"], _day(row["first_seen"]), _day(row["last_seen"]), _day(row["gone_by"]))
        for row in rows
    }


@cache
def offers(engine: str) -> tuple[Offer, ...]:
    """Which families an engine offers, since which version of each release line."""
    return tuple(
        Offer(
            row["line"],
            row["family"],
            frozenset() if row["sizes"] == "*" else frozenset(row["sizes"].split()),
            row["absent_before"],
            row["offered_from"],
            row["absent_from"],
        )
        for row in _rows("rds_classes.csv")
        if row["engine"] == engine
    )


@cache
def sold(engine: str) -> dict[tuple[str, str], frozenset[str]]:
    """The regions whose price lists have a class, by (family, size)."""
    rows = [row for row in _rows("rds_prices.csv") if row["engine"] == engine]
    everywhere = frozenset(next((row["regions"] for row in rows if not row["family"]), "").split())
    return {
        (row["family"], size): _regions(row["regions"], everywhere)
        for row in rows
        if row["family"]
        for size in row["sizes"].split() or [""]
    }


@cache
def families() -> frozenset[str]:
    """All families of classes that AWS sells for any engine."""
    return frozenset(row["family"] for row in _rows("rds_prices.csv"))


def _regions(text: str, everywhere: frozenset[str]) -> frozenset[str]:
    if text == "*":
        return everywhere
    names = text.split()
    if names[0].startswith("-"):
        return everywhere - {name.removeprefix("-") for name in names}
    return frozenset(names)


@cache
def _rows(name: str) -> tuple[dict[str, str], ...]:
    return tuple(csv.DictReader(line for line in stored.text(name).splitlines() if not line.startswith("#")))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
