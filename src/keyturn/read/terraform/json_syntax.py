"""
Terraform's configurations in JSON, as people and CDKTF write them -> the same syntax tree as that of HCL.

What is a block and what an argument, only the provider's schema says. It makes no difference for what a resource is configured with, so
that all but a few are taken for arguments.

Source: Terraform's "JSON Configuration Syntax"; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from keyturn.read.source import Mark, Marks, Source
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.parser import Parser
from keyturn.read.terraform.hcl.syntax import Argument, Block, Body, Expression, Items, Literal, Object
from keyturn.read.terraform.hcl.template import lines_of

LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "locals": 0}
"""The blocks that a file may have, and how many labels each has; others say nothing of what is deployed."""
BLOCKS = frozenset(
    (
        "assume_role",
        "condition",
        "connection",
        "default_tags",
        "lifecycle",
        "not_principals",
        "principals",
        "provisioner",
        "statement",
        "timeouts",
    )
)
"""What is looked for as blocks within blocks: what Terraform itself takes, what providers say, statements of policies."""
NAMES = {
    "resource": ("provider", "depends_on"),
    "module": ("providers", "depends_on"),
    "variable": ("type",),
    "dynamic": ("iterator",),
    "locals": (),
}
"""Arguments whose texts are names, not templates, by the block that they stand in."""


def body(source: Source) -> Body:
    """
    The body of a file.

    Raises:
        HclError: It is not Terraform's JSON, or a text in it is not HCL; with its place.
    """
    if not isinstance(source.data, dict):
        raise HclError("an object is wanted")
    source.find(("resource",))  # Looks where things stand.
    made = Body()
    for type_, value, mark in _entries(source.data, source.marks or {}):
        if type_ in LABELS:
            made.blocks.extend(_blocks(type_, (), LABELS[type_], value, mark))
    return made


def _entries(data: Mapping[str, Any], marks: Marks | None) -> Iterator[tuple[str, Any, Mark]]:
    """Keys, values and places; `//` is a comment."""
    for key, value in data.items():
        if key != "//":
            yield key, value, (marks or {}).get(key) or (0, 0, None)


def _each(value: Any, mark: Mark) -> Iterator[tuple[Any, Mark]]:
    """The objects of a list, or the one object that stands for a list of one."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield from _each(each, (mark[2] or {}).get(index) or mark)
    elif value is not None:
        yield value, mark


def _blocks(type_: str, labels: tuple[str, ...], more: int, value: Any, mark: Mark) -> Iterator[Block]:
    for each, at in _each(value, mark):
        if not isinstance(each, dict):
            raise HclError(f"`{' '.join((type_, *labels))}` is not an object", at[0])
        if more:
            for label, inner, place in _entries(each, at[2]):
                yield from _blocks(type_, (*labels, label), more - 1, inner, place)
        else:
            yield Block(type_, labels, _body(type_, each, at), at[0])


def _body(type_: str, data: Mapping[str, Any], mark: Mark) -> Body:
    made = Body()
    inner = frozenset[str]() if type_ == "locals" else BLOCKS | {"content"} if type_ == "dynamic" else BLOCKS
    for name, value, at in _entries(data, mark[2]):
        if name == "dynamic" and type_ != "locals":
            made.blocks.extend(_blocks(name, (), 1, value, at))
        elif name in inner and all(isinstance(each, dict) for each, _ in _each(value, at)):
            made.blocks.extend(_blocks(name, (), 0, value, at))
        else:
            names = name in NAMES.get(type_, NAMES["resource"])
            argument = _expression(value, at, names=names, plain=(type_, name) == ("variable", "default"))
            made.arguments[name] = Argument(name, argument, at[0])
    return made


def _expression(value: Any, mark: Mark, *, names: bool = False, plain: bool = False) -> Expression:
    """
    A value as an expression.

    Args:
        names: Texts are expressions, not templates.
        plain: Texts are only texts.
    """
    inside = mark[2] or {}
    if isinstance(value, dict):
        return Object(
            tuple(
                (
                    at[0],
                    _text(key, at) if not plain and not names else Literal(key),
                    _expression(each, at, names=names, plain=plain),
                )
                for key, each, at in _entries(value, inside)
            )
        )
    if isinstance(value, list):
        places = [inside.get(index) or mark for index in range(len(value))]
        return Items(
            tuple(
                (at[0], _expression(each, at, names=names, plain=plain)) for each, at in zip(value, places, strict=True)
            )
        )
    if isinstance(value, str):
        return Literal(value) if plain else _named(value, mark) if names else _text(value, mark)
    return Literal(value)


def _text(text: str, mark: Mark) -> Expression:
    """A text, which is a template."""
    if "${" not in text and "%{" not in text:
        return Literal(text)
    try:
        return lines_of(Parser(text))
    except HclError as error:
        raise HclError(error.because, mark[0]) from None


def _named(text: Any, mark: Mark) -> Expression:
    """A text that is an expression: `aws.west`, `list(string)`."""
    try:
        return Parser(str(text).removeprefix("${").removesuffix("}")).expression()
    except HclError as error:
        raise HclError(error.because, mark[0]) from None
