"""JSON -> data, by the interpreter's own parser; positions come from a second look that is taken only when one is asked for."""

from __future__ import annotations

import json
import re
from typing import Any

from keyturn.read.source import Marks, Source, given_twice
from keyturn.read.world import Unreadable

_PIECE = re.compile(
    r"""
    ("(?:[^"\\]|\\.)*+")\s*+:\s*+([\[{]|"(?:[^"\\]|\\.)*+"|[^\s{}\[\],"]++)  # a key, and its value if that is a scalar
    | ([{}\[\],])
    | (?:"(?:[^"\\]|\\.)*+"|[^\s{}\[\],:"]++)                                # a scalar in a list
    """,
    re.VERBOSE | re.DOTALL,
)


def load(file: str, text: str) -> Source:
    """
    Read JSON.

    Raises:
        Unreadable: It is not JSON, or nested too deep.
    """
    twice: list[str] = []

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            seen: set[str] = set()
            twice.extend(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        return made

    try:
        data = json.loads(text, object_pairs_hook=mapping)
    except json.JSONDecodeError as error:
        raise Unreadable(
            file, f"{error.lineno}:{error.colno}: not JSON: {error.msg[0].lower()}{error.msg[1:]}"
        ) from None
    except RecursionError:
        raise Unreadable(file, "nested too deep") from None
    except ValueError:
        raise Unreadable(file, "not JSON: a number of thousands of digits") from None
    source = Source(file, text, data)
    if twice:
        places: list[tuple[int, str]] = []
        source.marks = marks(text, places)
        source.remarks = tuple(given_twice(source.at(start), key) for start, key in places)
    return source


def marks(text: str, twice: list[tuple[int, str]] | None = None) -> Marks:
    """
    Where each key and each item of well-formed JSON begins, in characters from the beginning of the text.

    Args:
        twice: Is given the keys that are there again, and where.
    """
    root: Marks = {}
    enclosing: list[tuple[Marks, bool]] = []
    inside, in_list = root, False
    for match in _PIECE.finditer(text):
        written, value, bracket = match.groups()
        if written is not None:
            key = json.loads(written) if "\\" in written else written[1:-1]
            if twice is not None and key in inside:
                twice.append((match.start(), key))
            made: Marks | None = {} if value in "{[" else None
            inside[key] = (match.start(), 0, made)
            if made is not None:
                enclosing.append((inside, in_list))
                inside, in_list = made, value == "["
        elif bracket == ",":
            continue
        elif bracket is not None and bracket in "}]":
            inside, in_list = enclosing.pop()
        elif bracket is None:
            inside[len(inside)] = (match.start(), 0, None)
        else:
            made = {} if in_list else root
            if in_list:
                inside[len(inside)] = (match.start(), 0, made)
            enclosing.append((inside, in_list))
            inside, in_list = made, bracket == "["
    return root
