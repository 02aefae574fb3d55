"""Values for a program's parameters: one by one, or in files as the tools of AWS and Terraform take them."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from keyturn.problem import Misuse

VARIABLES = (".tfvars", ".tfvars.json")


class Given(NamedTuple):
    """
    What is given.

    Attributes:
        values: By name.
        variable_files: Files of Terraform's, which only its reader can read: what they give has types.
    """

    values: Mapping[str, str]
    variable_files: tuple[str, ...]


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
    from keyturn.read.parameter_file import parameters
    from keyturn.read.paths import absent, is_file, is_folder

    if not name.endswith(VARIABLES):
        return Given(parameters(name), ())
    if not is_file(name):
        raise Misuse(f"{name}: {'is a directory' if is_folder(name) else absent(name)}")
    return Given({}, (name,))


def given(arguments: argparse.Namespace) -> Given:
    """
    What the command line gives; of several files the last one wins, and what is given one by one wins over all.

    Raises:
        Misuse: Something is not of its form.
    """
    values: dict[str, str] = {}
    files: list[str] = []
    for each in arguments.param_file:
        values |= each.values
        files += each.variable_files
    return Given(values | pairs("--param", arguments.param), tuple(files))


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
