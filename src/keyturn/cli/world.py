"""The options that say in which world a program is read: region, account, parameters, day."""

from __future__ import annotations

import argparse
import datetime
import os
import re

from keyturn.cli.parameters import add_parameters, names, values, variable_files
from keyturn.read import Options
from keyturn.read.world import ACCOUNT
from keyturn.settings import ACCOUNT_FORM, REGION_FORM, Settings

REGION = "us-east-1"


def add_world(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add the options to a command."""
    parser.add_argument("--region", type=region_name, help=f"where it is deployed (default: AWS_REGION, else {REGION})")
    parser.add_argument("--account", type=_account, help="the account's twelve digits")
    add_parameters(parser)
    parser.add_argument(
        "--as-of",
        type=_day,
        metavar="DATE",
        help="facts as they stood on that day",
    )


def region_name(text: str) -> str:
    if not re.fullmatch(REGION_FORM, text):
        raise argparse.ArgumentTypeError(f"{text} is not the name of a region, as {REGION} is one")
    return text


def _account(text: str) -> str:
    if not re.fullmatch(ACCOUNT_FORM, text):
        raise argparse.ArgumentTypeError(f"{text} is not an account: twelve digits")
    return text


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day, as 2026-11-24 is one") from None


def options(arguments: argparse.Namespace, settings: Settings | None = None) -> Options:
    """The world that the command line describes, and where it does not, the settings; then the environment."""
    settings = settings or Settings()
    surroundings = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    files = variable_files(arguments)
    own = {name for file in files for name in names(file)} | values(arguments).keys()
    return Options(
        region=arguments.region or settings.region or surroundings or REGION,
        account=arguments.account or settings.account or ACCOUNT,
        parameters={name: value for name, value in settings.parameters.items() if name not in own} | values(arguments),
        variable_files=(*settings.variable_files, *files),
        run_programs=getattr(arguments, "run_programs", False),
        as_of=arguments.as_of,
        previous=getattr(arguments, "previous", None),
    )
