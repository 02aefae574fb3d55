"""`keyturn rotate`: rotate a secret now, and wait for the end."""

from __future__ import annotations

import argparse
import sys
import time

from keyturn.cli.operating import account, add_secret


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "rotate",
        help="rotate a secret now, and wait for the end",
        description="Rotate a secret now, show its steps and wait for its end; a rotation that is not complete is taken up. When "
        "it fails, the function's reason is told, and nobody is locked out.",
    )
    add_secret(parser)


def run(arguments: argparse.Namespace) -> int:
    asked = account(arguments)
    from keyturn.operate.rotation import rotate

    started = time.monotonic()
    done = rotate(asked, arguments.secret, lambda step: print(f"keyturn: {step}", file=sys.stderr))
    print(f"{done.secret.name} is rotated, in {time.monotonic() - started:.1f} s: AWSCURRENT is {done.version}")
    return 0
