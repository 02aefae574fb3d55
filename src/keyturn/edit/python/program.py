"""A Python program: its syntax tree, and edits of its text that leave all else as it is."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable
from itertools import accumulate

from keyturn.edit.refusal import EditError
from keyturn.graph import Place


class Program:
    """
    One module. Positions are Python's own: lines from 1, columns in bytes of UTF-8.

    Raises:
        EditError: It is not Python.
    """

    def __init__(self, text: str) -> None:
        try:
            self.tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            raise EditError("the file is not Python") from None
        self.bytes = text.encode()
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self._lines = [0, *accumulate(len(line) for line in self.bytes.splitlines(keepends=True))]

    def span(self, node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._lines[node.lineno - 1] + node.col_offset, self._lines[node.end_lineno - 1] + node.end_col_offset

    def source(self, node: ast.expr) -> str:
        start, end = self.span(node)
        return self.bytes[start:end].decode()

    def value(self, place: Place) -> ast.expr:
        """The value of the argument, of the key or of the item that stands at a place."""
        at = place.line, place.column - 1
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Dict):
                for key, value in zip(node.keys, node.values, strict=True):
                    if key is not None and (key.lineno, key.col_offset) == at:
                        return value
            elif isinstance(node, ast.keyword) and (node.lineno, node.col_offset) == at:
                return node.value
            elif isinstance(node, ast.expr) and (node.lineno, node.col_offset) == at:
                return node
        raise EditError("the program is not as it was when it was read")

    def call(self, place: Place) -> ast.Call:
        """The call that begins at a place."""
        at = place.line, place.column - 1
        calls = (
            node for node in ast.walk(self.tree) if isinstance(node, ast.Call) and (node.lineno, node.col_offset) == at
        )
        if (found := next(calls, None)) is None:
            raise EditError("the program is not as it was when it was read")
        return found

    def definition(self, name: ast.Name) -> ast.expr:
        """
        What a name stands for, if it is given a value once and used here only.

        Raises:
            EditError: A change there would change more.
        """
        given = self.assigned(name.id)
        uses = sum(isinstance(node, ast.Name) and node.id == name.id for node in ast.walk(self.tree))
        if given is None:
            raise EditError(f"the program works it out (`{name.id}`): change it there")
        if uses > 2:
            raise EditError(f"`{name.id}` is used in other places too: change it there")
        return given

    def assigned(self, name: str) -> ast.expr | None:
        """The one value that a name of the module is given; None if there is none, or more than one."""
        stores = sum(
            isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load)
            for node in ast.walk(self.tree)
        )
        values = [
            statement.value
            for statement in self.tree.body
            if isinstance(statement, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == name for target in statement.targets)
        ]
        return values[0] if stores == len(values) == 1 else None

    def indent(self, node: ast.expr) -> int:
        """By how much the line is indented in which a node begins."""
        line = self.bytes[self._lines[node.lineno - 1] :]
        return len(line) - len(line.lstrip(b" \t"))

    def replaced(self, node: ast.expr, new: str) -> str:
        start, end = self.span(node)
        return self._spliced(start, end, new)

    def added(self, container: ast.expr, last: ast.expr, written: Callable[[int], str]) -> str:
        """
        Add something behind the last of what is in a call, a list or a dictionary: on a line of its own if that is.

        Args:
            written: Gives what is added, for the indentation of its lines.
        """
        close = self.span(container)[1] - 1
        end, comma = self._behind(self.span(last)[1], close)
        if container.end_lineno == last.end_lineno:
            new = written(self.indent(container))
            return self._spliced(end, end, f" {new}" if comma else f", {new}")
        indent = self._item_indent(container, last)
        line_end = self.bytes.index(b"\n", end)
        rest = self.bytes[end:line_end].rstrip(b"\r")
        new = f"\n{' ' * indent}{written(indent)},"
        after = end + len(rest)
        return self._spliced(end, after, ("" if comma else ",") + rest.decode() + new)

    def _behind(self, start: int, close: int) -> tuple[int, bool]:
        """The end of an item, closing brackets around it and its comma included, and whether there is a comma."""
        between = self.bytes[start:close].decode()
        end, line, offset = start, 1, 0
        lines = between.splitlines(keepends=True)
        starts = [0, *accumulate(len(text.encode()) for text in lines)]
        try:
            for token in tokenize.generate_tokens(io.StringIO(between, newline="").readline):
                if token.type == tokenize.OP and token.string in (",", ")"):
                    line, offset = token.end
                    end = start + starts[line - 1] + len(lines[line - 1][:offset].encode())
                    if token.string == ",":
                        return end, True
        except (tokenize.TokenError, IndentationError):
            pass
        return end, False

    def _item_indent(self, container: ast.expr, last: ast.expr) -> int:
        """How far items are indented that stand on lines of their own."""
        match container:
            case ast.Dict(keys=keys):
                known = [key for key in keys if key is not None]
                return self.indent(known[-1]) if known else self.indent(last)
            case ast.Call(keywords=keywords) if keywords:
                return (
                    self.indent(keywords[-1].value)
                    if keywords[-1].value.lineno == keywords[-1].lineno
                    else self.indent(last)
                )
        return self.indent(last)

    def _spliced(self, start: int, end: int, new: str) -> str:
        text = new.replace("\r\n", "\n").replace("\n", self.newline)
        return (self.bytes[:start] + text.encode() + self.bytes[end:]).decode()


def last_name(function: ast.expr) -> str:
    """The last part of a dotted name."""
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
