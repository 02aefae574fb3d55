"""
Suppressions in comments: `# keyturn: ignore[check, another] the reason`.

A comment is about what begins on its line, all that is in it included: a property, an argument, a resource. On a line of its own it is
about the next line that says something.
"""

from __future__ import annotations

import importlib
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from keyturn.graph import Place
from keyturn.suppressions import Complaint, Lines, Suppression, complaint_of

_DIALECTS = {".py": "python", ".tf": "hcl", ".tofu": "hcl", ".yaml": "yaml", ".yml": "yaml", ".template": "yaml"}
_DIRECTIVE = re.compile(r"\bkeyturn:\s*(?P<word>[A-Za-z][\w-]*)\s*(?:\[(?P<checks>[^\]]*)\])?[ \t]*(?P<reason>.*)")
_WANTED = "write `keyturn: ignore[check] reason`"


class Comment(NamedTuple):
    """A comment's text, and where it begins; `alone` if nothing but space is before it on its line."""

    line: int
    column: int
    text: str
    alone: bool


class Written(NamedTuple):
    """
    What a dialect makes of a file.

    Attributes:
        comments: In their order.
        ends: For each line on which something begins, the last line of the longest thing that does.
    """

    comments: tuple[Comment, ...]
    ends: Mapping[int, int]

    def about(self, comment: Comment) -> tuple[int, int]:
        """The first and the last line that a comment is about."""
        line = comment.line
        if comment.alone:
            begin = sorted(self.ends)
            after = bisect_left(begin, line + 1)
            line = begin[after] if after < len(begin) else line
        return line, self.ends.get(line, line)


@dataclass(frozen=True, slots=True)
class Commented:
    """
    A file's comments on findings.

    Attributes:
        said: Suppressions, and what is wrong with what should be some.
        ends: As in `Written`.
    """

    said: tuple[Suppression | Complaint, ...] = ()
    ends: Mapping[int, int] = field(default_factory=dict)

    def concerns(self, suppression: Suppression, lines: Iterable[int]) -> bool:
        """Whether a suppression is about something that is declared on one of these lines; or about nothing at all."""
        scope = suppression.scope
        assert isinstance(scope, Lines)
        return scope.first not in self.ends or any(
            line <= scope.last and scope.first <= self.ends.get(line, line) for line in lines
        )


def read(file: str, text: str) -> Commented:
    """What the comments of a file say of findings."""
    dialect = _DIALECTS.get(Path(file).suffix, "yaml" if Path(file).suffix == "" else None)
    if "keyturn:" not in text or dialect is None or text.lstrip()[:1] == "{":
        return Commented()
    written: Written = importlib.import_module(f"keyturn.suppressions.{dialect}").written(text)
    return Commented(tuple(_all(file, written)), written.ends)


def _all(file: str, written: Written) -> Iterator[Suppression | Complaint]:
    for comment in written.comments:
        directive = _DIRECTIVE.search(comment.text)
        if directive is not None and (directive["word"] == "ignore" or directive["checks"] is not None):
            place = Place(file, comment.line, comment.column)
            yield from _said(directive, place, Lines(file, *written.about(comment)))


def _said(directive: re.Match[str], place: Place, lines: Lines) -> Iterator[Suppression | Complaint]:
    if directive["word"] != "ignore":
        yield Complaint(place, f"`keyturn: {directive['word']}` is not understood", _WANTED)
        return
    checks = [name.strip() for name in (directive["checks"] or "").split(",") if name.strip()]
    if not checks:
        yield Complaint(place, "which check is to be ignored is not said", _WANTED)
    reason = directive["reason"].lstrip(":-\N{EN DASH}\N{EM DASH} ").strip()
    for check in checks:
        wrong = complaint_of(check, reason, place)
        yield wrong or Suppression(check, reason, place, lines, "comment")
