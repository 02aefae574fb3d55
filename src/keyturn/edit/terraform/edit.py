"""One value put into one Terraform file."""

from __future__ import annotations

import re

from keyturn.edit.refusal import EditError
from keyturn.edit.terraform import embedded
from keyturn.edit.terraform.program import Program, Spot
from keyturn.edit.terraform.scope import Scope
from keyturn.edit.terraform.words import Line, Nested, Word, entries_of, item, rules_at, statement, word
from keyturn.edit.terraform.writing import aligned, source
from keyturn.edit.terraform.writing import word as written
from keyturn.graph import Path, Text, Value
from keyturn.read import names
from keyturn.read.names.kind import Entries, Kind
from keyturn.read.terraform.hcl.syntax import (
    Argument,
    Block,
    Body,
    Call,
    Expression,
    Items,
    Literal,
    Object,
    Template,
    Unary,
)


class Edit:
    """A value that is to replace another, or to be appended to a list."""

    def __init__(self, program: Program, scope: Scope, value: Value, *, appending: bool) -> None:
        self.program = program
        self.scope = scope
        self.value = value
        self.appending = appending

    def made(self, spot: Spot, covered: Path, rest: Path) -> str:
        """
        The text with the edit in it.

        Args:
            covered: The path of what stands at the spot, in CloudFormation's words.
            rest: The path from there to the value, or to the list.

        Raises:
            EditError: It cannot be done safely.
        """
        if not isinstance(spot.node, Block):
            return self._in(spot.node, rest)
        block = spot.node
        if block.type == "data":
            return self._in_document(block, rest)
        if block.type == "dynamic":
            raise EditError("a dynamic block makes it: change it there")
        known = _kind(spot.top).properties
        if len(rest) == 1 and covered and (entries := entries_of(rules_at(known, covered[:-1]), covered[-1])):
            return self._entry(spot, block, entries, covered, str(rest[0]))
        if rest:
            said = word(rules_at(known, covered), rest, (self.value,) if self.appending else self.value)
            return self._add(block.body, said, block.offset)
        if self.appending and covered:
            said = item(rules_at(known, covered[:-1]), str(covered[-1]), self.value)
            return self._add(spot.inside, said, spot.top.offset)
        raise EditError("a whole block is not replaced: change it by hand")

    def _entry(self, spot: Spot, block: Block, entries: Entries, covered: Path, name: str) -> str:
        """Give a value to the block that is called so (`parameter { name = … value = … }`), or add one."""
        for each in spot.inside.of_type(block.type):
            called, value = each.body.arguments.get(entries.key), each.body.arguments.get(entries.value)
            if called and value and called.value == Literal(name):
                return self._in(value.value, ())
        said = word(rules_at(_kind(spot.top).properties, covered[:-1]), (covered[-1], name), self.value)
        return self._add(spot.inside, said, spot.top.offset)

    def _in_document(self, block: Block, rest: Path) -> str:
        """Add a statement to an `aws_iam_policy_document`."""
        if rest or not self.appending:
            raise EditError("it stands in a statement of a policy document: change it there")
        return self._add(block.body, statement(self.value), block.offset)

    def _in(self, node: Expression, rest: Path) -> str:
        """Edit inside an expression: `rest` leads from it to the value, or to the list."""
        match node:
            case Call("jsonencode", (argument,)):
                return self._in(argument, rest)
            case Object() if rest:
                return self._in_object(node, rest)
            case Items(items) if rest and isinstance(rest[0], int) and rest[0] < len(items):
                return self._in(items[rest[0]][1], rest[1:])
            case Literal(str()) | Template() if rest or self.appending:
                edited = embedded.edited(
                    self.program.source(node), rest, self.value, self.scope, appending=self.appending
                )
                return self._replaced(node, edited)
            case Items() if self.appending:
                return self._append(node)
            case Object() if self.appending:
                one = self.program.source(node).replace("\r\n", "\n")
                indent = self.program.indent(self.program.span(node)[0])
                return self._replaced(node, f"[{one}, {self._source(self.value, indent)}]")
            case _ if not rest and not self.appending and self._may_replace(node):
                return self._replaced(node, self._source(self.value, self.program.indent(self.program.span(node)[0])))
        told = " ".join(self.program.source(node).split())
        shown = told if len(told) <= 40 else f"{told[:37]}..."
        raise EditError(f"the configuration works it out (`{shown}`): change it there")

    def _may_replace(self, node: Expression) -> bool:
        """Whether an expression only names a value; one that is made of others, only by a reference."""
        match node:
            case Literal() | Unary(operand=Literal()) | Items() | Object():
                return True
            case Template():
                return isinstance(self.value, Text)
        return False

    def _in_object(self, node: Object, rest: Path) -> str:
        for _, key, below in node.items:
            if isinstance(key, Literal) and key.value == rest[0]:
                return self._in(below, rest[1:])
        if not node.items or not isinstance(rest[0], str):
            raise EditError(f"where `{rest[0]}` belongs is not clear")
        value: Value = (self.value,) if self.appending else self.value
        for step in reversed(rest[1:]):
            if isinstance(step, int):
                raise EditError("it stands in a list that is not there")
            value = {step: value}
        last = node.items[-1]
        begin, end = last[0], self.program.span(last[2])[1]
        indent = self.program.indent(begin)
        if not self.program.first_of_line(begin) or self.program.line_end(end) >= self.program.span(node)[1]:
            return self.program.spliced(end, end, f", {rest[0]} = {self._source(value, indent)}")
        line = aligned([(str(rest[0]), self._source(value, indent))], indent).rstrip("\n")
        return self._behind_line(end, f"\n{line}")

    def _append(self, node: Items) -> str:
        begin, close = self.program.span(node)
        indent = self.program.indent(begin)
        if not node.items:
            return self._replaced(node, self._source((self.value,), indent))
        offset, last = node.items[-1]
        end = self.program.span(last)[1]
        if not self.program.first_of_line(offset):  # `[{ … }]`
            return self.program.spliced(end, end, f", {self._source(self.value, self.program.indent(end))}")
        indent = self.program.indent(offset)
        comma = re.match(r"\s*,", self.program.text[end:close])
        if comma:
            return self._behind_line(end + comma.end(), f"\n{indent}{self._source(self.value, indent)},")
        return self.program.spliced(end, end, f",\n{indent}{self._source(self.value, indent)}")

    def _add(self, body: Body, said: Word, offset: int) -> str:
        """Put an argument or a block into a body, behind those that are there."""
        begin, end = self.program.span(body)
        outer = self.program.indent(offset)
        inside: list[Argument | Block] = [*body.arguments.values(), *body.blocks]
        inside.sort(key=lambda each: each.offset)
        if "\n" not in self.program.text[begin:end]:
            kept = self.program.text[begin : end - 1].strip()
            first = f"{outer}  {kept}\n" if kept else ""
            return self.program.spliced(begin, end, f"\n{first}{written(said, f'{outer}  ', self.scope)}{outer}}}")
        indent = self.program.indent(inside[0].offset) if inside else f"{outer}  "
        if isinstance(said, Nested):
            return self._add_block(begin, inside, written(said, indent, self.scope).rstrip("\n"), said.name)
        first_block = min((block.offset for block in body.blocks), default=end)
        before = [each for each in inside if isinstance(each, Argument) and each.offset < first_block]
        if not before:
            return self.program.spliced(begin, begin, f"\n{written(said, indent, self.scope)}".rstrip("\n"))
        return self._add_line(before[-1], said, indent)

    def _add_line(self, last: Argument, said: Line, indent: str) -> str:
        """An argument behind another, its equals sign under that one's where it can be."""
        line = written(said, indent, self.scope).rstrip("\n")
        begin, value = last.offset, self.program.span(last.value)[0]
        above = self.program.text[begin:value]
        if "\n" not in self.program.source(last.value) + line and "=" in above:
            line = line.replace(said.name, f"{said.name:{above.index('=') - 1}}", 1)
        return self._behind_line(self.program.end(last), f"\n{line}")

    def _add_block(self, begin: int, inside: list[Argument | Block], block: str, name: str) -> str:
        """A block behind the last of its kind, else behind everything."""
        alike = [each for each in inside if isinstance(each, Block) and each.type == name] or inside
        if not alike:
            return self.program.spliced(begin, begin, f"\n{block}")
        return self._behind_line(self.program.end(alike[-1]), f"\n\n{block}")

    def _behind_line(self, at: int, new: str) -> str:
        """Put lines behind the one that a position is in, and what is said at its end."""
        end = self.program.line_end(at)
        return self.program.spliced(end, end, new)

    def _replaced(self, node: Expression, new: str) -> str:
        return self.program.spliced(*self.program.span(node), new)

    def _source(self, value: Value, indent: str) -> str:
        return source(value, indent, self.scope)


def _kind(top: Block) -> Kind:
    found = names.kind(top.labels[0], {}) if top.type == "resource" and top.labels else None
    if found is None:
        raise EditError("what it stands in is no resource")
    return found
