"""How things are told to people: what a value is, how it fits in a line, what was meant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` when something known is close, else nothing."""
    from difflib import get_close_matches  # not before it is needed

    names = {name.lower(): name for name in known}
    close = get_close_matches(word.lower(), names, n=1, cutoff=0.7)
    return f"did you mean `{names[close[0]]}`?" if close else ""


def repeated(names: Iterable[str]) -> Iterator[str]:
    """The names that were there before."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield name
        seen.add(name)


def kind(value: object) -> str:
    """What a value is, as people call it."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return f"`{short(value)}`"
        case Mapping():
            return "an object"
        case list() | tuple():
            return "a list"
    return f"a {type(value).__name__}"


def scalar_text(value: bool | float) -> str:
    """A number or boolean as JSON writes it; empty if it is infinite, no number, or of thousands of digits."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return ""


def short(value: object) -> str:
    """A value as it fits in a message."""
    try:
        text = str(value)
    except ValueError:
        text = "a number of thousands of digits"
    return printable(text if len(text) <= 60 else f"{text[:57]}…")


def printable(text: str) -> str:
    """A text in one line, whatever it holds: what cannot be printed is told by its code."""
    return text if text.isprintable() else "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
