"""A policy as JSON in a string literal: edited inside its quotes, the expressions of an f-string kept."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from keyturn.edit.json import Document
from keyturn.edit.python.writing import Scope, f_pieces
from keyturn.edit.refusal import EditError
from keyturn.graph import Path, Value
from keyturn.read.functions import plain

_LITERAL = re.compile(r"""(?P<prefix>[rRfFbBuU]*)(?P<quote>\"{3}|'{3}|"|')(?P<inner>.*)(?P=quote)\Z""", re.DOTALL)
_HELD = "keyturn\u2063{}\u2063"
"""Stands for an expression while the text around it is edited; the separator is in no program's policy."""


def edited(literal: str, rest: Path, value: Value, scope: Scope, *, appending: bool) -> str:
    """
    A string literal whose JSON has a value put at a path.

    Raises:
        EditError: It is no JSON, or is written in a way that cannot be edited safely.
    """
    match = _LITERAL.match(literal)
    if match is None or "\\" in match["inner"]:
        raise EditError("the JSON is written with escapes or in pieces: change it there")
    formatted = "f" in match["prefix"].lower()
    held: list[str] = []
    text = _held(literal, match, held) if formatted else match["inner"]
    document = Document(text)
    data = _data(value, scope, held) if formatted else plain(value)
    new = document.append(rest, data) if appending else document.replace(rest, data)
    if "\n" in new and len(match["quote"]) == 1:
        raise EditError("the JSON does not fit on its one line: change it there")
    if formatted:
        new = new.replace("{", "{{").replace("}", "}}")
        for index, expression in enumerate(held):
            new = new.replace(_HELD.format(index), expression)
    whole = f"{match['prefix']}{match['quote']}{new}{match['quote']}"
    if match["quote"] in new:
        raise EditError("the JSON's quotes are those of the string: change it there")
    return whole


def _held(literal: str, match: re.Match[str], held: list[str]) -> str:
    """The text of an f-string, something else in the place of each expression, doubled braces made single."""
    pieces = re.split(r"(\{\{|\}\}|\{[^{}]*\})", match["inner"])
    text = []
    for piece in pieces:
        if piece in ("{{", "}}"):
            text.append(piece[0])
        elif piece.startswith("{"):
            text.append(_HELD.format(len(held)))
            held.append(piece)
        elif "{" in piece or "}" in piece:
            raise EditError("the f-string is more than names and text: change it there")
        else:
            text.append(piece)
    parsed = ast.parse(literal, mode="eval").body
    expressions = (
        sum(isinstance(value, ast.FormattedValue) for value in parsed.values)
        if isinstance(parsed, ast.JoinedStr)
        else -1
    )
    if expressions != len(held):
        raise EditError("the f-string is more than names and text: change it there")
    return "".join(text)


def _data(value: Value, scope: Scope, held: list[str]) -> Any:
    """A value as plain data, what the program has names for held in its place."""
    match value:
        case str():
            return "".join(_hold(piece, held) if _is_expression(piece) else piece for piece in f_pieces(value, scope))
        case Mapping():
            return {key: _data(each, scope, held) for key, each in value.items()}
        case tuple() | list():
            return [_data(each, scope, held) for each in value]
    return value


def _is_expression(piece: str) -> bool:
    return "{" in piece


def _hold(piece: str, held: list[str]) -> str:
    """An f-string's piece, its expressions held."""

    def hold(match: re.Match[str]) -> str:
        held.append(match[0])
        return _HELD.format(len(held) - 1)

    return re.sub(r"\{[^{}]+\}", hold, piece)
