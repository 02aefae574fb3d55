"""The user's own line, with what is meant underlined. Secrets in it are left out, as is what a terminal would obey."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from keyturn.graph import Place

WIDTH = 120
"""How many characters of a line are shown, at most."""
_SECRET = re.compile(
    r"""(?ix) ["']? \w* (?:password|passwd|secret_?string|private_?key|token|secret_?key|api_?key) \w* ["']? \s* [:=] \s*
    (?! (?:true|false|null|none) \s* (?:[,)}\]\#]|$)) (?P<value> "(?:[^"\\]|\\.)*" | '[^']*' | (?![!{\[&*|>]) [^\s,}\]\#][^,}\#]* )"""
)
_WORD = re.compile(r"""["'][^"']*["']|[^\s:=,(\[{]+""")


def excerpt(place: Place, texts: Mapping[str, str], margin: int = 0) -> Iterator[str]:
    """
    A place's line and the line of carets below it; nothing where its file is not at hand.

    Args:
        texts: The texts of files.
        margin: How wide the column of line numbers is, at least.
    """
    line = line_of(place, texts)
    if line is None:
        return
    start = min(max(place.column - 1, 0), len(line))
    word = _WORD.match(line, start)
    end = word.end() if word else start + 1
    shown = without_secrets(line)
    begin = 0 if end <= WIDTH else max(0, start - WIDTH // 4)
    before, marked = shown[begin:start], shown[start:end]
    number = str(place.line).rjust(margin)
    cut = "…" if len(shown) > begin + WIDTH else ""
    yield f"  {number} | {'…' if begin else ''}{printable(shown[begin : begin + WIDTH].rstrip())}{cut}"
    space = "".join("\t" if each == "\t" else " " * _width(each) for each in ("…" if begin else "") + before)
    yield f"  {' ' * len(number)} | {space}{'^' * max(1, sum(map(_width, marked)))}"


def line_of(place: Place, texts: Mapping[str, str]) -> str | None:
    """The line that a place is on; None where it is not known."""
    lines = texts.get(place.file, "").split("\n")
    return lines[place.line - 1].removesuffix("\r") if 0 < place.line <= len(lines) and place.file in texts else None


def block(place: Place, texts: Mapping[str, str], limit: int = 30) -> str:
    """The lines of what begins at a place: those that are indented further, up to a limit; empty where its file is not at hand."""
    if line_of(place, texts) is None:
        return ""
    lines = texts[place.file].split("\n")[place.line - 1 :]
    first = len(lines[0]) - len(lines[0].lstrip())
    taken = [lines[0]]
    for line in lines[1:limit]:
        indent = len(line) - len(line.lstrip())
        if line.strip() and (indent < first or (indent == first and line.strip()[0] not in "])}")):
            break
        taken.append(line)
    return "\n".join(printable(without_secrets(line.rstrip()))[:WIDTH] for line in taken).rstrip()


def without_secrets(line: str) -> str:
    """The line with asterisks where a secret is written out, as many as it has characters."""
    for match in reversed([*_SECRET.finditer(line)]):
        start, end = match.span("value")
        line = line[:start] + "*" * (end - start) + line[end:]
    return line


def printable(text: str) -> str:
    """A text on one line, without what a terminal would obey."""
    return "".join(each if each.isprintable() or each == "\t" else "\N{REPLACEMENT CHARACTER}" for each in text)


def _width(character: str) -> int:
    """How many columns of a terminal a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
