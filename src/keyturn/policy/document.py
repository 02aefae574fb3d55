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
from enum import Enum
from typing import Any

from keyturn.graph import Unknown
from keyturn.policy.conditions import conditions
from keyturn.policy.elements import ResourceTest, actions, resources
from keyturn.policy.fault import Faults, Malformed, Notes, Steps
from keyturn.policy.naming import not_principals, principals
from keyturn.policy.statement import Statement
from keyturn.policy.wording import did_you_mean, kind, repeated, short

VERSIONS = ("2012-10-17", "2008-10-17")
_TOP = ("Version", "Id", "Statement")
_ELEMENTS = (
    *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"),
    *("Resource", "NotResource", "Condition"),
)


class Sort(Enum):
    """What a policy is attached to, which decides which elements it has."""

    IDENTITY = "identity"
    """Identity policies, permissions boundaries, service control policies: they name no principal."""
    SESSION = "session"
    """Session policies: as those of identities, but incomplete ARNs are not accepted."""
    RESOURCE = "resource"
    """Resource policies, key policies, trust policies, endpoint policies, resource control policies: they name principals."""


_NAMELESS = (Sort.IDENTITY, Sort.SESSION)
_COMPLETED = {Sort.IDENTITY: True, Sort.SESSION: None, Sort.RESOURCE: False, None: True}


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document that has been read."""

    version: str
    statements: tuple[Statement, ...]
    id: str = ""


_KNOWN: dict[tuple[bytes, Sort | None], Document | Faults] = {}
"""Plain data that was read before, as bytes: it is not read again."""
_REMEMBERED = 1024


def parse(data: object, sort: Sort | None = None) -> Document | Faults:
    """
    Read a policy document.

    Args:
        data: A JSON text, or what such a text stands for: mappings, lists or tuples, strings; a value may be `Unknown`.
        sort: What the policy is attached to; when not given, either sort is accepted.

    Returns:
        The document, or all that is wrong with it.
    """
    if isinstance(data, Document):
        return data
    try:
        # Version 2 writes the same bytes for the same data, however its strings are shared.
        plain = marshal.dumps(data, 2)  # type: ignore[arg-type]  # What it cannot write, it says by ValueError.
    except ValueError:
        return _parsed(data, sort)
    known = _KNOWN.get((plain, sort))
    if known is None:
        if len(_KNOWN) == _REMEMBERED:
            _KNOWN.clear()
        known = _KNOWN[plain, sort] = _parsed(data, sort)
    return known


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


def loaded(text: str, notes: Notes) -> object:
    """What a JSON text stands for; Unknown, and a note, if it is not JSON."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            for name in repeated(name for name, _ in pairs):
                notes.add((), f"`{short(name)}` is written twice in one object")
        return found

    def refuse(constant: str) -> Unknown:
        notes.add((), f"not JSON: {constant} is not a number")
        return Unknown(constant)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)
    except json.JSONDecodeError as error:
        because = f"line {error.lineno}, column {error.colno}: {error.msg.lower()}"
    except RecursionError:
        because = "nested too deeply"
    except ValueError as error:
        because = str(error).partition(";")[0].lower()
    notes.add((), f"not JSON: {because}")
    return Unknown(because)


def _document(data: object, sort: Sort | None, notes: Notes) -> Document:
    if isinstance(data, Unknown):
        return Document(VERSIONS[0], (_unknown_statement(0, data),))
    expected = "an object with Version and Statement is expected"
    if not isinstance(data, Mapping):
        notes.add((), f"{kind(data)} is not a policy document", expected)
        return Document(VERSIONS[1], ())
    for name in data:
        if name not in _TOP:
            notes.add((str(name),), "no such element", did_you_mean(str(name), _TOP))
    version = data.get("Version", VERSIONS[1])
    if not isinstance(version, Unknown) and version not in VERSIONS:
        notes.add(("Version",), f"{kind(version)} is not a version", f"{' or '.join(VERSIONS)} is expected")
    if not isinstance(data.get("Id", ""), str | Unknown):
        notes.add(("Id",), f"{kind(data['Id'])} is not a text")
    if "Statement" not in data:
        notes.add((), "`Statement` is missing", expected)
    statements = _statements(data.get("Statement", ()), sort, notes, variables=version != VERSIONS[1])
    if sort in _NAMELESS:
        for sid in repeated(statement.sid for statement in statements if statement.sid):
            notes.add(("Statement",), f"two statements have the Sid `{short(sid)}`", "it must be unique in a document")
    return Document(str(version), statements, str(data.get("Id", "")))


def _statements(data: object, sort: Sort | None, notes: Notes, *, variables: bool) -> tuple[Statement, ...]:
    path: Steps = ("Statement",)
    if isinstance(data, list | tuple):
        return tuple(
            _statement(place, each, (*path, place), sort, notes, variables=variables) for place, each in enumerate(data)
        )
    return (_statement(0, data, path, sort, notes, variables=variables),)


def _statement(index: int, data: object, path: Steps, sort: Sort | None, notes: Notes, *, variables: bool) -> Statement:
    if isinstance(data, Unknown):
        return _unknown_statement(index, data)
    if not isinstance(data, Mapping):
        notes.add(path, f"{kind(data)} is not a statement", "an object is expected")
        return _unknown_statement(index, Unknown("malformed"))
    for name in data:
        if name not in _ELEMENTS:
            notes.add((*path, str(name)), "no such element", did_you_mean(str(name), _ELEMENTS))
    sid = data.get("Sid", "")
    if not isinstance(sid, str | Unknown):
        notes.add((*path, "Sid"), f"{kind(sid)} is not a text")
    effect = data.get("Effect")
    if not isinstance(effect, Unknown) and effect not in ("Allow", "Deny"):
        told = f"{kind(effect)} is not an effect" if "Effect" in data else "it is missing"
        notes.add((*path, "Effect"), told, "Allow or Deny is expected")
    action = _either(data, "Action", path, notes, needed=True)
    resource = _either(data, "Resource", path, notes, needed=sort in _NAMELESS)
    who = _either(data, "Principal", path, notes, needed=sort is Sort.RESOURCE)
    if who and sort in _NAMELESS:
        notes.add((*path, who), "a policy of an identity names no principal", "it is for whom it is attached to")
    held, unknown = conditions(data.get("Condition", {}), (*path, "Condition"), notes, variables=variables)
    named = None
    if who == "Principal":
        named = principals(data[who], (*path, who), notes)
    elif who:
        named = not_principals(data[who], (*path, who), notes, denies=effect == "Deny")
    return Statement(
        index,
        sid if isinstance(sid, str) else "",
        effect,  # type: ignore[arg-type]  # Anything else has been noted as a fault.
        actions(data.get(action, ()), (*path, action), notes, negated=action == "NotAction"),
        _resources(data, resource, path, sort, notes, variables=variables),
        named,
        held,
        unknown,
        (action, resource, who),
    )


def _resources(
    data: Mapping[Any, Any], name: str, path: Steps, sort: Sort | None, notes: Notes, *, variables: bool
) -> ResourceTest | None:
    if not name:
        return None
    negated = name == "NotResource"
    return resources(data[name], (*path, name), notes, variables=variables, completed=_COMPLETED[sort], negated=negated)


def _either(data: Mapping[Any, Any], name: str, path: Steps, notes: Notes, *, needed: bool) -> str:
    """Which of `Action` and `NotAction` a statement has, and so on; empty if neither."""
    opposite = f"Not{name}"
    if name in data:
        if opposite in data:
            notes.add(path, f"`{name}` and `{opposite}` exclude each other")
        return name
    if opposite in data:
        return opposite
    if needed:
        notes.add(path, f"`{name}` is missing")
    return ""


def _unknown_statement(index: int, because: Unknown) -> Statement:
    """A statement of which nothing is known may allow anything and deny anything."""
    return Statement(index, "", because, lambda _: True, None, None, (), (because,))
