"""Edits in YAML that leave every other character as it is: comments, quotes, blank lines, line ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from keyturn.edit.refusal import EditError
from keyturn.graph import Path
from keyturn.read.source.writing import dumped
from keyturn.read.source.yaml import SHORT

Node: TypeAlias = Any
"""One of PyYAML's: its types do not know what all nodes have."""

_ENDLESS = 1 << 30
"""A width at which no line is broken."""


@dataclass(slots=True)
class _Spot:
    """Where a path leads: its node, the node of the key that it is the value of (None for an item of a list), and what encloses them."""

    node: Node
    key: Node | None
    parent: Node | None
    flow: bool
    """Whether it stands inside `{…}` or `[…]`."""


@dataclass(slots=True)
class Document:
    """A YAML text; each edit gives the new text."""

    text: str
    root: Node = field(init=False)
    shared: set[int] = field(init=False)

    def __post_init__(self) -> None:
        loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        root = yaml.compose(self.text, Loader=loader)
        if root is None:
            raise EditError("the file is empty")
        self.root = root
        self.shared = _shared(root)

    def replace(self, path: Path, data: Any) -> str:
        """
        Give the value at a path; what encloses it is made where it is missing.

        Raises:
            EditError: It cannot be done safely.
        """
        spot, rest = self._find(path)
        if rest:
            return self._insert(spot, path, rest, data)
        return self._put(spot, data)

    def append(self, path: Path, data: Any) -> str:
        """
        Add an item to the list at a path; one object where a list may stand becomes the first of two, and a missing list is made.

        Raises:
            EditError: It cannot be done safely.
        """
        spot, rest = self._find(path)
        if rest:
            return self._insert(spot, path, rest, [data])
        node = spot.node
        if isinstance(node, yaml.SequenceNode) and not _function(node):
            return self._append(spot, node, data)
        if isinstance(node, yaml.MappingNode) and node.value and not _function(node):
            return self._pair(spot, node, data)
        if _is_empty(node):
            return self._put(spot, [data])
        raise EditError(f"`{path[-1]}` is not a list that an item could be added to")

    def _find(self, path: Path) -> tuple[_Spot, Path]:
        """The deepest part of a path that is there, and what of the path is not."""
        spot = _Spot(self.root, None, None, flow=False)
        for depth, step in enumerate(path):
            node = spot.node
            if id(node) in self.shared:
                raise EditError("it is written once for several places (an alias)")
            flow = spot.flow or getattr(node, "flow_style", False)
            if isinstance(step, str) and SHORT.get(node.tag) == step:
                continue
            below = _child(node, step)
            if below is None:
                if _is_empty(node) or (isinstance(node, yaml.MappingNode) and not _function(node)):
                    return spot, path[depth:]
                raise EditError(
                    f"`{path[depth - 1]}` is made by a function, or is no object" if depth else "it is no object"
                )
            key, value = below
            spot = _Spot(value, key, node, flow)
        if id(spot.node) in self.shared:
            raise EditError("it is written once for several places (an alias)")
        return spot, ()

    def _put(self, spot: _Spot, data: Any) -> str:
        """Write data in the place of a node."""
        node = spot.node
        start, end = node.start_mark.index, self._end(node)
        space = " " if start == end else ""
        below_key = spot.key is not None and _is_block(node) and node.start_mark.line > spot.key.end_mark.line
        if spot.flow or (_is_inline(data) and not below_key):
            return self._spliced(start, end, space + inline(data, flow=spot.flow))
        step, dash = self._style()
        if spot.key is None or (
            below_key and not _is_inline(data) and node.start_mark.column > spot.key.start_mark.column
        ):
            lines = block(data, node.start_mark.column + len(space), step, dash)
            return self._spliced(start, end, space + self._joined(lines).lstrip(" "))
        colon = self.text.index(":", spot.key.end_mark.index) + 1
        comment = self.text[colon:start].rstrip()
        if _is_inline(data):
            return self._spliced(colon, end, f" {inline(data)}{comment}")
        indent = spot.key.start_mark.column + (dash if isinstance(data, list) else step)
        return self._spliced(colon, end, comment + self._newline() + self._joined(block(data, indent, step, dash)))

    def _insert(self, spot: _Spot, path: Path, rest: Path, data: Any) -> str:
        """Add a key, and what encloses the data under it, to a mapping."""
        for step in reversed(rest[1:]):
            if isinstance(step, int):
                raise EditError(f"`{path[-1]}` stands in a list that is not there")
            data = {step: data}
        key, node = rest[0], spot.node
        if isinstance(key, int):
            raise EditError("it stands in a list that is not there")
        if _is_empty(node):
            return self._put(spot, {key: data})
        last = node.value[-1][1]
        if spot.flow or node.flow_style:
            return self._spliced(end := self._end(last), end, f", {inline({key: data})[1:-1]}")
        lines = block({key: data}, node.value[0][0].start_mark.column, *self._style())
        return self._after(self._end(last), lines)

    def _append(self, spot: _Spot, node: yaml.SequenceNode, data: Any) -> str:
        if not node.value:
            return self._put(spot, [data])
        last = node.value[-1]
        if id(last) in self.shared:
            raise EditError("its last item is an alias")
        if spot.flow or node.flow_style:
            return self._spliced(end := self._end(last), end, f", {inline(data, flow=True)}")
        dash = self.text.rindex("-", 0, last.start_mark.index if last.start_mark.index < len(self.text) else None)
        column = dash - (self.text.rfind("\n", 0, dash) + 1)
        return self._after(max(self._end(last), dash + 1), block([data], column, *self._style()))

    def _pair(self, spot: _Spot, node: yaml.MappingNode, data: Any) -> str:
        """One object becomes a list of it and another."""
        start, end = node.start_mark.index, self._end(node)
        old = self.text[start:end]
        if spot.flow or node.flow_style:
            return self._spliced(start, end, f"[{old}, {inline(data, flow=True)}]")
        column = node.start_mark.column
        moved = "- " + old.replace("\n", "\n  ").replace("\n  \n", "\n\n").replace("\n  \r\n", "\n\r\n")
        added = self._joined(block([data], column, *self._style()))
        return self._spliced(start, end, moved + self._newline() + added)

    def _end(self, node: Node) -> int:
        """Where what a node says really ends: a block's own end is where the next thing begins."""
        if isinstance(node, yaml.ScalarNode):
            end = int(node.end_mark.index)
            return len(self.text[:end].rstrip()) if node.style in ("|", ">") else end
        if node.flow_style or not node.value:
            return int(node.end_mark.index)
        last = node.value[-1]
        inner = last[1] if isinstance(last, tuple) else last
        if inner.start_mark.index < node.start_mark.index:
            raise EditError("it ends in an alias")
        start = int(node.start_mark.index)
        return max(self._end(inner), start)

    def _after(self, index: int, lines: list[str]) -> str:
        """Put lines after the line that an index is in."""
        end = self.text.find("\n", index)
        if end < 0:
            return self.text + self._newline() + self._joined(lines)
        return self._spliced(end + 1, end + 1, self._joined(lines) + self._newline())

    def _spliced(self, start: int, end: int, new: str) -> str:
        return self.text[:start] + new + self.text[end:]

    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def _joined(self, lines: list[str]) -> str:
        return self._newline().join(lines)

    def _style(self) -> tuple[int, int]:
        """By how much this document indents what stands under a key: an object, and the dashes of a list."""
        step, dash = _indents(self.root)
        return step or 2, 2 if dash is None else dash


def inline(data: Any, *, flow: bool = False) -> str:
    """Data on one line; with `flow`, as it may stand inside brackets."""
    if flow or isinstance(data, dict | list):
        return dumped([data], flow=True, width=_ENDLESS).strip()[1:-1]
    return dumped(data, flow=True, width=_ENDLESS).removesuffix("...\n").strip("\n")


def block(data: Any, indent: int, step: int, dash: int) -> list[str]:
    """Data as indented lines; `dash` is how far the dashes of a list stand from their key."""
    space = " " * indent
    if _is_inline(data):
        return [space + inline(data)]
    lines: list[str] = []
    if isinstance(data, list):
        for each in data:
            below = block(each, indent + 2, step, dash)
            lines += [f"{space}- {below[0].lstrip(' ')}", *below[1:]]
        return lines
    for key, each in data.items():
        if _is_inline(each):
            lines.append(f"{space}{inline(key)}: {inline(each)}")
        else:
            lines.append(f"{space}{inline(key)}:")
            lines += block(each, indent + (dash if isinstance(each, list) else step), step, dash)
    return lines


def _is_inline(data: Any) -> bool:
    """Whether data is best written on one line: a scalar, a function, something empty."""
    if isinstance(data, dict):
        return not data or (len(data) == 1 and next(iter(data)) in SHORT.values())
    return not (isinstance(data, list) and data)


def _child(node: Node, step: str | int) -> tuple[Node | None, Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in reversed(node.value) if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return None, node.value[step]
    return None


def _function(node: Node) -> bool:
    """Whether a node is a function of CloudFormation's, in its short or its long form."""
    if node.tag in SHORT:
        return True
    return isinstance(node, yaml.MappingNode) and len(node.value) == 1 and node.value[0][0].value in SHORT.values()


def _is_empty(node: Node) -> bool:
    if isinstance(node, yaml.ScalarNode):
        return not node.style and node.value in ("", "~", "null")
    return not node.value


def _is_block(node: Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and not node.flow_style


def _shared(root: Node) -> set[int]:
    """The nodes that stand in several places: those that aliases name."""
    uses: Counter[int] = Counter()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        uses[id(node)] += 1
        if uses[id(node)] == 1 and isinstance(node, yaml.CollectionNode):
            waiting += [each for item in node.value for each in (item if isinstance(item, tuple) else (item,))]
    return {node for node, count in uses.items() if count > 1}


def _indents(root: Node) -> tuple[int | None, int | None]:
    """The first indents found: of an object under its key, and of a list's dashes."""
    step = dash = None
    waiting = [root]
    while waiting and (step is None or dash is None):
        node = waiting.pop(0)
        if not _is_block(node):
            continue
        for item in node.value:
            if not isinstance(item, tuple):
                waiting.append(item)
                continue
            key, value = item
            below = value.start_mark.line > key.start_mark.line  # One with an anchor or a tag begins where that stands.
            if _is_block(value) and value.tag not in SHORT and below:
                offset = value.start_mark.column - key.start_mark.column
                if isinstance(value, yaml.SequenceNode):
                    dash = offset if dash is None and offset >= 0 else dash
                elif step is None and offset > 0:
                    step = offset
            waiting.append(value)
    return step, dash
