"""
A fix -> an edited CloudFormation template, which is read again to see that it says what the fix wants and waits for itself nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from keyturn.check import Fix
from keyturn.edit import references
from keyturn.edit.refusal import EditError
from keyturn.graph import Graph, Path, Value
from keyturn.read import Options, Unreadable, cloudformation
from keyturn.read.cloudformation.places import Places
from keyturn.read.functions import plain
from keyturn.read.order import Cycle, order
from keyturn.read.world import PSEUDO
from keyturn.template import Writer


def mended(text: str, fix: Fix, graph: Graph) -> str:
    """
    The template with a fix in it.

    Args:
        text: The template as it is now, with the fixes made before.
        graph: What was read from it at first.

    Raises:
        EditError: It cannot be done safely.
    """
    places = fix.at.resource.places
    if not isinstance(places, Places):
        raise EditError("where it stands in the file is not known")
    path = places.origin(fix.at.path)
    if (places.source.origin(path) != path and not overrides(fix)) or places.source.moved.get(path[:2]):
        raise EditError("a loop or a transform makes it: change it there")
    edit = _append if fix.append is not None else _replace
    refused = EditError("a part of the file that functions make")
    for value in _wordings(fix.append if fix.append is not None else fix.replace, graph):
        try:
            edited = edit(text, path, value, graph)
            _verify(edited, fix, graph)
        except EditError as error:
            refused = error
        else:
            return edited
    raise refused


def overrides(fix: Fix) -> bool:
    """Whether a fix is about what SAM's Globals say: it is written into the resource, and the others keep it."""
    places = fix.at.resource.places
    return isinstance(places, Places) and places.source.origin(places.origin(fix.at.path))[:1] == ("Globals",)


def _wordings(value: Value, graph: Graph) -> Iterable[Value]:
    """The value with references as its maker gave them; then, if that closes a circle, with the names they stand for."""
    remembered = references.remembered(value, graph)
    yield remembered
    yield references.named(remembered, graph)


def _replace(text: str, path: Path, value: Value, graph: Graph) -> str:
    return _document(text).replace(path, _data(value, graph))  # type: ignore[no-any-return]


def _append(text: str, path: Path, value: Value, graph: Graph) -> str:
    return _document(text).append(path, _data(value, graph))  # type: ignore[no-any-return]


def _document(text: str) -> Any:
    if text.lstrip()[:1] == "{":
        from keyturn.edit import json

        return json.Document(text)
    from keyturn.edit import yaml

    return yaml.Document(text)


def _data(value: Value, graph: Graph) -> Any:
    return Writer(graph.resources.keys() | graph.parameters.keys() | set(PSEUDO)).value(value, "the fix")


def _verify(text: str, fix: Fix, graph: Graph) -> None:
    """Hold the edited template against what the fix wants."""
    try:
        edited = cloudformation.read(graph.file, options(graph), text=text)
    except Unreadable as error:
        raise EditError(f"the file would not be a template any more: {error.because}") from None
    if (circle := _circle(edited)) and not _circle(graph):
        raise EditError(circle)
    resource = edited.resources.get(fix.at.resource.name)
    now = resource.get(*fix.at.path) if resource else None
    wanted = plain(fix.replace)
    if fix.append is not None:
        now, wanted = now[-1] if isinstance(now, tuple) and now else None, plain(fix.append)
    if plain(now) != wanted:
        raise EditError("the edit would not say what it should")


def _circle(graph: Graph) -> str:
    try:
        order(graph)
    except Cycle as cycle:
        return cycle.message
    return ""


def options(graph: Graph) -> Options:
    """How a graph was read."""
    given = {name: each.given for name, each in graph.parameters.items() if each.given is not None}
    return Options(graph.region, graph.account, given, as_of=graph.as_of, stack=graph.stack)
