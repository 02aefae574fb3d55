"""
The properties whose change makes CloudFormation replace a resource: create another one, then delete the first.

Made by tools/generate_replacements.py from the schemas of the types, as cfn-lint carries them.
Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html, `createOnlyProperties`.
"""

from __future__ import annotations

import functools
import json
from importlib import resources


@functools.cache
def _types() -> dict[str, dict[str, list[str]]]:
    data = resources.files("keyturn.facts") / "data" / "replacements.json"
    types: dict[str, dict[str, list[str]]] = json.loads(data.read_text())["types"]
    return types


def known(type_: str) -> bool:
    return type_ in _types()


def always(type_: str) -> frozenset[str]:
    """The properties of a type that cannot be changed in place; none of a type that is not known."""
    return frozenset(_types().get(type_, {}).get("always", ()))


def in_place(type_: str, changed: frozenset[str]) -> bool:
    """Whether a change of some properties is known to leave the resource that is there."""
    if (known := _types().get(type_)) is None:
        return False
    return not changed & {*known.get("always", ()), *known.get("sometimes", ())}
