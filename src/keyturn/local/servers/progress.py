"""How long work tells that it goes on."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]
"""Gets, in a few words, what is being done now: `unpacking: 40 %`."""


def silent(_what: str) -> None:
    """Tell nobody."""


def in_tenths(tell: Progress, what: str) -> Callable[[float], None]:
    """Tell what is being done; the function returned takes how much of it is done, 0 to 1, and tells each further tenth."""
    told = 0
    tell(what)

    def done(part: float) -> None:
        nonlocal told
        if (tenths := int(part * 10)) > told:
            told = tenths
            tell(f"{what}: {tenths * 10} %")

    return done
