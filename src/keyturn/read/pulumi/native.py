"""
Resources of Pulumi's provider that is made from CloudFormation's schemas (`aws-native:kms:Key`), in CloudFormation's words.

The provider writes names in camel case, acronyms as words: `dbInstanceClass` is DBInstanceClass. The schemas say which name is meant.

Source: the provider's documentation and `provider/pkg/naming`; read 2026-11.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from keyturn.facts.resource_types import Kind, kinds, types
from keyturn.read.names import snake

PREFIX = "aws-native:"
_FIRST = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]+\Z|[A-Z]")
"""The first word of a name, an acronym or not."""


def type_of(token: str) -> str | None:
    """CloudFormation's type of a token; None where there is none."""
    return _types().get(token.removeprefix(PREFIX).lower()) if token.startswith(PREFIX) else None


@functools.cache
def _types() -> Mapping[str, str]:
    return {name.removeprefix("AWS::").replace("::", ":").lower(): name for name in types() if name.startswith("AWS::")}


def properties(type_: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs under CloudFormation's names, nested objects included; policies and other free documents as they are."""
    known = kinds(type_)
    return _object(inputs, known, known.get(""))


def _object(inputs: Mapping[str, Any], known: Mapping[str, Kind], kind: Kind | None) -> dict[str, Any]:
    named = {name.lower(): name for name in kind.of} if kind else {}
    made: dict[str, Any] = {}
    for key, value in inputs.items():
        name = named.get(key.lower(), key[:1].upper() + key[1:])
        inner = (kind.of.get(name, "") if kind else "").removeprefix("[")
        made[name] = _value(value, known, known.get(inner)) if inner else value
    return made


def _value(value: Any, known: Mapping[str, Kind], kind: Kind | None) -> Any:
    if isinstance(value, list | tuple):
        return [_value(each, known, kind) for each in value]
    return _object(value, known, kind) if isinstance(value, Mapping) else value


def outputs(attributes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What each output is, by its name in lower case with underscores: the id is the identity."""
    yield "id", ""
    for attribute in attributes:
        if "." not in attribute:
            yield snake(_FIRST.sub(lambda match: match[0].lower(), attribute, count=1)), attribute
