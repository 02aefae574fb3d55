"""
A fix -> an edited Terraform configuration.

Only what is written out is edited: strings, lists, objects, `jsonencode`, JSON in heredocs, the blocks of resources and of
`aws_iam_policy_document`. What the configuration works out is left to its author. The configuration is read again with the edit in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path as File

from keyturn.check import Fix
from keyturn.edit import references
from keyturn.edit.refusal import EditError
from keyturn.edit.terraform.edit import Edit
from keyturn.edit.terraform.program import Program, Spot
from keyturn.edit.terraform.scope import Scope, uses
from keyturn.graph import Graph, Unknown, Value
from keyturn.read import Options, Unreadable
from keyturn.read.functions import plain
from keyturn.read.terraform import module
from keyturn.read.terraform.configuration import Configuration, load


def mended(text: str, fix: Fix, graph: Graph) -> str:
    """
    The file with a fix in it.

    Args:
        text: The file as it is now; what stands before the fix's place is as it was when it was read.

    Raises:
        EditError: It cannot be done safely.
    """
    resource, path, file = fix.at.resource, fix.at.path, fix.at.place.file
    if not file.endswith((".tf", ".tofu")):
        raise EditError("a plan is made from the configuration: mend it there")
    if fix.append is not None and _says(text, fix, graph):
        return text
    program = Program(text)
    spot = program.at(fix.at.place)
    covered = next((end for end in range(len(path), 0, -1) if path[:end] in resource.places), 0)
    configuration = load(File(file).parent)
    _used_once(spot, configuration)
    scope = Scope(configuration, graph, resource)
    value = references.remembered(fix.append if fix.append is not None else fix.replace, graph)
    edited = Edit(program, scope, value, appending=fix.append is not None).made(spot, path[:covered], path[covered:])
    for missing in sorted(scope.missing):
        edited = f'{edited.rstrip()}{program.newline * 2}data "{missing}" "current" {{}}{program.newline}'
    if _says(edited, fix, graph) is False:
        raise EditError("the edit would not say what it should")
    return edited


def _used_once(spot: Spot, configuration: Configuration) -> None:
    """
    Raises:
        EditError: It is a local or a policy document that others use too: a change would change more.
    """
    if spot.top.type == "locals":
        name = f"local.{spot.argument}"
    elif spot.top.type == "data":
        name = ".".join(("data", *spot.top.labels))
    else:
        return
    if uses(configuration, name) > 1:
        raise EditError(f"`{name}` is used in other places too: change it there")


def _says(text: str, fix: Fix, graph: Graph) -> bool | None:
    """
    Whether the configuration says what a fix wants; None where that depends on what is not known here.

    Raises:
        EditError: It cannot be read any more.
    """
    options = Options(graph.region, graph.account, as_of=graph.as_of, stack=graph.stack)
    try:
        now = module.read(graph.file, options, texts={fix.at.place.file: text})
    except Unreadable as error:
        raise EditError(f"the configuration could not be read any more: {error.because}") from None
    resource = now.resources.get(fix.at.resource.name)
    if resource is None:
        return None
    value = resource.get(*fix.at.path)
    if fix.append is None:
        return _same(value, plain(fix.replace))
    if isinstance(value, Unknown):
        return None
    items = value if isinstance(value, tuple) else ()
    said = [_same(each, plain(fix.append)) for each in items]
    return True if True in said else None if None in said else False


def _same(value: Value, wanted: Value) -> bool | None:
    """Whether a value is what is wanted, as far as it is known; a list of one and its item are the same in a policy."""
    if isinstance(value, Unknown):
        return None
    if isinstance(value, Mapping) and isinstance(wanted, Mapping):
        if value.keys() != wanted.keys():
            return False
        return _all(_same(value[key], of) for key, of in wanted.items())
    if isinstance(value, tuple) and isinstance(wanted, tuple) and len(value) == len(wanted):
        return _all(_same(one, other) for one, other in zip(value, wanted, strict=True))
    if isinstance(wanted, tuple) and len(wanted) == 1:
        return _same(value, wanted[0])
    return bool(str(value) == str(wanted) if isinstance(value, str) else plain(value) == wanted)


def _all(answers: Iterable[bool | None]) -> bool | None:
    known = set(answers)
    return False if False in known else None if None in known else True
