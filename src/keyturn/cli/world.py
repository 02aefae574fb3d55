"""The options that say in which world a program is read: region, account, parameters, day."""

from __future__ import annotations

import argparse
import datetime
import os
from collections.abc import Iterable

from keyturn.problem import Misuse
from keyturn.read import Options
from keyturn.settings import Settings

REGION = "us-east-1"
ACCOUNT = "123456789012"


def add_world(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add the options to a command."""
    parser.add_argument("--region", help=f"where it is deployed (default: AWS_REGION, else {REGION})")
    parser.add_argument("--account", help="the account's twelve digits")
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


def options(arguments: argparse.Namespace, settings: Settings | None = None) -> Options:
    """The world that the command line describes, and where it does not, the settings; then the environment."""
    settings = settings or Settings()
    surroundings = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return Options(
        region=arguments.region or settings.region or surroundings or REGION,
        account=arguments.account or settings.account or ACCOUNT,
        parameters={**settings.parameters, **pairs("--param", arguments.param)},
        run_programs=getattr(arguments, "run_programs", False),
        as_of=arguments.as_of,
        previous=getattr(arguments, "previous", None),
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
