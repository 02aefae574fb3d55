"""`keyturn discard`: end the old password's life at once."""

from __future__ import annotations

import argparse
import sys

from keyturn.cli.operating import account, add_secret
from keyturn.problem import Problem


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "discard",
        help="end the old password's life at once",
        description="End the life of the password before the current one at once, for one that has leaked: it is not kept until its "
        "grace period ends. Whoever still uses it cannot log in until they ask for the secret again.",
    )
    add_secret(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask, on a terminal, whether to do it")


def run(arguments: argparse.Namespace) -> int:
    asked = account(arguments)
    from keyturn.operate.function import ask
    from keyturn.operate.secret import describe

    secret = describe(asked, arguments.secret)
    secret.rotating_function()
    if sys.stdin.isatty() and not arguments.yes:
        _confirm(secret.name)
    answer = ask(asked, secret, "discard")
    for repaired in answer.repaired:
        print(f"put right: {repaired}")
    if answer.retained:
        raise Problem(
            f"the old password of {secret.name} was not discarded: {answer.because}",
            hint="`keyturn rotate` brings the rotation to its end; then discard",
        )
    if answer.discarded:
        print(
            f"the old password of {secret.name} is discarded: it does not log in any more; connections that are open stay open"
        )
    else:
        print(f"{secret.name} has no old password that still works{f': {answer.because}' if answer.because else ''}")
    return 0


def _confirm(name: str) -> None:
    print(
        f"This ends the life of the old password of {name}: whoever still uses it cannot log in until they ask for the secret again.",
        file=sys.stderr,
    )
    print("Discard it? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Problem("nothing was done")
