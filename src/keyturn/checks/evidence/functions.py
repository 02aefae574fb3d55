"""Lambda functions: which one a value names, and who may invoke it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.graph import Graph, Resource, Unknown, Value
from keyturn.memory import memoized

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_ALIASES = ("AWS::Lambda::Alias", "AWS::Lambda::Version")


def function_named(value: Value, graph: Graph, by: Resource | None = None) -> Resource | None:
    """The function that a name, an ARN, or one with a version or alias stands for; None if it is not declared here. `by` as in `find`."""
    if not isinstance(value, str | Unknown):
        return None
    if found := graph.find(value, *FUNCTIONS, by=by):
        return found
    if alias := graph.find(value, *_ALIASES, by=by):
        return function_named(alias.get("FunctionName"), graph, alias)
    if isinstance(value, Unknown):
        return None
    name = value.partition(":function:")[2] or value
    return graph.find(name.partition(":")[0], *FUNCTIONS, by=by)


def permissions(function: Resource, graph: Graph) -> Iterator[Resource]:
    """The permissions for a function; those too that may be for it, because what they name is not known."""
    named, unknown = _permissions(graph)
    yield from named.get(function, ())
    yield from (each for each in unknown if unsure(each, function, graph))


def unsure(permission: Resource, function: Resource, graph: Graph) -> Unknown | None:
    """Why it is not known whether a permission is for a function; None if it is, or is for another."""
    named = permission.get("FunctionName")
    if function_named(named, graph, permission) is not None:
        return None
    if isinstance(function.identity, Unknown) and isinstance(named, str):
        return Unknown(f"whether {function} will be {named} is not known")
    return named if isinstance(named, Unknown) else None


@memoized
def _permissions(graph: Graph) -> tuple[Mapping[Resource, list[Resource]], tuple[Resource, ...]]:
    """The permissions by function, those that are deployed beside it too, and those of which it is not known for which they are."""
    found: dict[Resource, list[Resource]] = {}
    unknown = []
    for permission in graph.everywhere("AWS::Lambda::Permission"):
        named = permission.get("FunctionName")
        if function := function_named(named, graph, permission):
            found.setdefault(function, []).append(permission)
        else:
            unknown.append(permission)
    return found, tuple(unknown)


def arn_of(function: Resource) -> str | Unknown:
    """The ARN of a function; Unknown where its name is not known."""
    return str(function.arn) if isinstance(function.arn, str) else Unknown(f"the name of {function} is not known")


def statement(permission: Resource, function: Resource) -> dict[str, Value]:
    """
    The policy statement that Lambda makes of a permission for a function.

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
        "Resource": str(function.arn) if isinstance(function.arn, str) else "*",  # It is the function's own policy.
    }
    return made | ({"Condition": conditions} if conditions else {})
