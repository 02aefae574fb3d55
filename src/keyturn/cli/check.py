"""`keyturn check`: read, check, report; with `--fix`, mend."""

from __future__ import annotations

import argparse
import functools
import os
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor

from keyturn.check import Result, Verdict
from keyturn.check import run as run_checks
from keyturn.checks import ALL
from keyturn.cli.world import add_world, options
from keyturn.read import Options, Unreadable, discover, read
from keyturn.report import Survey, Unread, verdict

FORMATS = ("text", "json", "markdown")
GRAVITY = [Verdict.WEAK, Verdict.DEAD, Verdict.REFUSED]


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "check",
        help="tell what AWS will refuse, and what will deploy and silently not work",
        description="Tell, before deployment, what AWS will refuse, and what will deploy and then silently not work.",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a template, a program, or a folder of them; - is standard input"
    )
    parser.add_argument("--format", choices=FORMATS, default="text")
    parser.add_argument("--fix", action="store_true", help="mend what can be mended, in the files themselves")
    parser.add_argument(
        "--fail-on", choices=[*Verdict], default=Verdict.DEAD, help="the least verdict that is told (default: dead)"
    )
    parser.add_argument(
        "--run",
        dest="run_programs",
        action="store_true",
        help="run Pulumi programs that are found: without it they are not read",
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="how many processes to use (default: 1)")
    add_world(parser)


def run(arguments: argparse.Namespace) -> int:
    survey = examine(arguments.paths, options(arguments), jobs=arguments.jobs, least=Verdict(arguments.fail_on))
    if arguments.fix and survey.findings:
        from keyturn.edit import mend

        for result in survey.results:
            for line in mend(result.graph, (finding.fix for _, finding in result.findings if finding.fix)):
                print(line, file=sys.stderr)
        survey = examine(arguments.paths, options(arguments), jobs=arguments.jobs, least=Verdict(arguments.fail_on))
    sys.stdout.write(render(survey, arguments.format))
    for unread in survey.unread:
        if arguments.format == "text":
            print(f"keyturn: error: {unread.file}: {unread.because}", file=sys.stderr)
    return 2 if survey.unread else 1 if survey.findings else 0


def examine(paths: Iterable[str], world: Options, *, jobs: int = 1, least: Verdict = Verdict.DEAD) -> Survey:
    """Read and check everything under these paths; what cannot be read is told, and the rest is checked all the same."""
    files = [file for path in paths for file in discover(path, world)]
    work = functools.partial(_examine, world=world, least=least)
    if jobs > 1 and len(files) > 1:
        with ProcessPoolExecutor(min(jobs, len(files))) as pool:
            outcomes = list(pool.map(work, files, chunksize=max(1, len(files) // (jobs * 4))))
    else:
        outcomes = [work(file) for file in files]
    results = tuple(each for outcome in outcomes if not isinstance(outcome, Unread) for each in outcome)
    return Survey(results, tuple(outcome for outcome in outcomes if isinstance(outcome, Unread)))


def _examine(file: str, *, world: Options, least: Verdict) -> list[Result] | Unread:
    try:
        return [_told(run_checks(ALL, graph), least) for graph in read(file, world)]
    except Unreadable as error:
        return Unread(error.file, error.because)


def _told(result: Result, least: Verdict) -> Result:
    grave = GRAVITY[GRAVITY.index(least) :]
    return Result(result.graph, tuple(found for found in result.findings if verdict(*found) in grave), result.undecided)


def render(survey: Survey, format_: str) -> str:
    """The survey in one of FORMATS."""
    if format_ == "json":
        from keyturn.report import json

        return json.render(survey)
    if format_ == "markdown":
        from keyturn.report import markdown

        return markdown.render(survey)
    from keyturn.report import text

    return text.render(survey, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ)
