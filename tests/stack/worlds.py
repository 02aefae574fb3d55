"""Questions that tests ask of a planned stack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from keyturn.graph import Graph, Resource, Value
from keyturn.read.functions import plain


def only(graph: Graph, type_: str) -> Resource:
    """The one resource of a type."""
    (resource,) = graph.of_type(type_)
    return resource


def data(value: Value) -> Any:
    """A value as `json` would have it."""
    return plain(value)


def texts(value: Value) -> Iterator[str]:
    """Every text in a value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from texts(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from texts(inner)
