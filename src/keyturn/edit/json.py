"""Edits in JSON that leave every other character as it is: its indentation is found and kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from keyturn.edit.refusal import EditError
from keyturn.graph import Path

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


@dataclass(slots=True)
class _Node:
    """A value and what it spans, the brackets included; `key` is where its key begins."""

    start: int
    opening: str
    end: int = 0
    key: int | None = None
    inside: dict[str | int, _Node] = field(default_factory=dict)


@dataclass(slots=True)
class Document:
    """A JSON text; each edit gives the new text."""

    text: str
    root: _Node = field(init=False)

    def __post_init__(self) -> None:
        try:
            json.loads(self.text)
        except (ValueError, RecursionError):
            raise EditError("the file is not JSON") from None
        self.root = _parsed(self.text)

    def replace(self, path: Path, data: Any) -> str:
        """
        Give the value at a path; what encloses it is made where it is missing.

        Raises:
            EditError: It cannot be done safely.
        """
        node, rest = self._find(path)
        if rest:
            return self._insert(node, path, rest, data)
        return self._spliced(node.start, node.end, self._written(data, self._column(node)))

    def append(self, path: Path, data: Any) -> str:
        """
        Add an item to the list at a path; one object where a list may stand becomes the first of two, and a missing list is made.

        Raises:
            EditError: It cannot be done safely.
        """
        node, rest = self._find(path)
        if rest:
            return self._insert(node, path, rest, [data])
        if node.opening and not node.inside:
            return self._spliced(node.start, node.end, self._written([data], self._column(node)))
        if node.opening == "[":
            return self._add(node, lambda column: self._written(data, column))
        if node.opening == "{" and not _function(node):
            return self._pair(node, data)
        raise EditError(f"`{path[-1]}` is not a list that an item could be added to")

    def _pair(self, node: _Node, data: Any) -> str:
        old = self.text[node.start : node.end]
        if "\n" not in old:
            return self._spliced(node.start, node.end, f"[{old}, {json.dumps(data, ensure_ascii=False)}]")
        outer = self._column(node)
        inner, line = outer + self._unit(), self._newline()
        moved = old.replace("\n", "\n" + self._unit())
        added = self._written(data, inner)
        return self._spliced(node.start, node.end, f"[{line}{inner}{moved},{line}{inner}{added}{line}{outer}]")

    def _find(self, path: Path) -> tuple[_Node, Path]:
        """The deepest part of a path that is there, and what of the path is not."""
        node = self.root
        for depth, step in enumerate(path):
            below = node.inside.get(step)
            if below is None:
                if node.opening == "{" and not _function(node):
                    return node, path[depth:]
                raise EditError(
                    f"`{path[depth - 1]}` is made by a function, or is no object" if depth else "it is no object"
                )
            node = below
        return node, ()

    def _insert(self, node: _Node, path: Path, rest: Path, data: Any) -> str:
        for step in reversed(rest[1:]):
            if isinstance(step, int):
                raise EditError(f"`{path[-1]}` stands in a list that is not there")
            data = {step: data}
        key = rest[0]
        if isinstance(key, int):
            raise EditError("it stands in a list that is not there")
        if not node.inside:
            return self._spliced(node.start, node.end, self._written({key: data}, self._column(node)))
        return self._add(node, lambda column: f"{json.dumps(key, ensure_ascii=False)}: {self._written(data, column)}")

    def _add(self, node: _Node, written: Any) -> str:
        """Put something behind the last of what is inside a node: on a line of its own if that is."""
        last = list(node.inside.values())[-1]
        start = last.start if last.key is None else last.key
        before = self.text[self.text.rfind("\n", 0, start) + 1 : start]
        if before.strip() or "\n" not in self.text[node.start : start]:
            return self._spliced(last.end, last.end, ", " + _one_line(written("")))
        return self._spliced(last.end, last.end, f",{self._newline()}{before}{written(before)}")

    def _written(self, data: Any, column: str) -> str:
        """Data as JSON, its lines below the first indented from `column`; on one line in a text that has but one."""
        if "\n" not in self.text.strip():
            return json.dumps(data, ensure_ascii=False)
        return json.dumps(data, indent=self._unit(), ensure_ascii=False).replace("\n", self._newline() + column)

    def _column(self, node: _Node) -> str:
        """The white space at the beginning of the line that a node is in."""
        begin = self.text.rfind("\n", 0, node.start) + 1
        line = self.text[begin : node.start]
        return line[: len(line) - len(line.lstrip())]

    def _unit(self) -> str:
        found = re.search(r"\n([ \t]+)\S", self.text)
        return found[1] if found else "  "

    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def _spliced(self, start: int, end: int, new: str) -> str:
        return self.text[:start] + new + self.text[end:]


def _one_line(written: str) -> str:
    """What may have been written on several lines, on one: inside its strings there are no line breaks."""
    return re.sub(r"\r?\n\s*", " ", written)


def _function(node: _Node) -> bool:
    if len(node.inside) != 1:
        return False
    (key,) = node.inside
    return key == "Ref" or (isinstance(key, str) and key.startswith("Fn::"))


def _parsed(text: str) -> _Node:
    """The spans of well-formed JSON; of a key that is given twice, the last one's."""
    root: _Node | None = None
    open_: list[_Node] = []
    key: str | None = None
    key_start = 0
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in ":,":
            continue
        if piece in "}]":
            closed = open_.pop()
            closed.end = match.end()
            continue
        inside = open_[-1] if open_ else None
        if inside is not None and inside.opening == "{" and key is None:
            key, key_start = json.loads(piece), match.start()
            continue
        node = _Node(match.start(), piece if piece in "{[" else "", match.end())
        if inside is None:
            root = node
        elif key is not None:
            node.key = key_start
            inside.inside.pop(key, None)
            inside.inside[key] = node
        else:
            inside.inside[len(inside.inside)] = node
        key = None
        if node.opening:
            open_.append(node)
    assert root is not None
    return root
