"""Values for a program's parameters: one by one, or in files as the tools of AWS and Terraform take them."""

from __future__ import annotations

import argparse
import functools
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from keyturn.problem import Misuse

if TYPE_CHECKING:
    from keyturn.read.parameter_file import Given


def add_parameters(parser: argparse.ArgumentParser | argparse._ArgumentGroup) -> None:
    """Add the options to a command."""
    parser.add_argument(
        "--param", action="append", default=[], metavar="K=V", help="a parameter's value; may be repeated"
    )
    parser.add_argument(
        "--param-file",
        action="append",
        default=[],
        type=_file,
        metavar="FILE",
        help="values of parameters, as AWS's commands take them (JSON, YAML), or a .tfvars file; --param wins; may be repeated",
    )


def _file(name: str) -> Given:
    from keyturn.read.parameter_file import given  # not before there is one

    return given(name)


def values(arguments: argparse.Namespace) -> dict[str, str]:
    """
    What the command line gives by name; of several files the last one wins, and what is given one by one wins over all.

    Raises:
        Misuse: Something is not of the form NAME=VALUE.
    """
    files: Iterable[Given] = arguments.param_file
    return {name: value for each in files for name, value in each.values.items()} | pairs("--param", arguments.param)


def variable_files(arguments: argparse.Namespace) -> tuple[str, ...]:
    """Terraform's files among those that the command line names."""
    return tuple(name for each in arguments.param_file for name in each.variable_files)


@functools.cache
def names(variable_file: str) -> frozenset[str]:
    """The variables that a file of Terraform's gives."""
    from keyturn.read.terraform.configuration import values_of

    return frozenset(values_of(Path(variable_file)))


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
