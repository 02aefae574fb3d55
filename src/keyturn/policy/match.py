"""
Wildcards: `*` is any run of characters, `?` is any one.

No regular expressions match: a pattern is taken apart once, and matching looks for its pieces from left to right. That is right because
the leftmost place of a piece leaves the most text for the rest, and it never goes back: a step for each character of the text at most,
so hostile patterns stay linear.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html ("Wildcards in resource ARNs"),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html ("ARN condition operators").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Protocol, TypeAlias


class Wild(Enum):
    """A wildcard, as opposed to the character that stands for one."""

    ANY = "*"
    ONE = "?"


Tokens: TypeAlias = tuple[str | Wild, ...]
"""A pattern: its literal texts and its wildcards."""

_WILD = {wild.value: wild for wild in Wild}
_WILDCARDS = re.compile("([*?])")


def tokens(text: str) -> Tokens:
    """Tell the wildcards of a pattern from its literal text."""
    if "*" not in text and "?" not in text:
        return literal(text)
    return tuple([_WILD.get(piece, piece) for piece in _WILDCARDS.split(text) if piece])


def literal(text: str) -> Tokens:
    """A text as a pattern that matches it alone: `*` and `?` are characters as any other."""
    return (text,) if text else ()


def plain(pattern: Tokens) -> str:
    """A pattern as it is written."""
    return "".join(token if isinstance(token, str) else token.value for token in pattern)


class Matcher(Protocol):
    """A pattern, ready to match."""

    def matches(self, text: str) -> bool:
        """Whether the whole text is of this pattern."""


class Glob:
    """One pattern, ready to match."""

    __slots__ = ("_first", "_last", "_least", "_middle", "_whole")

    def __init__(self, pattern: Tokens) -> None:
        pieces: list[list[str | Wild]] = [[]]
        for token in pattern:
            if token is Wild.ANY:
                pieces.append([])
            else:
                pieces[-1].append(token)
        parts = [_Piece(piece) for piece in pieces]
        self._whole = len(parts) == 1
        self._first, self._last = parts[0], parts[-1]
        self._middle = tuple(part for part in parts[1:-1] if part.length)
        self._least = sum(part.length for part in parts) if not self._whole else parts[0].length

    def matches(self, text: str) -> bool:
        """Whether the whole text is of this pattern."""
        size = len(text)
        if self._whole:
            return size == self._least and self._first.stands_at(text, 0)
        if size < self._least or not self._first.stands_at(text, 0):
            return False
        end = size - self._last.length
        if not self._last.stands_at(text, end):
            return False
        start = self._first.length
        for piece in self._middle:
            place = piece.find(text, start, end)
            if place < 0:
                return False
            start = place + piece.length
        return True


class _Piece:
    """What stands between two `*`: literal text at fixed distances, and `?` between."""

    __slots__ = ("_any", "_places", "chunks", "length", "literal")

    def __init__(self, piece: list[str | Wild]) -> None:
        self.chunks: list[tuple[int, str]] = []
        self.length = 0
        for token in piece:
            if isinstance(token, str):
                self.chunks.append((self.length, token))
                self.length += len(token)
            else:
                self.length += 1
        text = "".join(chunk for _, chunk in self.chunks)
        self.literal = text if len(text) == self.length else None
        self._any = 0
        self._places: dict[str, int] = {}
        """Where each character may stand, and where any may, as the bits of a number: for pieces with `?`."""

    def stands_at(self, text: str, place: int) -> bool:
        """Whether the text, which is long enough, holds this piece at this place."""
        if self.literal is not None:
            return text.startswith(self.literal, place)
        return all(text.startswith(chunk, place + offset) for offset, chunk in self.chunks)

    def find(self, text: str, start: int, end: int) -> int:
        """
        The leftmost place of this piece in text[start:end]; -1 if there is none.

        With `?` in it, all places at which it may have begun are kept at once, so the work is one step for each character.
        """
        if self.literal is not None:
            return text.find(self.literal, start, end)
        if not self._any:
            self._note_places()
        whole, begun = 1 << (self.length - 1), 0
        for place in range(start, end):
            begun = (begun << 1 | 1) & (self._any | self._places.get(text[place], 0))
            if begun & whole:
                return place + 1 - self.length
        return -1

    def _note_places(self) -> None:
        self._any = (1 << self.length) - 1
        for offset, chunk in self.chunks:
            for place, character in enumerate(chunk, offset):
                self._any &= ~(1 << place)
                self._places[character] = self._places.get(character, 0) | 1 << place


class Globs:
    """Several patterns of which one must match: comparisons where comparisons will do."""

    __slots__ = ("_exact", "_globs", "_prefixes", "everything")

    def __init__(self, patterns: Iterable[Tokens], make: Callable[[Tokens], Matcher] = Glob) -> None:
        """`make` makes a matcher of a pattern for which no comparison will do."""
        exact: set[str] = set()
        prefixes: list[str] = []
        globs: list[Matcher] = []
        for pattern in patterns:
            match pattern:
                case ():
                    exact.add("")
                case (str(text),):
                    exact.add(str(text))
                case (Wild.ANY,):
                    prefixes.append("")
                case (str(text), Wild.ANY):
                    prefixes.append(str(text))
                case _:
                    globs.append(make(pattern))
        self._exact, self._prefixes, self._globs = frozenset(exact), tuple(prefixes), tuple(globs)
        self.everything = "" in prefixes

    def matches(self, text: str) -> bool:
        """Whether the text is of one of the patterns."""
        if text in self._exact or text.startswith(self._prefixes):
            return True
        return any(glob.matches(text) for glob in self._globs) if self._globs else False
