"""JSON -> data, by the interpreter's own parser; positions come from a second look that is taken only when one is asked for."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any

from keyturn.graph import Place, Remark
from keyturn.read.source import Marks, Source
from keyturn.read.world import Unreadable

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


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
        places: list[tuple[int, int, str]] = []
        source.marks = marks(text, places)
        source.remarks = tuple(
            Remark(Place(file, line, column), f"`{key}` is given twice; the last one counts")
            for line, column, key in places
        )
    return source


def marks(text: str, twice: list[tuple[int, int, str]] | None = None) -> Marks:
    """Where each key and each item of well-formed JSON stands. Keys that are given again are put into `twice`."""
    lines = [0, *(match.end() for match in re.finditer(r"\n", text))]
    root: Marks = {}
    enclosing: list[tuple[Marks, bool]] = []
    inside: Marks | None = None
    in_list = False
    key: str | int | None = None  # Whose value comes next; None where a key comes next.
    for match in _TOKEN.finditer(text):
        piece, start = match[0], match.start()
        if piece == ":":
            continue
        if piece == ",":
            key = len(inside or ()) if in_list else None
            continue
        if piece in "}]":
            inside, in_list = enclosing.pop()
            continue
        line = bisect_right(lines, start)
        column = start - lines[line - 1] + 1
        if inside is not None and key is None:
            key = json.loads(piece)
            if twice is not None and key in inside:
                twice.append((line, column, str(key)))
            inside[str(key)] = (line, column, None)
            continue
        made: Marks | None = {} if piece in "{[" else None
        if inside is None or key is None:
            made = root
        else:
            if not in_list:
                line, column, _ = inside[key]
            inside[key] = (line, column, made)
        if made is not None:
            enclosing.append((inside if inside is not None else root, in_list))
            inside, in_list = made, piece == "["
            key = 0 if in_list else None
    return root
