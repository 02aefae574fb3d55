"""How long work tells that it goes on."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float | None], None]
"""Gets what is being done and, where that can be told, how much of it is done: 0 to 1."""


def silent(_what: str, _done: float | None) -> None:
    """Tell nobody."""
