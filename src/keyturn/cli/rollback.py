"""`keyturn rollback`: make the previous password current again."""

from __future__ import annotations

import argparse

from keyturn.cli.operating import account, add_secret


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "rollback",
        help="make the previous password current again",
        description="Make the password under AWSPREVIOUS current again, first in the database and then in the secret. Both passwords "
        "log in throughout; the other one keeps its grace period.",
    )
    add_secret(parser)


def run(arguments: argparse.Namespace) -> int:
    asked = account(arguments)
    from keyturn.operate.function import ask
    from keyturn.operate.secret import CURRENT, describe

    secret = describe(asked, arguments.secret)
    ask(asked, secret, "rollback")
    current = describe(asked, secret.arn).holder(CURRENT)
    print(f"{secret.name} is rolled back: AWSCURRENT is {current.id if current else 'nowhere'}")
    return 0
