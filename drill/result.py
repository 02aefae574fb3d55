"""What the drill has found, for programs (`as_data`) and as a table for people (`as_table`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table

from drill.crashes import Matrix
from drill.load import Loaded


@dataclass(frozen=True)
class Result:
    """One engine's."""

    engine: str
    matrix: Matrix
    load: Loaded
    naive: Loaded

    @property
    def faults(self) -> tuple[str, ...]:
        """What must not be: of the rotation, or of the drill itself, which has to notice a naive one."""
        found = [f"{self.engine}: the invariant did not hold: {each}" for each in self.matrix.violations]
        if not self.matrix.injected or not self.load.logins.tried:
            found.append(f"{self.engine}: nothing was tried")
        if self.load.logins.failed:
            found.append(f"{self.engine}: {self.load.logins.failed} logins failed: {self.load.logins.errors}")
        if not self.naive.logins.failed:
            found.append(f"{self.engine}: the drill has not noticed a naive rotation, so it proves nothing")
        return tuple(found)


def as_data(results: Sequence[Result]) -> dict[str, Any]:
    return {
        "version": 1,
        "ok": not any(result.faults for result in results),
        "engines": [
            {
                "engine": result.engine,
                "faults_injected": result.matrix.injected,
                "violations": result.matrix.violations,
                "rotations": result.load.rotations,
                "logins": _logins(result.load),
                "longest_step": {"step": result.load.longest[0], "milliseconds": round(result.load.longest[1], 1)},
                "naive": {**_logins(result.naive), "outage_seconds": round(result.naive.outage, 3)},
            }
            for result in results
        ],
    }


def _logins(load: Loaded) -> dict[str, Any]:
    return {
        "tried": load.logins.tried,
        "failed": load.logins.failed,
        "per_second": round(load.per_second),
        "p99_milliseconds": round(load.logins.percentile(99), 1),
    }


def as_table(results: Sequence[Result]) -> Table:
    """A column for each engine."""
    table = Table("", *(result.engine for result in results))
    for name, cell in ROWS.items():
        table.add_row(name, *(cell(result) for result in results))
    return table


ROWS: dict[str, Callable[[Result], str]] = {
    "faults injected": lambda result: f"{result.matrix.injected:,}",
    "violations": lambda result: _bad(len(result.matrix.violations)),
    "rotations": lambda result: str(result.load.rotations),
    "logins tried": lambda result: f"{result.load.logins.tried:,}",
    "logins failed": lambda result: _bad(result.load.logins.failed),
    "per second": lambda result: f"{result.load.per_second:,.0f}",
    "99 % within": lambda result: f"{result.load.logins.percentile(99):.0f} ms",
    "longest step": lambda result: f"{result.load.longest[0]} {result.load.longest[1]:.0f} ms",
    "naive: failed": lambda result: f"{result.naive.logins.failed:,} of {result.naive.logins.tried:,}",
    "naive: outage": lambda result: f"{result.naive.outage:.1f} s",
}


def _bad(count: int) -> str:
    return f"[red]{count:,}[/]" if count else "[green]0[/]"
