"""Making a server ready for use, told on standard error, so that what follows needs no network and no patience."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from keyturn.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyturn.local.servers.progress import Progress


def main(name: str, prepare: Callable[[Progress], str]) -> int:
    """
    Prepare a server and return the exit code.

    Args:
        prepare: Does it, and returns what is ready then, for people.
    """
    started, told = time.monotonic(), False

    def progress(what: str) -> None:
        nonlocal told
        told = True
        _say(name, what, passing=True)

    try:
        ready = prepare(progress)
    except Problem as problem:
        _say(name, f"error: {problem.message}" + (f"\n  hint: {problem.hint}" if problem.hint else ""))
        return problem.code
    except KeyboardInterrupt:
        _say(name, "interrupted")
        return 130
    if told:
        _say(name, f"{ready} is ready in {time.monotonic() - started:.0f} s")
    return 0


def _say(name: str, text: str, *, passing: bool = False) -> None:
    """Write a line; on a terminal, one in passing is overwritten by the next."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{name}: {text}" + "\n" * (not passing))
    else:
        sys.stderr.write(f"{name}: {text}\n")
    sys.stderr.flush()
