"""Values, arguments and blocks -> HCL, as `terraform fmt` would write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

from keyturn.edit.refusal import EditError
from keyturn.edit.terraform.scope import Named, Scope
from keyturn.edit.terraform.words import Line, Word
from keyturn.graph import Unknown, Value

WIDTH = 100
_BARE = re.compile(r"[^\W\d][\w-]*")


def source(value: Value, indent: str, scope: Scope) -> str:
    """
    A value; its lines below the first are indented from `indent`.

    Raises:
        EditError: It cannot be written.
    """
    line = _flat(value, scope)
    alone = isinstance(value, tuple) and len(value) == 1
    if line is not None and (alone or len(indent) + len(line) <= WIDTH):
        return line
    inner = f"{indent}  "
    if isinstance(value, Mapping):
        lines = aligned(((_key(key), source(each, inner, scope)) for key, each in value.items()), inner)
        return f"{{\n{lines}{indent}}}"
    if isinstance(value, tuple):
        items = "".join(f"{inner}{source(each, inner, scope)},\n" for each in value)
        return f"[\n{items}{indent}]"
    return line or ""


def word(said: Word, indent: str, scope: Scope) -> str:
    """An argument or a block, on lines of its own."""
    if isinstance(said, Line):
        return f"{indent}{said.name} = {_right(said, indent, scope)}\n"
    inner = f"{indent}  "
    lines = [each for each in said.inside if isinstance(each, Line)]
    blocks = [each for each in said.inside if not isinstance(each, Line)]
    body = aligned(((each.name, _right(each, inner, scope)) for each in lines), inner)
    inside = "\n".join(filter(None, [body, *(word(each, inner, scope) for each in blocks)]))
    return f"{indent}{said.name} {{\n{inside}{indent}}}\n"


def aligned(items: Iterable[tuple[str, str]], indent: str) -> str:
    """Lines `name = value`, the equals signs of neighbours that take one line each under each other."""
    lines: list[str] = []
    group: list[tuple[str, str]] = []

    def close() -> None:
        width = max((len(name) for name, _ in group), default=0)
        lines.extend(f"{indent}{name:{width}} = {value}\n" for name, value in group)
        group.clear()

    for name, value in items:
        if "\n" in value:
            close()
            lines.append(f"{indent}{name} = {value}\n")
        else:
            group.append((name, value))
    close()
    return "".join(lines)


def _right(line: Line, indent: str, scope: Scope) -> str:
    written = source(line.value, indent, scope)
    return f"jsonencode({written})" if line.document and isinstance(line.value, Mapping) else written


def _flat(value: Value, scope: Scope) -> str | None:
    """A value on one line; None for one that wants more."""
    match value:
        case Unknown(because):
            raise EditError(because)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _string(value, scope)
        case int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
        case Mapping() if len(value) <= 1:
            inner = [(key, _flat(each, scope)) for key, each in value.items()]
            written = [f"{_key(key)} = {each}" for key, each in inner if each is not None]
            return None if len(written) < len(inner) else f"{{ {written[0]} }}" if written else "{}"
        case tuple() if not any(isinstance(each, Mapping | tuple) for each in value):
            return f"[{', '.join(_flat(each, scope) or '' for each in value)}]"
    return None


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else quoted(key)


def _string(value: str, scope: Scope) -> str:
    pieces = scope.pieces(value)
    match pieces:
        case [Named(written)]:
            return written
    return (
        '"' + "".join(f"${{{each.source}}}" if isinstance(each, Named) else quoted(each)[1:-1] for each in pieces) + '"'
    )


def quoted(text: str) -> str:
    """A literal in quotes."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
