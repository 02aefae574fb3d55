"""`keyturn explain`: what a check finds, why it matters, and how to mend it."""

from __future__ import annotations

import argparse
import sys

from keyturn.checks import every, named, nearest
from keyturn.checks.index import INDEX
from keyturn.problem import Misuse
from keyturn.report.page import page


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("explain", help="tell what a check finds, why it matters and how to mend it")
    parser.add_argument(
        "check",
        nargs="?",
        metavar="CHECK",
        help="its name, as findings have it in brackets; without it, all are listed",
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.check is None:
        width = max(map(len, INDEX))
        sys.stdout.writelines(f"{check.name:<{width}}  {check.verdict:<7}  {check.title}\n" for check in every())
        return 0
    check = named(arguments.check)
    if check is None:
        near = nearest(arguments.check)
        raise Misuse(
            f"there is no check `{arguments.check}`",
            hint=f"did you mean `{near}`?" if near else "`keyturn explain` lists them",
        )
    sys.stdout.write(page(check))
    return 0
