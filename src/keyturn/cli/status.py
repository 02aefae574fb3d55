"""`keyturn status`: how a secret's rotation stands."""

from __future__ import annotations

import argparse
import json
import sys

from keyturn.cli.operating import account, add_secret


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "status",
        help="tell how a secret's rotation stands",
        description="Tell which versions a secret has and which of their passwords log in, what is retained, what is overdue, and "
        "what failed last. Changes nothing. Exit code 1 says that something is wrong.",
    )
    add_secret(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    asked = account(arguments)
    from rich.console import Console

    from keyturn.operate.faults import faults
    from keyturn.operate.standing import look
    from keyturn.operate.telling import as_data, as_text

    standing = look(asked, arguments.secret)
    wrong = tuple(faults(standing))
    if arguments.format == "json":
        json.dump(as_data(standing, wrong), sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        Console(highlight=False).print(as_text(standing, wrong), soft_wrap=True)
    return 1 if wrong else 0
