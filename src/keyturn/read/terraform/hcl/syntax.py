"""The syntax tree of HCL. Offsets are in characters from the beginning of the file."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TypeAlias

from keyturn.graph import Place

Expression: TypeAlias = (
    "Literal | Template | Name | Attribute | Index | Splat | Call | Unary | Binary | Condition | Items | Object | For"
)


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a boolean or null; or a string without anything in it."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Template:
    """A string with expressions or directives in it."""

    parts: tuple[str | Expression | Choice | Loop, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """`%{ if … }`."""

    condition: Expression
    then: Template
    otherwise: Template


@dataclass(frozen=True, slots=True)
class Loop:
    """`%{ for … }`."""

    key: str
    value: str
    collection: Expression
    body: Template


@dataclass(frozen=True, slots=True)
class Name:
    """What a traversal begins with: `var`, `aws_kms_key`, a loop's variable."""

    name: str


@dataclass(frozen=True, slots=True)
class Attribute:
    of: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    of: Expression
    key: Expression


@dataclass(frozen=True, slots=True)
class Splat:
    """`of[*].path`: `each` is what is taken of each item, in terms of the name `*`."""

    of: Expression
    each: Expression


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    arguments: tuple[Expression, ...]
    expanded: bool = False
    """Whether the last argument is a list of arguments: `max(list...)`."""


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Condition:
    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[tuple[int, Expression], ...]
    """Each with its offset."""


@dataclass(frozen=True, slots=True)
class Object:
    items: tuple[tuple[int, Expression, Expression], ...]
    """Each with the offset of its key."""


@dataclass(frozen=True, slots=True)
class For:
    """`[for key, value in collection : result if condition]`; with `named`, `{for … : named => result}`."""

    key: str
    value: str
    collection: Expression
    result: Expression
    named: Expression | None = None
    condition: Expression | None = None
    grouped: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """One file: how it is called, and where its lines begin."""

    file: str
    lines: tuple[int, ...]

    def place(self, offset: int) -> Place:
        line = bisect_right(self.lines, offset)
        return Place(self.file, line, offset - self.lines[line - 1] + 1)


@dataclass(frozen=True, slots=True)
class Argument:
    """`name = value`."""

    name: str
    value: Expression
    offset: int
    written: Written | None = None
    """The file, where that is not its block's."""


@dataclass(frozen=True, slots=True)
class Block:
    """`type "label" { … }`."""

    type: str
    labels: tuple[str, ...]
    body: Body
    offset: int
    written: Written | None = None
    """The file, where that is not that of the block around it."""


@dataclass(frozen=True, slots=True)
class Body:
    arguments: dict[str, Argument] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)

    def of_type(self, type_: str) -> list[Block]:
        return [block for block in self.blocks if block.type == type_]
