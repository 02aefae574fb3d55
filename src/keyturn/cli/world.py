"""The options that say in which world a program is read: region, account, parameters, day."""

from __future__ import annotations

import argparse
import datetime
import os
from collections.abc import Iterable

from keyturn.problem import Misuse
from keyturn.read import Options


def add_world(parser: argparse.ArgumentParser) -> None:
    """Add the options to a command."""
    parser.add_argument(
        "--region", default=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    )
    parser.add_argument("--account", default="123456789012", help="the account's twelve digits")
    parser.add_argument(
        "--param", action="append", default=[], metavar="K=V", help="a parameter's value; may be repeated"
    )
    parser.add_argument(
        "--as-of",
        type=datetime.date.fromisoformat,
        default=None,
        metavar="DATE",
        help="facts as they stood on that day",
    )


def options(arguments: argparse.Namespace) -> Options:
    """The world that the command line describes."""
    return Options(
        region=arguments.region,
        account=arguments.account,
        parameters=pairs("--param", arguments.param),
        run_programs=getattr(arguments, "run_programs", False),
        as_of=arguments.as_of,
    )


def pairs(option: str, texts: Iterable[str]) -> dict[str, str]:
    """
    What was given as `NAME=VALUE`.

    Raises:
        Misuse: One is not of that form.
    """
    for text in texts:
        if not text.partition("=")[0] or "=" not in text:
            raise Misuse(f"{option} {text}: not of the form NAME=VALUE")
    return {text.partition("=")[0]: text.partition("=")[2] for text in texts}
