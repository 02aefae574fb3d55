"""
The command line: arguments in, exit code out.

Each command is a module here with `add(subparsers)` and `run(arguments) -> int`. Only the one that was asked for is imported, so that
`keyturn check` starts fast whatever else keyturn can do.

Exit codes: 0 clean or done; 1 findings, refused or failed; 2 the input cannot be read or the command is misused; 130 interrupted.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import os
import signal
import sys
import threading
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from keyturn.problem import Problem

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


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is returned, never raised."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        arguments = _parser(words).parse_args(words)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
    except Problem as problem:
        print(
            f"keyturn: error: {problem.message}",
            *([f"  hint: {problem.hint}"] if problem.hint else []),
            sep="\n",
            file=sys.stderr,
        )
        return problem.code
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 2
    except KeyboardInterrupt:
        print("keyturn: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        _drop_output()
        return 1
    except OSError as error:
        if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EIO, errno.EFBIG, errno.EDQUOT):
            raise
        print(f"keyturn: error: the output cannot be written: {(error.strerror or '').lower()}", file=sys.stderr)
        _drop_output()
        return 2
    return code


def _drop_output() -> None:
    """Let what is still to be written go nowhere, so that leaving does not fail over it again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """A parser that knows the asked-for command whole, and the others by name."""
    parser = argparse.ArgumentParser(
        prog="keyturn",
        description="Rotate database credentials on AWS with no failed login, and prove before deployment that it will work.",
        epilog="exit codes: 0 clean or done, 1 findings or failed, 2 unreadable input or misuse",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    asked = next((word for word in words if not word.startswith("-")), None)
    for name, summary in COMMANDS.items():
        if name == asked:
            module = importlib.import_module(f"keyturn.cli.{name}")
            module.add(subparsers)
            subparsers.choices[name].set_defaults(run=module.run)
        else:
            subparsers.add_parser(name, help=summary)
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        print(f"keyturn {version('keyturn')}")
        parser.exit()


def _terminated(number: int, frame: FrameType | None) -> NoReturn:
    """Treat SIGTERM as Ctrl-C, so that all that was started is stopped."""
    raise KeyboardInterrupt
