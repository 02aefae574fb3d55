"""A Terraform file: its syntax tree with what each part spans, and edits of its text that leave all else as it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keyturn.edit.refusal import EditError
from keyturn.graph import Place
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.parser import Parser
from keyturn.read.terraform.hcl.syntax import Argument, Block, Body, Call, Expression, Items, Object


class _Tracing(Parser):
    """Remembers what each expression and each body spans."""

    def __init__(self, text: str, at: int = 0) -> None:
        super().__init__(text, at)
        self.spans: dict[int, tuple[int, int]] = {}
        self._kept: list[Expression | Body] = []
        """What has a span must live as long as that, or another would be known by its number."""
        self._space = (0, 0)

    def skip(self, *, lines: bool = False) -> None:
        before = self.at
        super().skip(lines=lines)
        if self.at != before:
            self._space = (self._space[0] if self._space[1] == before else before, self.at)

    def expression(self) -> Expression:
        self.skip()
        begin = self.at
        made = super().expression()
        self._keep(made, begin, self._space[0] if self._space[1] == self.at else self.at)
        return made

    def body(self, end: str) -> Body:
        begin = self.at
        made = super().body(end)
        self._keep(made, begin, self.at)
        return made

    def _keep(self, made: Expression | Body, begin: int, end: int) -> None:
        self.spans[id(made)] = begin, end
        self._kept.append(made)


@dataclass(frozen=True, slots=True)
class Spot:
    """
    What stands at a place.

    Attributes:
        node: The value of an argument, of a key or of an item; or a block.
        inside: The body that a block stands in.
        top: The block of the file that it is in, or is itself; and the argument in that, where it is in one.
    """

    node: Expression | Block
    inside: Body
    top: Block
    argument: str = ""


class Program:
    """
    One file.

    Raises:
        EditError: It is not HCL.
    """

    def __init__(self, text: str) -> None:
        parser = _Tracing(text)
        try:
            self.body = parser.body(end="")
        except (HclError, RecursionError):
            raise EditError("the file is not HCL") from None
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self._parser = parser

    def span(self, node: Expression | Body) -> tuple[int, int]:
        return self._parser.spans[id(node)]

    def source(self, node: Expression) -> str:
        begin, end = self.span(node)
        return self.text[begin:end]

    def at(self, place: Place) -> Spot:
        """
        What stands at a place.

        Raises:
            EditError: Nothing does.
        """
        begin = 0
        for _ in range(place.line - 1):
            begin = self.text.find("\n", begin) + 1
        wanted = begin + place.column - 1
        for top in self.body.blocks:
            if top.offset <= wanted < self.span(top.body)[1]:
                for offset, spot in self._spots(top):
                    if offset == wanted:
                        return spot
        raise EditError("the file is not as it was when it was read")

    def _spots(self, top: Block) -> Iterator[tuple[int, Spot]]:
        yield top.offset, Spot(top, self.body, top)
        waiting = [top.body]
        while waiting:
            body = waiting.pop()
            for argument in body.arguments.values():
                yield argument.offset, Spot(argument.value, body, top, argument.name)
                for offset, value in _within(argument.value):
                    yield offset, Spot(value, body, top, argument.name)
            for block in body.blocks:
                yield block.offset, Spot(block, body, top)
                waiting.append(block.body)

    def indent(self, offset: int) -> str:
        """The white space at the beginning of the line that a position is in."""
        line = self.text[self.text.rfind("\n", 0, offset) + 1 : offset]
        return line[: len(line) - len(line.lstrip())]

    def first_of_line(self, offset: int) -> bool:
        """Whether only white space stands before a position on its line."""
        return not self.text[self.text.rfind("\n", 0, offset) + 1 : offset].strip()

    def line_end(self, offset: int) -> int:
        """Where the line of a position ends, before its line break."""
        end = self.text.find("\n", offset)
        end = len(self.text) if end < 0 else end
        return end - 1 if self.text[end - 1 : end] == "\r" else end

    def end(self, item: Argument | Block) -> int:
        return self.span(item.value if isinstance(item, Argument) else item.body)[1]

    def spliced(self, begin: int, end: int, new: str) -> str:
        lines = new.replace("\r\n", "\n").replace("\n", self.newline)
        return self.text[:begin] + lines + self.text[end:]


def _within(value: Expression) -> Iterator[tuple[int, Expression]]:
    """The keys and items of a literal, with what stands at them."""
    match value:
        case Call("jsonencode", (argument,)):
            yield from _within(argument)
        case Object(items):
            for offset, _, item in items:
                yield offset, item
                yield from _within(item)
        case Items(items):
            for offset, item in items:
                yield offset, item
                yield from _within(item)
