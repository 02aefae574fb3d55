"""
JSON texts: what they stand for, and what is wrong with them, each with its place.

Beside what is not JSON at all, that is what JSON leaves to its readers, which then read different things: names written twice in one
object, numbers that are none.
"""

from __future__ import annotations

import json
from typing import Any

from keyturn.graph import Unknown
from keyturn.policy.fault import Notes, Steps
from keyturn.policy.wording import repeated, short


class _Twice(dict[str, Any]):
    """An object in which names are written twice."""

    names: tuple[str, ...] = ()


def loaded(text: str, notes: Notes) -> object:
    """What a JSON text stands for; Unknown, and a note, if it is not JSON."""
    odd = False

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal odd
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        odd = True
        twice = _Twice(found)
        twice.names = tuple(dict.fromkeys(repeated(name for name, _ in pairs)))
        return twice

    def no_number(constant: str) -> Unknown:
        nonlocal odd
        odd = True
        return Unknown(f"{constant} is not a number")

    def whole(digits: str) -> int | Unknown:
        try:
            return int(digits)
        except ValueError:  # Python takes long to read long ones, and refuses.
            return no_number(f"one of {len(digits)} digits")

    try:
        data = json.loads(text, object_pairs_hook=unique, parse_constant=no_number, parse_int=whole)
    except json.JSONDecodeError as error:
        line = f"line {error.lineno}, " if "\n" in text.rstrip() else ""
        because = f"{line}column {error.colno}: {error.msg.lower()}"
    except RecursionError:
        because = "nested too deeply"
    else:
        if odd:
            _note_odd(data, notes)
        return data
    notes.add((), f"not JSON: {because}")
    return Unknown(because)


def _note_odd(data: object, notes: Notes) -> None:
    """Note the names that are written twice and the numbers that are none, with their places, from the top."""
    level: list[tuple[Steps, object]] = [((), data)]
    while level:
        deeper: list[tuple[Steps, object]] = []
        for path, value in level:
            if isinstance(value, Unknown):
                notes.add(path, f"not JSON: {value.because}")
            if isinstance(value, _Twice):
                for name in value.names:
                    notes.add(path, f"`{short(name)}` is written twice in one object")
            if isinstance(value, dict):
                deeper += [((*path, name), each) for name, each in value.items()]
            if isinstance(value, list):
                deeper += [((*path, index), each) for index, each in enumerate(value)]
        level = deeper
