"""How the phases of a run are shown: a spinner with the newest detail on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape

NAME_WIDTH = 11


@dataclass
class Phase:
    """One phase as it runs. `say` shows what it does now; `sum_up` is what stays of it."""

    name: str
    _console: Console = field(repr=False)
    _status: object = field(default=None, repr=False)
    summary: str = ""
    _last: str = ""

    def say(self, detail: str) -> None:
        """Show what is being done now: in place on a terminal, as a line of its own elsewhere."""
        if detail == self._last:
            return
        self._last = detail
        if self._console.is_terminal:
            self._status.update(self._line(detail))  # type: ignore[attr-defined]
        else:
            self._console.print(f"  {self._line(detail)}", highlight=False, soft_wrap=True)

    def sum_up(self, summary: str) -> None:
        """Say in a few words what the phase has done."""
        self.summary = summary

    def _line(self, detail: str) -> str:
        return f"[dim]{self.name:<{NAME_WIDTH}}[/] {escape(detail)}"


class Screen:
    """Where a run is shown. Writes to standard error, so that standard output stays free for the result."""

    def __init__(self) -> None:
        self.console = Console(stderr=True, highlight=False)
        self.said: list[str] = []
        """All summaries shown so far; the leak scan reads them."""

    @contextmanager
    def phase(self, name: str) -> Iterator[Phase]:
        """Show a phase from its beginning to its end; one that raises ends in a cross."""
        started = time.monotonic()
        with self.console.status(f"{name:<{NAME_WIDTH}}", spinner="dots") as status:
            phase = Phase(name, self.console, status)
            try:
                yield phase
            except BaseException:
                self._end("[red]✗[/]", phase, started)
                raise
        self._end("[green]✓[/]", phase, started)

    def _end(self, mark: str, phase: Phase, started: float) -> None:
        self.said.append(phase.summary)
        seconds = f"[dim]{time.monotonic() - started:.1f} s[/]"
        self.console.print(
            f"{mark} [bold]{phase.name:<{NAME_WIDTH}}[/] {escape(phase.summary)}  {seconds}", soft_wrap=True
        )
