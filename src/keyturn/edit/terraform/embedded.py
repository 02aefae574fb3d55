"""A policy as JSON in a heredoc: edited where it stands, what is interpolated in it kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from keyturn.edit.json import Document
from keyturn.edit.refusal import EditError
from keyturn.edit.terraform.scope import Named, Scope
from keyturn.graph import Path, Value

_HEREDOC = re.compile(
    r"(?P<head><<-?[^\W\d][\w-]*[ \t]*\r?\n)(?P<inner>.*?)(?P<tail>\r?\n[ \t]*[^\W\d][\w-]*[ \t\r]*)\Z", re.DOTALL
)
_PIECE = re.compile(r"(?<!\$)\$\{[^{}]*\}")
_HELD = "keyturn\u2063{}\u2063"
"""Stands for an expression while the text around it is edited; the separator is in no policy."""


def edited(literal: str, rest: Path, value: Value, scope: Scope, *, appending: bool) -> str:
    """
    A heredoc whose JSON has a value put at a path.

    Raises:
        EditError: It is no heredoc, no JSON, or has more in it than expressions.
    """
    match = _HEREDOC.match(literal)
    if match is None:
        raise EditError("the JSON stands in a quoted string: change it there")
    held: list[str] = []

    def hold(expression: str) -> str:
        held.append(expression)
        return _HELD.format(len(held) - 1)

    text = _PIECE.sub(lambda found: hold(found[0]), match["inner"])
    if re.search(r"(?<!\$)\$\{|(?<!%)%\{", text):
        raise EditError("what is interpolated in the JSON is more than a name: change it there")
    document = Document(text)

    def data(each: Value) -> Any:
        match each:
            case str():
                pieces = scope.pieces(each)
                return "".join(
                    hold(f"${{{piece.source}}}") if isinstance(piece, Named) else _escaped(piece) for piece in pieces
                )
            case Mapping():
                return {key: data(of) for key, of in each.items()}
            case tuple() | list():
                return [data(of) for of in each]
        return each

    new = document.append(rest, data(value)) if appending else document.replace(rest, data(value))
    for index, expression in enumerate(held):
        new = new.replace(_HELD.format(index), expression)
    return match["head"] + new + match["tail"]


def _escaped(text: str) -> str:
    return text.replace("${", "$${").replace("%{", "%%{")
