"""References as Terraform writes them: `module.net["a"].aws_subnet.private[0].id`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from keyturn.graph import Path

_STEP = re.compile(r"""\.?([A-Za-z_][\w-]*|\d+)|\[("(?:[^"\\]|\\.)*"|\d+|\*)\]|\.(\*)""")


class Key(str):
    """A key in brackets, as opposed to a name behind a dot."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """
    What a reference names.

    Attributes:
        kind: `resource`, `data`, `module`, `var`, `local`, `each`, `count`, `path`, `terraform` or `self`.
        name: Of a resource its type and name, `aws_kms_key.logs`; else the one word.
        index: The instance that is meant: a number, a key, `*`, or None.
        path: What of it.
    """

    kind: str
    name: str
    index: str | int | None = None
    path: Path = ()

    @property
    def address(self) -> str:
        """As it stands in the module's own addresses, with its index."""
        named = f"data.{self.name}" if self.kind == "data" else self.name
        return named if self.index is None else f"{named}[{json.dumps(self.index)}]"


def parse(text: str) -> Reference | None:
    """A reference from its text; None if it is none."""
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        match = _STEP.match(text, at)
        if match is None:
            return None
        word, bracket, star = match.groups()
        if star or bracket == "*":
            steps.append("*")
        elif bracket:
            key = json.loads(bracket)
            steps.append(Key(key) if isinstance(key, str) else key)
        else:
            steps.append(int(word) if word.isdigit() else word)
        at = match.end()
    return of(steps)


def of(steps: list[str | int]) -> Reference | None:
    """A reference from its steps."""
    match steps:
        case ["data", str(type_), str(name), *rest]:
            return _indexed("data", f"{type_}.{name}", rest)
        case ["module", str(name), *rest]:
            return _indexed("module", name, rest)
        case [("var" | "local" | "each" | "count" | "path" | "terraform" | "self") as kind, str(name), *rest]:
            return Reference(str(kind), name, None, tuple(rest))
        case [str(type_), str(name), *rest]:
            return _indexed("resource", f"{type_}.{name}", rest)
    return None


def _indexed(kind: str, name: str, rest: list[str | int]) -> Reference:
    if rest and (isinstance(rest[0], int | Key) or rest[0] == "*"):
        return Reference(kind, name, rest[0], tuple(rest[1:]))
    return Reference(kind, name, None, tuple(rest))


def whole(references: Iterable[str]) -> list[str]:
    """References without those that only are the beginning of the one before: a plan lists `a.b.c` and then `a.b`."""
    kept: list[str] = []
    for reference in references:
        if not any(each.startswith((f"{reference}.", f"{reference}[")) for each in kept[-1:]) and reference not in kept:
            kept.append(reference)
    return kept
