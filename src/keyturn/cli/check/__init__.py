"""`keyturn check`: read, check, report; with `--fix`, mend."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from keyturn.check import Verdict
from keyturn.cli.check.examination import Wanted, examine
from keyturn.cli.world import add_world, options
from keyturn.report import FORMATS, Survey
from keyturn.report.output import render, write


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "check",
        help="tell what AWS will refuse, and what will deploy and silently not work",
        description="Tell, before deployment, what AWS will refuse, and what will deploy and then silently not work.",
        epilog="settings: the nearest keyturn.toml, or [tool.keyturn] in pyproject.toml; the command line wins",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a template, a program, or a folder of them; - is standard input"
    )
    least = parser.add_mutually_exclusive_group()
    least.add_argument("--fail-on", choices=[*Verdict], help="the least verdict that is told (default: dead)")
    least.add_argument("--all", action="store_true", help="tell what is weak too: the same as --fail-on weak")
    parser.add_argument(
        "--run",
        dest="run_programs",
        action="store_true",
        help="run Pulumi programs that are found: without it they are not read",
    )
    parser.add_argument("--jobs", type=_count, default=1, metavar="N", help="how many processes to use (default: 1)")
    _add_reports(parser)
    _add_fixes(parser)
    known = parser.add_argument_group("known findings").add_mutually_exclusive_group()
    known.add_argument("--baseline", type=Path, metavar="FILE", help="do not tell of the findings in this file")
    known.add_argument("--write-baseline", type=Path, metavar="FILE", help="write what is found to this file")
    world = parser.add_argument_group("the planned world")
    add_world(world)
    world.add_argument(
        "--previous", metavar="PATH", help="what is deployed now, for upgrades of databases that AWS refuses"
    )


def _add_reports(parser: argparse.ArgumentParser) -> None:
    reports = parser.add_argument_group("reports")
    reports.add_argument("--format", choices=FORMATS, default="text", help="what is printed (default: text)")
    reports.add_argument(
        "--report",
        action="append",
        default=[],
        type=_report,
        metavar="FORMAT=FILE",
        help="write a report to a file as well; may be repeated",
    )
    reports.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="in text (default: on a terminal)"
    )


def _add_fixes(parser: argparse.ArgumentParser) -> None:
    fixes = parser.add_argument_group("fixes")
    fixes.add_argument("--fix", action="store_true", help="mend what can be mended, in the files themselves")
    fixes.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")
    fixes.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="mend also what may do more than is asked for: replace, delete, lock out",
    )


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text} is not a number of processes")
    return int(text)


def _report(text: str) -> tuple[str, Path]:
    name, _, file = text.partition("=")
    if name not in FORMATS or not file:
        raise argparse.ArgumentTypeError(f"{text} is not FORMAT=FILE, with a format of {', '.join(FORMATS)}")
    return name, Path(file)


def run(arguments: argparse.Namespace) -> int:
    wanted = Wanted(
        paths=tuple(arguments.paths),
        world=lambda settings: options(arguments, settings),
        least=Verdict.WEAK if arguments.all else arguments.fail_on and Verdict(arguments.fail_on),
        baseline=arguments.baseline,
        anew=arguments.write_baseline is not None,
        jobs=arguments.jobs,
    )
    survey = examine(wanted)
    if arguments.write_baseline is not None:
        return _write_baseline(survey, arguments.write_baseline)
    if arguments.diff:
        from keyturn.cli.check.mending import diff

        sys.stdout.write(diff(survey, risky=arguments.unsafe_fixes))
    elif arguments.fix:
        from keyturn.cli.check.mending import mended

        survey = mended(survey, lambda: examine(wanted), risky=arguments.unsafe_fixes)
    if not arguments.diff:
        sys.stdout.write(render(survey, arguments.format, colour=_coloured(arguments.color)))
    for format_, file in arguments.report:
        write(file, render(survey, format_))
    _tell_unread(survey)
    return 2 if survey.unread else 1 if survey.findings or survey.complaints else 0


def _write_baseline(survey: Survey, file: Path) -> int:
    from keyturn.baseline import text

    if survey.unread and not survey.results:  # As of a path that is mistyped: what is known is kept.
        _tell_unread(survey)
        return 2
    write(file, text(survey.findings, file))
    count = len(survey.findings)
    print(f"{file}: {count} {'finding' if count == 1 else 'findings'} written", file=sys.stderr)
    _tell_unread(survey)
    return 2 if survey.unread else 0


def _tell_unread(survey: Survey) -> None:
    for unread in survey.unread:
        print(f"keyturn: error: {unread.file}: {unread.because}", file=sys.stderr)


def _coloured(wish: str) -> bool:
    """Whether to colour text; see no-color.org for NO_COLOR."""
    if wish != "auto":
        return wish == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
