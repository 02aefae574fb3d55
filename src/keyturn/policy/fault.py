"""What is wrong with a policy document, where, and what was expected there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.wording import kind, short
from keyturn.problem import Misuse

# What JSON's kinds are in Python. Made once: to write `str | Unknown` where it is asked takes longer than to ask. And dict goes first,
# because an abstract class takes its time to answer.
TEXT = (str, Unknown)
LIST = (list, tuple)
OBJECT = (dict, Mapping)

Steps: TypeAlias = tuple[str | int, ...]
"""A place in a document: keys and list indexes from the top, e.g. ("Statement", 0, "Effect")."""


@dataclass(frozen=True, slots=True)
class Fault:
    """
    One thing wrong with a document.

    Attributes:
        path: Where.
        message: What is wrong: one line, lower case.
        hint: What was expected; may be empty.
    """

    path: Steps
    message: str
    hint: str = ""

    @property
    def place(self) -> str:
        """The path as people write it: `Statement[0].Effect`."""
        steps = [f"[{step}]" if isinstance(step, int) else f".{short(step)}" for step in self.path]
        return "".join(steps).removeprefix(".")

    def __str__(self) -> str:
        told = f"{self.place}: {self.message}" if self.path else self.message
        return f"{told}; {self.hint}" if self.hint else told


class Faults(tuple[Fault, ...]):
    """All that is wrong with one document; never empty."""

    __slots__ = ()


class Malformed(Misuse):
    """A policy document that AWS would not accept; `faults` tells all that is wrong with it."""

    def __init__(self, label: str, faults: Iterable[Fault]) -> None:
        self.faults = Faults(faults)
        more = f" (+{len(self.faults) - 1})" if len(self.faults) > 1 else ""
        super().__init__(f"{label}: {self.faults[0]}{more}" if label else f"{self.faults[0]}{more}")


class Notes(list[Fault]):
    """The faults found so far in a document that is being read."""

    def add(self, path: Steps, message: str, hint: str = "") -> None:
        self.append(Fault(path, message, hint))

    def texts(self, data: object, path: Steps, expected: str) -> Iterator[tuple[Steps, str | Unknown]]:
        """The texts of a single value or of a list, each with its place from there; what is neither is noted."""
        if isinstance(data, TEXT):
            yield (), data
        elif isinstance(data, LIST):
            for index, each in enumerate(data):
                if isinstance(each, TEXT):
                    yield (index,), each
                else:
                    self.add((*path, index), f"{kind(each)} is not {expected}")
        else:
            self.add(path, f"{kind(data)} is not {expected}", f"{expected}, or a list, is expected")
