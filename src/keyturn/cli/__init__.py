"""
The command line: arguments in, exit code out.

Each command is a module here with `add(subparsers)` and `run(arguments) -> int`. Only the one that was asked for is imported, so that
`keyturn check` starts fast whatever else keyturn can do. This module imports nothing before Ctrl-C is heeded.

Exit codes: 0 clean or done; 1 findings, refused or failed; 2 the input cannot be read or the command is misused; 130 interrupted.
"""

from __future__ import annotations

import sys

COMMANDS = {
    "check": "tell what AWS will refuse, and what will deploy and silently not work",
    "up": "deploy the rotation stack, rotate under live logins, and prove it",
    "status": "tell how a secret's rotation stands",
    "rotate": "rotate a secret now, and wait for the end",
    "rollback": "make the previous password current again",
    "discard": "end the old password's life at once",
    "template": "write the rotation stack as a CloudFormation template",
    "local": "serve a strict AWS on this machine",
    "rehearse": "deploy a template or program to a fresh local AWS, and remove it again",
    "explain": "tell what a check finds, why it matters and how to mend it",
    "classes": "list the instance classes that a database engine version offers",
    "reserve": "tell what a reservation of database instances would cover",
    "graph": "show the planned world of a template or program",
    "simulate": "decide authorization requests, JSON Lines in and out",
    "can": "ask whether a principal may do something in a planned world",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit code is returned, never raised."""
    from keyturn.cli.collecting import collect_seldom
    from keyturn.cli.interruption import heard, heeded

    with heeded(for_good=argv is None):
        try:
            if argv is None:
                collect_seldom()
            from keyturn.cli.command import run

            return run(sys.argv[1:] if argv is None else argv)
        except KeyboardInterrupt:
            heard()
            print("keyturn: interrupted", file=sys.stderr)
            return 130
