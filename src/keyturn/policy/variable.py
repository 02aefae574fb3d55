"""
Policy variables: `${aws:username}` in a Resource or in a condition's value stands for what the request says.

Only in documents of version 2012-10-17; in older ones the characters stand for themselves. `${*}`, `${?}` and `${$}` are those
characters themselves, and `${aws:PrincipalTag/team, 'none'}` has a default for requests that lack the key. A variable without value
is equal to nothing and like nothing: negated operators hold then, and a resource that mentions it is none. Of one that is not
well-formed AWS says that it does not work, and not what comes of it: it is unknown.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html ("… in variable")
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.match import Tokens, Wild, literal, tokens
from keyturn.policy.wording import short

Context: TypeAlias = Mapping[str, tuple[str | Unknown, ...]]
"""What a request says of itself: values by condition key in lower case."""

_VARIABLE = re.compile(r"\$\{([^{}]*)\}?")
_INSIDE = re.compile(r"([^,'\s]+)(?:, *'([^']*)')?")


class Variable(NamedTuple):
    """A mention of a condition key, with what to take when the request lacks it."""

    key: str
    default: str | None = None


Template: TypeAlias = tuple[str | Wild | Variable, ...]
"""The text of a Resource or a condition's value: what it says itself, its wildcards, its variables."""


def template(text: str, *, wildcards: bool = True) -> Template | Unknown:
    """Take a text with variables apart; `wildcards` says whether `*` and `?` are wildcards in it."""
    split = tokens if wildcards else literal
    parts: list[str | Wild | Variable] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        inside = _INSIDE.fullmatch(found[1])
        if inside is None or not found[0].endswith("}"):
            return Unknown(f"`{short(found[0])}` is not a policy variable as AWS writes them")
        parts += split(text[end : found.start()])
        parts.append(inside[0] if inside[0] in ("*", "?", "$") else Variable(inside[1].lower(), inside[2]))
        end = found.end()
    return (*parts, *split(text[end:]))


def written(parts: Template) -> str:
    """A template as it stands in the policy, or as good as."""
    return "".join(
        part if isinstance(part, str) else part.value if isinstance(part, Wild) else f"${{{part.key}}}"
        for part in parts
    )


def fixed(parts: Template) -> Tokens | None:
    """The tokens of a template without variables; None if it has some."""
    ready = tuple([part for part in parts if not isinstance(part, Variable)])
    return ready if len(ready) == len(parts) else None


def resolve(parts: Template, context: Context) -> Tokens | Unknown | None:
    """
    Put the request's values in the place of the variables; wildcards within those values stand for themselves.

    Returns:
        None when the request lacks a key that has no default, or has several values for it: such text matches nothing.
    """
    resolved: list[str | Wild] = []
    for part in parts:
        if not isinstance(part, Variable):
            resolved.append(part)
            continue
        values = context.get(part.key, ())
        if len(values) > 1 or (not values and part.default is None):
            return None
        value = values[0] if values else part.default
        if isinstance(value, Unknown):
            return value
        if value:
            resolved.append(value)
    return tuple(resolved)
