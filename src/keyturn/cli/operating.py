"""What the commands for operators have in common: the secret they are about, and the session that they ask in."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from keyturn.problem import Misuse

if TYPE_CHECKING:
    from keyturn.operate.account import Account


def add_secret(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("secret", metavar="SECRET", help="the secret that is rotated, by name or ARN")
    parser.add_argument("--region", help="(default: the ARN's, or that of the AWS configuration)")
    parser.add_argument("--profile", help="of the AWS configuration")
    parser.add_argument("--endpoint-url", metavar="URL", help="of another AWS, such as `keyturn local`")


def account(arguments: argparse.Namespace) -> Account:
    """
    The user's session.

    Raises:
        Misuse: boto3 is not installed, or there is no such profile or no region.
    """
    try:
        from keyturn.operate.account import Account
    except ImportError as error:
        raise Misuse(
            f"this needs {error.name}, which is not installed", hint="pip install 'keyturn[rotation]'"
        ) from None
    return Account.open(
        secret=arguments.secret,
        region=arguments.region,
        profile=arguments.profile,
        endpoint=arguments.endpoint_url,
    )
