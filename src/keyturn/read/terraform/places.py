"""
Where the arguments of a block stand, by their path in Terraform's words.

Followed are what is written in objects, in `jsonencode`, in a local value, and in the statements of an `aws_iam_policy_document`: there
it stands that its user will change.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keyturn.graph import Path, Place
from keyturn.read.terraform.configuration import Configuration, Found
from keyturn.read.terraform.hcl.syntax import (
    Attribute,
    Block,
    Body,
    Call,
    Expression,
    Index,
    Items,
    Literal,
    Name,
    Object,
    Written,
)

DEEPEST = 8
"""How many locals may lead from one to the next."""
STATEMENT = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
    "principals": "Principal",
    "not_principals": "NotPrincipal",
    "condition": "Condition",
}
"""What the arguments and blocks of a `statement` become in a policy."""
MIXED = ("source_policy_documents", "override_policy_documents", "source_json", "override_json")
"""What puts statements of others between a document's own."""


def places(body: Body, written: Written, configuration: Configuration) -> dict[Path, Place]:
    """The place of each argument, block, key and item in a body."""
    return dict(_Places(configuration).body(body, written, ()))


def is_document(expression: Expression, configuration: Configuration) -> Found | None:
    """The `aws_iam_policy_document` whose JSON an expression is."""
    match expression:
        case Attribute(
            Attribute(Attribute(Name("data"), "aws_iam_policy_document"), name)
            | Index(Attribute(Attribute(Name("data"), "aws_iam_policy_document"), name), Literal()),
            "json" | "minified_json",
        ):
            return configuration.data.get(f"aws_iam_policy_document.{name}")
    return None


@dataclass(frozen=True, slots=True)
class _Places:
    configuration: Configuration

    def body(self, body: Body, written: Written, path: Path) -> Iterator[tuple[Path, Place]]:
        for name, argument in body.arguments.items():
            where = argument.written or written
            yield (*path, name), where.place(argument.offset)
            yield from self._inside(argument.value, where, (*path, name))
        counts: dict[str, int] = {}
        for block in body.blocks:
            type_ = block.labels[0] if block.type == "dynamic" and block.labels else block.type
            where = block.written or written
            number = counts[type_] = counts.get(type_, -1) + 1
            for at in ((*path, type_, number), *([(*path, type_)] if number == 0 else [])):
                yield at, where.place(block.offset)
                inner = next(iter(block.body.of_type("content")), block) if block.type == "dynamic" else block
                yield from self.body(inner.body, where, at)

    def _inside(self, value: Expression, written: Written, path: Path, depth: int = 0) -> Iterator[tuple[Path, Place]]:
        match value:
            case Call("jsonencode", (argument,)):
                yield from self._inside(argument, written, path, depth)
            case Object(items):
                for offset, key, item in items:
                    if isinstance(key, Literal) and isinstance(key.value, str):
                        yield (*path, key.value), written.place(offset)
                        yield from self._inside(item, written, (*path, key.value), depth)
            case Items(items):
                for number, (offset, item) in enumerate(items):
                    yield (*path, number), written.place(offset)
                    yield from self._inside(item, written, (*path, number), depth)
            case Attribute(Name("local"), name) if name in self.configuration.locals and depth < DEEPEST:
                local, where = self.configuration.locals[name]
                yield from self._inside(local.value, where, path, depth + 1)
            case Attribute() if found := is_document(value, self.configuration):
                yield from _statements(found, path)


def _statements(found: Found, path: Path) -> Iterator[tuple[Path, Place]]:
    """The statements of a policy document, where it has only its own."""
    body = found.block.body
    yield (*path, "Statement"), found.place
    if body.arguments.keys() & set(MIXED) or any(block.type == "dynamic" for block in body.blocks):
        return
    for number, statement in enumerate(body.of_type("statement")):
        at = (*path, "Statement", number)
        where = statement.written or found.written
        yield at, where.place(statement.offset)
        for name, argument in statement.body.arguments.items():
            if name in STATEMENT:
                yield (*at, STATEMENT[name]), where.place(argument.offset)
        for block in reversed(statement.body.blocks):  # The first of several is where they begin.
            if block.type in STATEMENT:
                yield from _of_statement(block, where, (*at, STATEMENT[block.type]))


def _of_statement(block: Block, written: Written, path: Path) -> Iterator[tuple[Path, Place]]:
    place = written.place(block.offset)
    yield path, place
    arguments = block.body.arguments
    values = (arguments[name].value for name in ("type", "test", "variable") if name in arguments)
    names = [str(each.value) if isinstance(each, Literal) else None for each in values]
    yield (*path, *(name for name in names if name is not None)) if None not in names else path, place
