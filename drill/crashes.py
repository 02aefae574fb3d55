"""The crash matrix: a run that ends before and after each call and statement of it, once and twice, and what holds then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import pytest

from crashes import SCENES, crash_at, points_of
from servers import Database
from world import make

T = TypeVar("T")

CRASHES = (1, 2)
"""How often a run ends at the same point, before one comes through."""


@dataclass
class Matrix:
    """What came of it: `violations` name the scene and the point at which the invariant did not hold."""

    injected: int = 0
    violations: list[str] = field(default_factory=list)


def matrix(database: Database, say: Callable[[str], None], *, every: int = 1) -> Matrix:
    """
    Crash everywhere.

    Args:
        say: Is told how far it has come.
        every: 1 for every point, 2 for every other one, and so on.
    """
    result, monkeypatch = Matrix(), pytest.MonkeyPatch()

    def attempt(work: Callable[[], T], what: str) -> T | None:
        try:
            return work()
        except Exception as violation:  # noqa: BLE001 - whatever a crash leads to is to be told, and the rest tried
            told = str(violation).splitlines() or [type(violation).__name__]
            result.violations.append(f"{what}: {told[0]}")
            return None

    for prepare, act in SCENES:
        name, whole = act.__name__, partial(points_of, database, monkeypatch, prepare, act)
        points = attempt(whole, f"{name}, undisturbed") or []
        for number in range(0, len(points), every):
            for crashes in CRASHES:
                result.injected += crashes
                crash = partial(crash_at, make(database), monkeypatch, prepare, act, number, crashes)
                attempt(crash, f"{name}, {points[number]}, {crashes}×")
            say(f"crash {number + 1} of {len(points)} in {name}")
    return result
