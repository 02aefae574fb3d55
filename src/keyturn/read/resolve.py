"""
References: which ones a value holds, and the value once they are known.

`resolve(value, planned(graph))` is the value itself; with a lookup that gives what AWS really made, it is what AWS is to be told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from keyturn.graph import Call, Graph, Items, Ref, Source, Text, Unknown, Value
from keyturn.read.functions import FUNCTIONS, OTHERS, FunctionError, dynamic, text
from keyturn.read.world import PSEUDO, world_of

Lookup: TypeAlias = Callable[[Source], Value]
"""
Gives what a `Ref` refers to; or, for a `Call`, what only a deployment knows: what other stacks give, and `resolve` of a dynamic
reference without its braces (`ssm:/engine/version`). Unknown, or an error of its own, when it does not know either.
"""

_DYNAMIC = re.compile(r"\{\{resolve:(.+?)\}\}")


def resolve(value: Value, lookup: Lookup) -> Value:
    """
    A value with every reference in it looked up, in place of what was planned.

    The result has no `Text` and no `Items`. It is Unknown where `lookup` says so, where the value has no source to look up, and where a
    function cannot take what was found.
    """
    match value:
        case Text():
            pieces = [part if isinstance(part, str) else _known(part, lookup) for part in value.parts]
            if unknown := next((each for each in pieces if isinstance(each, Unknown)), None):
                return unknown
            return pieces[0] if len(pieces) == 1 else _together(pieces)
        case Items():
            return _known(value.source, lookup)
        case Unknown():
            return value if value.source is None else _known(value.source, lookup)
        case Mapping():
            return {key: resolve(each, lookup) for key, each in value.items()}
        case tuple():
            return tuple(resolve(each, lookup) for each in value)
    return value


def _together(pieces: list[Value]) -> Value:
    try:
        return "".join(str(text(each)) for each in pieces)
    except FunctionError as error:
        return Unknown(str(error))


def _known(source: Source, lookup: Lookup) -> Value:
    if isinstance(source, Ref):
        return _bare(lookup(source))
    argument = resolve(source.argument, lookup)
    if source.function == "resolve":
        return _dynamic(argument, lookup)
    if source.function in OTHERS or source.function not in FUNCTIONS:
        return _bare(lookup(Call(source.function, argument)))
    try:
        return _bare(FUNCTIONS[source.function](argument))
    except FunctionError as error:
        return Unknown(f"`{source.function}`: {error}")


def _dynamic(whole: Value, lookup: Lookup) -> Value:
    """A string whose dynamic references are looked up."""
    if not isinstance(whole, str):
        return whole
    unknown: list[Unknown] = []

    def found(match: re.Match[str]) -> str:
        value = lookup(Call("resolve", match[1]))
        if isinstance(value, Unknown):
            unknown.append(value)
            return ""
        return str(text(value))

    replaced = _DYNAMIC.sub(found, whole)
    return unknown[0] if unknown else replaced


def _bare(value: Value) -> Value:
    """A value without the memory of what it was made of."""
    match value:
        case Text():
            return str(value)
        case Mapping():
            return {key: _bare(each) for key, each in value.items()}
        case tuple():
            return tuple(_bare(each) for each in value)
    return value


def planned(graph: Graph) -> Lookup:
    """What references give in the planned world."""
    world = world_of(graph)

    def lookup(source: Source) -> Value:
        if isinstance(source, Call):
            return FUNCTIONS[source.function](source.argument) if source.function in FUNCTIONS else _looked_up(source)
        if source.name in graph.parameters:
            return graph.parameters[source.name].value
        if source.name in PSEUDO:
            return world.pseudo(source.name)
        resource = graph.resources.get(source.name)
        if resource is None:
            return Unknown(f"`{source.name}` is not declared", source)
        if source.attribute is None:
            return resource.identity
        return resource.attributes.get(
            source.attribute, Unknown(f"`{source.attribute}` of {resource.type} is not modelled", source)
        )

    return lookup


def _looked_up(call: Call) -> Value:
    return (
        dynamic(f"{{{{resolve:{call.argument}}}}}")
        if call.function == "resolve"
        else Unknown(f"`{call.function}` is AWS's own", call)
    )


_PLAIN = frozenset((str, bool, int, float, type(None)))
"""What no reference is in."""


def references(value: Value) -> list[Ref]:
    """The references that a value is made of, each mention by itself, in their order."""
    found: list[Ref] = []
    _gather(value, found)
    return found


def _gather(value: Value | Source | None, found: list[Ref]) -> None:
    within: Iterable[Value | Source | None] = ()
    if isinstance(value, dict):
        within = value.values()
    elif isinstance(value, Text):
        within = value.parts
    elif isinstance(value, Ref):
        found.append(value)
    elif isinstance(value, Call):
        within = (value.argument,)
    elif isinstance(value, Items | Unknown):
        within = (value.source,)
    elif isinstance(value, tuple):
        within = value
    elif isinstance(value, Mapping):
        within = value.values()
    for each in within:
        if type(each) is Ref:
            found.append(each)
        elif type(each) not in _PLAIN:  # As most are, which saves a call for each.
            _gather(each, found)
