"""HCL's values: JSON-like data, texts with marks, and what has its value only when it is asked for."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from keyturn.graph import Path
from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl.error import HclError

Raw: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class Lazy:
    """Values by name that are worked out when they are asked for: `var`, `local`, `module.x`."""

    get: Callable[[str], Raw]


@dataclass(frozen=True, slots=True)
class Instance:
    """A resource instance, or something in what it tells."""

    address: str
    path: Path
    tell: Callable[[str, Path], Raw]

    def inside(self, step: str | int) -> Instance:
        return Instance(self.address, (*self.path, step), self.tell)

    def settled(self) -> Raw:
        return self.tell(self.address, self.path or ("id",))


_NUMBER = re.compile(r"-?(?:\d{1,4000}(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)


class Set(list[Raw]):
    """A set: where a list has numbers for its items, a set has the items themselves."""


LONGEST = 1_000_000
"""Characters of a text, and items of a list: they can double with every line."""
MOST_PARTS = 200_000
"""How many lists and objects a value may consist of: one that is in another twice doubles with every step."""


def settled(value: Raw) -> Raw:
    """
    A value with what its instances tell.

    Raises:
        HclError: It has too many parts.
    """
    return _settled(value, [MOST_PARTS])


def _settled(value: Raw, left: list[int]) -> Raw:
    match value:
        case Instance():
            return value.settled()
        case list() | dict():
            left[0] -= 1
            if left[0] < 0:
                raise HclError(f"a value of more than {MOST_PARTS:,} parts")
            if isinstance(value, list):
                made = [_settled(each, left) for each in value]
                return Set(made) if isinstance(value, Set) else made
            return {key: _settled(each, left) for key, each in value.items()}
        case Lazy():
            raise HclError("it is not a value by itself")
    return value


def pairs(collection: Raw) -> Iterator[tuple[Raw, Raw]]:
    """Keys and values of a collection."""
    if isinstance(collection, Mapping):
        yield from sorted(collection.items())
    elif isinstance(collection, Set):
        yield from ((each, each) for each in collection)
    elif isinstance(collection, list):
        yield from enumerate(collection)
    else:
        raise HclError("a list or an object is wanted")


def text(value: Raw) -> str:
    """A value as it stands in a string."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
    raise HclError("a string is wanted")


def alike(items: list[Raw]) -> list[Raw]:
    """Items of one type: texts, where some are texts and others are not."""
    scalars = [item for item in items if item is not None]
    kinds = {"number" if isinstance(item, float) else type(item).__name__.replace("int", "number") for item in scalars}
    if len(kinds) < 2 or not kinds <= {"str", "bool", "number"}:
        return items
    return [None if item is None else text(item) for item in items]


def truth(value: Raw) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise HclError("true or false is wanted")


def number(value: Raw) -> int | float:
    if isinstance(value, bool):
        raise HclError("a number is wanted")
    if isinstance(value, int | float):
        return value
    written = plain(value) if isinstance(value, str) else ""
    if not _NUMBER.fullmatch(written):
        raise HclError("a number is wanted")
    return int(written) if written.lstrip("-").isdecimal() else float(written)


def exact(value: float) -> int | float:
    """A number as Terraform has it, who reckons with more digits: 0.1 + 0.2 is 0.3."""
    if isinstance(value, int) or not math.isfinite(value):
        return value
    value = float(f"{value:.15g}")
    return int(value) if value.is_integer() else value


def same(one: Raw, other: Raw) -> bool:
    """Whether two values are equal, texts without their marks."""
    if isinstance(one, str) and isinstance(other, str):
        return plain(one) == plain(other)
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*each) for each in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    return bool(one == other)
