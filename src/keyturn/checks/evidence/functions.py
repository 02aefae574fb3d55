"""Lambda functions: which one a value names, and who may invoke it."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

from keyturn.graph import Graph, Resource, Unknown, Value

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_ALIASES = ("AWS::Lambda::Alias", "AWS::Lambda::Version")


def function_named(value: Value, graph: Graph, by: Resource | None = None) -> Resource | None:
    """The function that a name, an ARN, or one with a version or alias stands for; None if it is not declared here. `by` as in `find`."""
    if not isinstance(value, str):
        return None
    if found := graph.find(value, *FUNCTIONS, by=by):
        return found
    if alias := graph.find(value, *_ALIASES, by=by):
        return function_named(alias.get("FunctionName"), graph, alias)
    name = value.partition(":function:")[2] or value
    return graph.find(name.partition(":")[0], *FUNCTIONS, by=by)


def permissions(function: Resource, graph: Graph) -> Iterator[Resource]:
    """The permissions for a function; those too that may be for it, because what they name is not known."""
    named, unknown = _permissions(graph)
    yield from named.get(function, ())
    yield from unknown


@functools.lru_cache(maxsize=8)
def _permissions(graph: Graph) -> tuple[Mapping[Resource, list[Resource]], tuple[Resource, ...]]:
    """The permissions by function, those that are deployed beside it too, and those of which it is not known for which they are."""
    found: dict[Resource, list[Resource]] = {}
    unknown = []
    for permission in graph.everywhere("AWS::Lambda::Permission"):
        named = permission.get("FunctionName")
        if isinstance(named, Unknown):
            unknown.append(permission)
        elif function := function_named(named, graph, permission):
            found.setdefault(function, []).append(permission)
    return found, tuple(unknown)


def statement(permission: Resource, function_arn: str) -> dict[str, Value]:
    """
    The policy statement that Lambda makes of a permission.

    Source: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
    """
    principal = permission.get("Principal")
    kind = "Service" if isinstance(principal, str) and "." in principal else "AWS"
    conditions: dict[str, Value] = {}
    if (account := permission.get("SourceAccount")) is not None:
        conditions["StringEquals"] = {"AWS:SourceAccount": account}
    if (source := permission.get("SourceArn")) is not None:
        conditions["ArnLike"] = {"AWS:SourceArn": source}
    made: dict[str, Value] = {
        "Effect": "Allow",
        "Principal": {kind: principal},
        "Action": permission.get("Action"),
        "Resource": function_arn,
    }
    return made | ({"Condition": conditions} if conditions else {})
