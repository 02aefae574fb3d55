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
from keyturn.graph import Path
from keyturn.read.identity import shape_of
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


def path(type_: str, words: Path) -> Path:
    """A path of the program's words in CloudFormation's; inside policies and other free documents it stays as it is."""
    known = kinds(type_)
    kind, found = known.get(""), list(words)
    for index, word in enumerate(words):
        if kind is None:
            break
        if isinstance(word, str):
            lower = word.replace("_", "").lower()
            name = next((each for each in kind.of if each.lower() == lower), None)
            if name is None:
                break
            found[index] = name
            kind = known.get(kind.of[name].removeprefix("[")) if kind.of[name] else None
    return tuple(found)


def _value(value: Any, known: Mapping[str, Kind], kind: Kind | None) -> Any:
    if isinstance(value, list | tuple):
        return [_value(each, known, kind) for each in value]
    return _object(value, known, kind) if isinstance(value, Mapping) else value


def outputs(type_: str, attributes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What each output is, by its name in lower case with underscores: the id is the identity, and so is the name where that is it."""
    yield "id", ""
    shape = shape_of(type_)
    if shape is not None and shape.name and shape.ref == "{name}":
        yield _output(shape.name), ""
    for attribute in attributes:
        if "." not in attribute:
            yield _output(attribute), attribute


def _output(name: str) -> str:
    return snake(_FIRST.sub(lambda match: match[0].lower(), name, count=1))
