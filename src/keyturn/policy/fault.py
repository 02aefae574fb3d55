"""What is wrong with a policy document, where, and what was expected there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.wording import kind, short
from keyturn.problem import Misuse

# What JSON's kinds are in Python. Made once: to write `str | Unknown` where it is asked takes longer than to ask. And dict goes first,
# because an abstract class takes its time to answer.
TEXT = (str, Unknown)
LIST = (list, tuple)
OBJECT = (dict, Mapping)

Texts: TypeAlias = tuple[str | Unknown, ...]
"""The texts of a single value or of a list."""

Steps: TypeAlias = tuple[str | int, ...]
"""A place in a document: keys and list indexes from the top, e.g. ("Statement", 0, "Effect")."""


class Fault(NamedTuple):
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
    """A policy document that AWS would not accept; `faults` tells all that is wrong with it, `label` says which document."""

    def __init__(self, label: str, faults: Iterable[Fault]) -> None:
        self.label = label
        self.faults = Faults(faults)
        more = f" (+{len(self.faults) - 1})" if len(self.faults) > 1 else ""
        super().__init__(f"{label}: {self.faults[0]}{more}" if label else f"{self.faults[0]}{more}")


class Notes(list[Fault]):
    """The faults found so far in a document that is being read."""

    def add(self, path: Steps, message: str, hint: str = "") -> None:
        self.append(Fault(path, message, hint))

    def texts(self, data: object, path: Steps, expected: str) -> Texts:
        """The texts of a single value or of a list; what is neither is noted, and taken as unknown."""
        if isinstance(data, TEXT):
            return (data,)
        if not isinstance(data, LIST):
            self.add(path, f"{kind(data)} is not {expected}", f"{expected}, or a list, is expected")
            return ()
        return tuple(
            [
                each if isinstance(each, TEXT) else self._no_text(each, (*path, index), expected)
                for index, each in enumerate(data)
            ]
        )

    def _no_text(self, data: object, path: Steps, expected: str) -> Unknown:
        self.add(path, f"{kind(data)} is not {expected}")
        return Unknown("malformed")

    def take(self, faults: Iterable[Fault], data: object, path: Steps) -> None:
        """Note what is wrong with some of such texts: the place of these faults is no more than the text's index."""
        for fault in faults:
            (index,) = fault.path
            self.add(place_of(index, data, path), fault.message, fault.hint)


def place_of(index: str | int, data: object, path: Steps) -> Steps:
    """Where one of the texts of a single value, or of a list, stands."""
    return (*path, index) if isinstance(data, LIST) else path
