"""
Marks: how a reference survives in a text while the user's program works with it.

What a resource will be called is given to the program as the text that it will be, with a mark behind it: the ARN itself, then a number
between two characters of Unicode's private area. So the program may join it, format it, put it into JSON, or take it apart; and
whatever text comes back still says what it was made of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from keyturn.graph import Unknown, Value
from keyturn.read.functions import concat

_OPEN, _CLOSE = "\ue5f0", "\ue5f1"
# Also as JSON writes them, once or more often escaped.
_MARK = re.compile(r"(?:\\+ue5f0|\ue5f0)(\d+)(?:\\+ue5f1|\ue5f1)")
_SCRAP = re.compile(r"(?:\\+ue5f0|\ue5f0)\d*|(?:\\+ue5f1|\ue5f1)")


@dataclass(slots=True)
class Marks:
    """The values that were given to one program, each found again by its mark."""

    given: list[str | Unknown] = field(default_factory=list)

    def give(self, value: str | Unknown) -> str:
        """The text that stands for a value in the program."""
        self.given.append(value)
        shown = "unknown" if isinstance(value, Unknown) else str(value)
        return f"{shown}{_OPEN}{len(self.given) - 1}{_CLOSE}"

    def read(self, raw: Any) -> Value:
        """Plain data that came back, its texts read."""
        if isinstance(raw, str):
            return self.text(raw)
        if isinstance(raw, Mapping):
            return {plain(str(key)): self.read(value) for key, value in raw.items()}
        if isinstance(raw, list | tuple):
            return tuple(self.read(item) for item in raw)
        if raw is None or isinstance(raw, bool | int | float | Unknown):
            return raw
        return Unknown(f"a {type(raw).__name__} has no place in the planned world")

    def text(self, raw: str) -> str | Unknown:
        """A text that came back: as it will be, and what it was made of; Unknown if a part of it is."""
        if _unmarked(raw):
            return concat((raw,))
        pieces: list[Value] = []
        end = 0
        for mark in _MARK.finditer(raw):
            before, end = raw[end : mark.start()], mark.end()
            value = self.given[int(mark[1])] if int(mark[1]) < len(self.given) else ""
            shown = "unknown" if isinstance(value, Unknown) else str(value)
            if before.endswith(shown):
                pieces += [_clean(before.removesuffix(shown)), value]
            elif isinstance(value, Unknown):
                pieces.append(value)
            else:  # The program took it apart or changed it: what is left is text.
                pieces.append(_clean(before))
        pieces.append(_clean(raw[end:]))
        return concat(piece for piece in pieces if piece != "")


def plain(raw: str) -> str:
    """A text without its marks."""
    return raw if _unmarked(raw) else _clean(_MARK.sub("", raw))


def is_reference(raw: str) -> bool:
    """Whether a text ends as a reference does."""
    return raw.endswith(_CLOSE)


def _clean(raw: str) -> str:
    return _SCRAP.sub("", raw)


def _unmarked(raw: str) -> bool:
    """Whether a text has no mark, nor a scrap of one, as most have not."""
    return _OPEN not in raw and _CLOSE not in raw and "ue5f" not in raw
