"""`python -m keyturn.local.mysql`: make a MySQL server ready for use, so that what follows needs no network and no patience."""

from __future__ import annotations

import sys
import time

from keyturn.local.mysql import finder, pristine
from keyturn.problem import Problem


def main() -> int:
    started, told = time.monotonic(), False

    def progress(what: str) -> None:
        nonlocal told
        told = True
        say(what, passing=True)

    try:
        binary = finder.binary(progress)
        pristine.folder(binary, progress)
    except Problem as problem:
        say(f"error: {problem.message}" + (f"\n  hint: {problem.hint}" if problem.hint else ""))
        return problem.code
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    if told:
        say(f"MySQL {binary.version} is ready in {time.monotonic() - started:.0f} s")
    return 0


def say(text: str, *, passing: bool = False) -> None:
    """Write a line; on a terminal, one in passing is overwritten by the next."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[Kmysql: {text}" + "\n" * (not passing))
    else:
        sys.stderr.write(f"mysql: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
