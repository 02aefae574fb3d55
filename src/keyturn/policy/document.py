"""
Policy documents: from JSON, or plain data, to statements that are ready to be held against requests.

A document that AWS would not accept is not read: `parse` gives all that is wrong with it, each fault with its place and what was
expected. An `Unknown` anywhere within stays unknown.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import marshal
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keyturn.graph import Unknown
from keyturn.policy.fault import OBJECT, TEXT, Faults, Malformed, Notes
from keyturn.policy.json_text import loaded
from keyturn.policy.statement import Statement
from keyturn.policy.statements import GRAMMARS, Sort, statements, unknown_statement
from keyturn.policy.wording import did_you_mean, kind, repeated, short

VERSIONS = ("2012-10-17", "2008-10-17")
_TOP = ("Version", "Id", "Statement")


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document that has been read."""

    version: str
    statements: tuple[Statement, ...]
    id: str = ""


_REMEMBERED = 1024
_SEEN: set[int] = set()
"""Plain data that was read once, as hashes of its bytes: what comes again is worth to be remembered."""
_KNOWN: dict[tuple[bytes, Sort | None], Document | Faults] = {}
"""Plain data that was read twice, as bytes: it is not read again."""
_OF_WORLD: dict[tuple[str | Sort | None, ...], Document | Faults] = {}
"""Documents of the planned world, as JSON and what is unknown in them."""


def parse(data: object, sort: Sort | None = None, *, remembered: bool = True) -> Document | Faults:
    """
    Read a policy document.

    Args:
        data: A JSON text, or what such a text stands for: mappings, lists or tuples, strings; a value may be `Unknown`.
        sort: What the policy is attached to; when not given, either sort is accepted.
        remembered: Whether to remember what was made of a document of the planned world; False for who does so himself.

    Returns:
        The document, or all that is wrong with it.
    """
    if isinstance(data, Document):
        return data
    try:
        # Version 2 writes the same bytes for the same data, however its strings are shared.
        plain = marshal.dumps(data, 2)  # type: ignore[arg-type]  # What it cannot write, it says by ValueError.
    except ValueError:
        return _of_world(data, sort) if remembered else _parsed(data, sort)
    key = plain, sort
    found = _KNOWN.get(key)
    if found is None:
        found = _parsed(data, sort)
        if hash(key) in _SEEN:
            _make_room(_KNOWN)
            _KNOWN[key] = found
        else:
            _make_room(_SEEN)
            _SEEN.add(hash(key))
    return found


def _of_world(data: object, sort: Sort | None) -> Document | Faults:
    """A document of the planned world, with texts made from references and unknown values in it: it is asked about many times over."""
    unknown: list[str] = []

    def other(value: object) -> object:
        if isinstance(value, Unknown):
            unknown.append(value.because)
            return {"unknown": len(unknown)}
        if isinstance(value, Mapping):
            return dict(value)
        raise TypeError

    try:
        key = json.dumps(data, default=other), *unknown, sort
    except (TypeError, ValueError, RecursionError):
        return _parsed(data, sort)
    found = _OF_WORLD.get(key)
    if found is None:
        _make_room(_OF_WORLD)
        _OF_WORLD[key] = found = _parsed(data, sort)
    return found


def _make_room(memory: set[Any] | dict[Any, Any]) -> None:
    if len(memory) >= _REMEMBERED:
        memory.clear()


def _parsed(data: object, sort: Sort | None) -> Document | Faults:
    notes = Notes()
    document = _document(loaded(data, notes) if isinstance(data, str) else data, sort, notes)
    return Faults(notes) if notes else document


def read(data: object, sort: Sort | None = None, *, label: str = "") -> Document:
    """
    Read a policy document that is expected to be good.

    Args:
        label: What to call the document in a message.

    Raises:
        Malformed: It is not good.
    """
    found = parse(data, sort)
    if isinstance(found, Faults):
        raise Malformed(label, found)
    return found


def _document(data: object, sort: Sort | None, notes: Notes) -> Document:
    if isinstance(data, Unknown):
        return Document(VERSIONS[0], (unknown_statement(0, data),))
    expected = "an object with Version and Statement is expected"
    if not isinstance(data, OBJECT):
        notes.add((), f"{kind(data)} is not a policy document", expected)
        return Document(VERSIONS[1], ())
    for name in data:
        if name not in _TOP:
            notes.add((str(name),), "no such element", did_you_mean(str(name), _TOP))
    version = data.get("Version", VERSIONS[1])
    if not isinstance(version, Unknown) and version not in VERSIONS:
        notes.add(("Version",), f"{kind(version)} is not a version", f"{' or '.join(VERSIONS)} is expected")
    if not isinstance(data.get("Id", ""), TEXT):
        notes.add(("Id",), f"{kind(data['Id'])} is not a text")
    if "Statement" not in data:
        notes.add((), "`Statement` is missing", expected)
    grammar = GRAMMARS[sort]
    found = statements(data.get("Statement", ()), grammar, notes, variables=version != VERSIONS[1])
    if grammar.names is False:
        for sid in repeated(statement.sid for statement in found if statement.sid):
            notes.add(("Statement",), f"two statements have the Sid `{short(sid)}`", "it must be unique in a document")
    return Document(_written(version), found, _written(data.get("Id", "")))


def _written(value: object) -> str:
    """A text, or what is unknown, as a text; anything else has been noted as a fault."""
    return str(value) if isinstance(value, TEXT) else ""
