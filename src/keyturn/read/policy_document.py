"""
The provider's data source for policies, `aws_iam_policy_document`, rendered.

Source: the provider's documentation of the data source; read 2026-11.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from keyturn.read.names import snake

Json: TypeAlias = Any


def render(arguments: Mapping[str, Json]) -> str:
    """
    The policy as JSON.

    Args:
        arguments: The data source's; blocks are lists, named in the singular or the plural, in snake or camel case.
    """
    given = _named(arguments)
    document: dict[str, Json] = {"Version": given.get("version") or "2012-10-17"}
    if given.get("policy_id"):
        document["Id"] = given["policy_id"]
    own = [_statement(_named(each)) for each in _list(given, "statement")]
    statements = [*_merged(given, "source_policy_documents"), *own]
    for override in _merged(given, "override_policy_documents"):
        statements = _overridden(statements, override)
    return json.dumps(document | {"Statement": statements}, indent=2)


def _statement(given: Mapping[str, Json]) -> dict[str, Json]:
    statement: dict[str, Json] = {}
    if given.get("sid"):
        statement["Sid"] = given["sid"]
    statement["Effect"] = given.get("effect") or "Allow"
    for name, key in (
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ):
        if given.get(name):
            statement[key] = _alone(given[name])
    for name, key in (("principals", "Principal"), ("not_principals", "NotPrincipal")):
        if blocks := _list(given, name):
            statement[key] = _principal([_named(block) for block in blocks])
    conditions: dict[str, dict[str, Json]] = {}
    for block in (_named(each) for each in _list(given, "condition")):
        conditions.setdefault(block.get("test", ""), {})[block.get("variable", "")] = _alone(block.get("values", []))
    if conditions:
        statement["Condition"] = conditions
    return statement


def _principal(blocks: Sequence[Mapping[str, Json]]) -> Json:
    principals: dict[str, list[Json]] = {}
    for block in blocks:
        principals.setdefault(block.get("type", ""), []).extend(block.get("identifiers", []))
    if principals == {"*": ["*"]}:
        return "*"
    return {type_: _alone(identifiers) for type_, identifiers in principals.items()}


def _alone(values: Json) -> Json:
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def _merged(given: Mapping[str, Json], name: str) -> Iterator[dict[str, Json]]:
    for text in given.get(name) or ():
        parsed = json.loads(text)
        statements = parsed.get("Statement", [])
        yield from statements if isinstance(statements, list) else [statements]


def _overridden(statements: list[dict[str, Json]], override: dict[str, Json]) -> list[dict[str, Json]]:
    sid = override.get("Sid")
    kept = [override if sid and each.get("Sid") == sid else each for each in statements]
    return kept if override in kept else [*kept, override]


def _named(given: Mapping[str, Json]) -> dict[str, Json]:
    return {snake(name): value for name, value in given.items()}


def _list(given: Mapping[str, Json], name: str) -> list[Json]:
    value = given.get(name) or given.get(f"{name}s") or []
    return value if isinstance(value, list) else [value]
