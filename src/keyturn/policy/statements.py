"""
The Statement element: from data to statements that are ready to be held against requests.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from keyturn.graph import Unknown
from keyturn.policy.condition import Condition
from keyturn.policy.conditions import conditions
from keyturn.policy.elements import actions, resources
from keyturn.policy.fault import LIST, OBJECT, TEXT, Notes, Steps
from keyturn.policy.naming import not_principals, principals
from keyturn.policy.statement import Statement
from keyturn.policy.wording import did_you_mean, kind

_EFFECTS = ("Allow", "Deny")
_OPPOSITES = {name: f"Not{name}" for name in ("Action", "Resource", "Principal")}
_ELEMENTS = frozenset({"Sid", "Effect", "Condition", *_OPPOSITES, *_OPPOSITES.values()})


class Sort(Enum):
    """What a policy is attached to, which decides which elements it has."""

    IDENTITY = "identity"
    """Identity policies, permissions boundaries, service control policies: they name no principal."""
    SESSION = "session"
    """Session policies: as those of identities, but incomplete ARNs are not accepted."""
    RESOURCE = "resource"
    """Resource policies, key policies, trust policies, endpoint policies, resource control policies: they name principals."""


class Grammar(NamedTuple):
    """
    What the statements of a sort of policy have.

    Attributes:
        names: Whether they name principals; None if they may.
        completed: Whether ARNs of fewer than six parts are completed with `*`; None if they are not accepted.
    """

    names: bool | None
    completed: bool | None


GRAMMARS = {
    Sort.IDENTITY: Grammar(names=False, completed=True),
    Sort.SESSION: Grammar(names=False, completed=None),
    Sort.RESOURCE: Grammar(names=True, completed=False),
    None: Grammar(names=None, completed=True),
}


def statements(data: object, grammar: Grammar, notes: Notes, *, variables: bool) -> tuple[Statement, ...]:
    """
    Read the Statement element.

    Args:
        variables: Whether the document's version knows policy variables.
    """
    path: Steps = ("Statement",)
    if not isinstance(data, LIST):
        return (_statement(0, data, path, grammar, notes, variables=variables),)
    return tuple(
        [
            _statement(number, each, (*path, number), grammar, notes, variables=variables)
            for number, each in enumerate(data)
        ]
    )


def _statement(number: int, data: object, path: Steps, grammar: Grammar, notes: Notes, *, variables: bool) -> Statement:
    if isinstance(data, Unknown):
        return unknown_statement(number, data)
    if not isinstance(data, OBJECT):
        notes.add(path, f"{kind(data)} is not a statement", "an object is expected")
        return unknown_statement(number, Unknown("malformed"))
    if not data.keys() <= _ELEMENTS:
        for name in data:
            if name not in _ELEMENTS:
                notes.add((*path, str(name)), "no such element", did_you_mean(str(name), _ELEMENTS))
    sid = data.get("Sid", "")
    if not isinstance(sid, TEXT):
        notes.add((*path, "Sid"), f"{kind(sid)} is not a text")
    effect = data.get("Effect")
    if not isinstance(effect, Unknown) and effect not in _EFFECTS:
        told = f"{kind(effect)} is not an effect" if "Effect" in data else "it is missing"
        notes.add((*path, "Effect"), told, "Allow or Deny is expected")
    action = _either(data, "Action", path, notes, needed=True)
    resource = _either(data, "Resource", path, notes, needed=grammar.names is False)
    who = _either(data, "Principal", path, notes, needed=grammar.names is True)
    if who and grammar.names is False:
        notes.add((*path, who), "a policy of an identity names no principal", "it is for whom it is attached to")
    held: tuple[Condition, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    if "Condition" in data:
        held, unknown = conditions(data["Condition"], (*path, "Condition"), notes, variables=variables)
    named = covered = None
    if who == "Principal":
        named = principals(data[who], (*path, who), notes)
    elif who:
        named = not_principals(data[who], (*path, who), notes, denies=effect == "Deny")
    acted = actions(data.get(action, ()), (*path, action), notes, negated=action == "NotAction")
    if resource:
        place, negated = (*path, resource), resource == "NotResource"
        covered = resources(
            data[resource], place, notes, variables=variables, completed=grammar.completed, negated=negated
        )
    return Statement(
        number,
        sid if isinstance(sid, str) else "",
        effect,  # type: ignore[arg-type]  # Anything else has been noted as a fault.
        acted,
        covered,
        named,
        held,
        unknown,
        (action, resource, who),
    )


def _either(data: Mapping[Any, Any], name: str, path: Steps, notes: Notes, *, needed: bool) -> str:
    """Which of `Action` and `NotAction` a statement has, and so on; empty if neither."""
    opposite = _OPPOSITES[name]
    if name in data:
        if opposite in data:
            notes.add(path, f"`{name}` and `{opposite}` exclude each other")
        return name
    if opposite in data:
        return opposite
    if needed:
        notes.add(path, f"`{name}` is missing")
    return ""


def unknown_statement(number: int, because: Unknown) -> Statement:
    """A statement of which nothing is known may allow anything and deny anything."""
    return Statement(number, "", because, lambda _: True, None, None, (), (because,))
