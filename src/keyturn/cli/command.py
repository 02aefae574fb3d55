"""One command, from its words to its exit code."""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from keyturn.cli import COMMANDS
from keyturn.problem import Problem


def run(words: Sequence[str]) -> int:
    """Run it; what is wrong is told in one line."""
    if sys.stdout is None:  # The shell has closed it; what there is to tell is in the exit code.
        with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
            return run(words)
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
