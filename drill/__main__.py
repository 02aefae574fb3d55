"""
python -m drill [--engine E …] [--seconds N] [--every N] [--picture FILE] [--format text|json]

Exit codes: 0 nobody was locked out, and the drill has noticed the naive rotation that locks people out; 1 otherwise; 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from drill.crashes import matrix
from drill.engines import ENGINES
from drill.load import naively, rotating
from drill.result import Result, as_data, as_table
from keyturn.local.tls import Authority
from keyturn.problem import Problem
from keyturn.up import picture
from keyturn.up.scratch import scratch
from keyturn.up.screen import Screen

NOTICEABLE = ("setSecret", "finishSecret", "discard")
"""The steps that change something for those who log in."""


def drill(engine: str, folder: Path, screen: Screen, *, seconds: float, every: int = 1) -> Result:
    """Drill one engine; `every` is as for `crashes.matrix`."""
    with screen.phase(engine) as phase:
        phase.say("starting a server")
        authority = Authority.open(folder / "authority")
        with ENGINES[engine](folder / engine, authority) as database:
            crashed = matrix(database, phase.say, every=every)
            phase.say("logins begin")
            load = rotating(engine, database, seconds, phase.say)
            result = Result(engine, crashed, load, naively(engine, database, phase.say))
        phase.sum_up(f"{crashed.injected} faults, {load.logins.tried:,} logins, {load.logins.failed} failed")
    return result


def main(words: Sequence[str] | None = None) -> int:
    arguments = _parser().parse_args(words)
    try:
        if arguments.picture:
            picture.require_writable(arguments.picture)
        screen = Screen()
        with scratch() as folder:
            results = [
                drill(engine, folder, screen, seconds=arguments.seconds, every=arguments.every)
                for engine in dict.fromkeys(arguments.engine or ENGINES)
            ]
        if arguments.picture:
            _draw(results, Path(arguments.picture))
    except Problem as problem:
        print(
            f"drill: error: {problem.message}",
            *([f"  hint: {problem.hint}"] if problem.hint else []),
            sep="\n",
            file=sys.stderr,
        )
        return problem.code
    except KeyboardInterrupt:
        print("drill: interrupted", file=sys.stderr)
        return 130
    if arguments.format == "json":
        json.dump(as_data(results), sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        Console(highlight=False).print(as_table(results))
    faults = [fault for result in results for fault in result.faults]
    for fault in faults:
        print(f"drill: {fault}", file=sys.stderr)
    return 1 if faults else 0


def _draw(results: Sequence[Result], file: Path) -> None:
    """One picture for each engine; with several, the engine's name goes into the file's."""
    for result in results:
        target = file if len(results) == 1 else file.with_stem(f"{file.stem}-{result.engine}")
        marks = [mark for mark in result.load.marks if mark[1] in NOTICEABLE]
        print(f"drill: {target} shows the logins", file=sys.stderr)
        target.write_text(picture.draw(result.load.logins, marks, result.engine), encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m drill", description="Faults and load on every engine: is anybody ever locked out?"
    )
    parser.add_argument("--engine", action="append", choices=tuple(ENGINES), help="only this one; can be repeated")
    parser.add_argument(
        "--seconds", type=float, default=15, metavar="N", help="of logins for each engine (default: 15)"
    )
    parser.add_argument("--every", type=int, default=1, metavar="N", help="crash at every N-th point only (default: 1)")
    parser.add_argument("--picture", metavar="FILE", help="draw the logins and the steps over time (SVG)")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser


if __name__ == "__main__":
    sys.exit(main())
