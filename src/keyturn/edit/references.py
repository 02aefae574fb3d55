"""
Which references a fix is best written with.

A fix's strings are concrete (`arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/rotate-dev`). Written so, they would hold for one
account, one region and one set of parameters only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from keyturn.edit.refusal import EditError
from keyturn.graph import Graph, Items, Ref, Resource, Source, Text, Unknown, Value
from keyturn.read.functions import concat, merged
from keyturn.read.identity import shape_of


def remembered(value: Any, graph: Graph) -> Value:
    """A value whose strings remember what they are made of: names that parameters make, the account, the region. Its lists may be lists."""
    match value:
        case Text():
            parts = [
                part for each in value.parts for part in (_recalled(each, graph) if isinstance(each, str) else (each,))
            ]
            return _text(str(value), parts)
        case str():
            return _text(value, _recalled(value, graph))
        case Mapping():
            return {key: remembered(each, graph) for key, each in value.items()}
        case tuple() | list() if not isinstance(value, Items):
            return tuple(remembered(each, graph) for each in value)
    return value


def named(value: Value, graph: Graph) -> Value:
    """A value that refers to named resources by what their names are made of, and so does not wait for them."""
    match value:
        case Text():
            return _text(str(value), list(_expanded(value.parts, graph)))
        case Mapping():
            return {key: named(each, graph) for key, each in value.items()}
        case tuple() if not isinstance(value, Items):
            return tuple(named(each, graph) for each in value)
    return value


def _text(whole: str, parts: list[str | Source]) -> str:
    parts_ = merged(parts)
    return Text(whole, parts_) if any(not isinstance(part, str) for part in parts_) else whole


def _recalled(whole: str, graph: Graph) -> list[str | Source]:
    """A plain string as parts: what resources declared here are known by first, then what the world gives."""
    for resource in sorted(graph, key=lambda each: -len(str(each.arn or ""))):
        for known in (resource.arn, resource.identity):
            if isinstance(known, str) and len(known) > 8 and known in whole:
                before, _, after = whole.partition(str(known))
                return [*_recalled(before, graph), *_of(resource, str(known), graph), *_recalled(after, graph)]
    return _of_world(whole, graph)


def _of(resource: Resource, known: str, graph: Graph) -> list[str | Source]:
    """What one resource is known by, as parts: by its name if it has one, else by reference."""
    value = resource.arn if known == resource.arn else resource.identity
    if _is_named(resource):
        parts = value.parts if isinstance(value, Text) else (known,)
        return [piece for part in parts for piece in (_of_world(part, graph) if isinstance(part, str) else (part,))]
    if known == resource.identity:
        return [Ref(resource.name)]
    if attribute := next((name for name, each in resource.attributes.items() if each == known), None):
        return [Ref(resource.name, attribute)]
    before, named_, after = known.partition(str(resource.identity))
    if not named_:
        raise EditError(f"AWS chooses what {resource.name} is known by, and gives no reference to it")
    return [*_of_world(before, graph), Ref(resource.name), *_of_world(after, graph)]


def _of_world(whole: str, graph: Graph) -> list[str | Source]:
    """Partition, region and account in ARNs and service principals, as references to where the template is deployed."""
    parts: list[str | Source] = []
    last = 0
    pattern = rf"(?<=\barn:){graph.partition}(?=:)|(?<![\w-]){graph.region}(?![\w-])|(?<!\d){graph.account}(?!\d)"
    pseudo = {graph.partition: "AWS::Partition", graph.region: "AWS::Region", graph.account: "AWS::AccountId"}
    for match in re.finditer(pattern, whole):
        parts += [whole[last : match.start()], Ref(pseudo[match[0]])]
        last = match.end()
    return [*parts, whole[last:]]


def _expanded(parts: tuple[str | Source, ...], graph: Graph) -> Iterator[str | Source]:
    for part in parts:
        resource = graph.resources.get(part.name) if isinstance(part, Ref) else None
        if resource is None or not _is_named(resource):
            yield part
            continue
        assert isinstance(part, Ref)
        value = resource.identity if part.attribute is None else resource.attributes.get(part.attribute)
        whole = concat((value,)) if value is not None and not isinstance(value, Unknown) else None
        if not isinstance(whole, str):
            yield part
        elif isinstance(whole, Text):
            yield from _expanded(whole.parts, graph)
        else:
            yield from _of_world(whole, graph)


def _is_named(resource: Resource) -> bool:
    """Whether its user names it, so that what it is known by does not take it to be there."""
    shape = shape_of(resource.type)
    return shape is not None and bool(shape.name) and resource.properties.get(shape.name) is not None
