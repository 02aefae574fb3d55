"""
CloudFormation templates, YAML and JSON -> the planned world.

Source: CloudFormation's "Template sections" and "Intrinsic function reference"; read 2026-11.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from keyturn.graph import Graph, Output, Parameter, Unknown
from keyturn.read.cloudformation import transforms
from keyturn.read.cloudformation.elsewhere import Elsewhere
from keyturn.read.cloudformation.evaluate import ASIDE, NO_VALUE, Evaluator
from keyturn.read.cloudformation.included import taken_out
from keyturn.read.cloudformation.invalid import TemplateError
from keyturn.read.cloudformation.nested import DEEPEST
from keyturn.read.cloudformation.parameters import parameter
from keyturn.read.cloudformation.stack import Stack
from keyturn.read.source import Source, content, load
from keyturn.read.world import Options, Unreadable, World


def read(file: str, options: Options | None = None, *, text: str | None = None) -> Graph:
    """
    Read a template; the nested stacks whose templates are on this machine are read too, and stand `beside`.

    Args:
        file: Where it is; with `text`, what to call it.
        text: What it says, if it is not to be read from disk.

    Raises:
        Unreadable: It is no template, or one that CloudFormation would not take.
    """
    source = load(file, text if text is not None else content(file))
    return planned(source, options or Options())


@dataclass(frozen=True, slots=True)
class Given:
    """
    What a stack gets from others.

    Attributes:
        parameters: What a parent gives for parameters, known or not.
        elsewhere: What other stacks give.
        within: The files of the stacks it is nested in.
        note: Writes into a nested template's data what is known of it besides.
    """

    parameters: Mapping[str, str | Unknown] = field(default_factory=dict)
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    within: tuple[str, ...] = ()
    note: Callable[[Source], None] = lambda _: None


def planned(source: Source, options: Options, given: Given | None = None) -> Graph:
    """
    The planned world of a template's data.

    Raises:
        Unreadable: As `read`.
    """
    try:
        return _planned(source, options, given or Given())
    except TemplateError as invalid:
        place = source.place(invalid.path)
        raise Unreadable(source.file, f"{place.line}:{place.column}: {invalid.because}") from None
    except RecursionError:
        raise Unreadable(source.file, "nested too deep") from None


def _planned(source: Source, options: Options, given: Given) -> Graph:
    data = source.data
    if not isinstance(data, dict) or not isinstance(data.get("Resources"), dict) or not data["Resources"]:
        raise TemplateError(("Resources",), "not a template: it declares no resource under `Resources`")
    source = taken_out(source)
    data = source.data
    world = World(options.region, options.account, options.stack or "stack")
    parameters = _parameters(data, options, given)
    declared = transforms.names(data)
    source = transforms.transformed(source, world, parameters)
    data = source.data

    def nest(name: str, file: str, passed: Mapping[str, str | Unknown]) -> Graph:
        inner = dataclasses.replace(options, stack=f"{world.stack}-{name}", parameters={})
        if file in given.within or len(given.within) >= DEEPEST:
            raise Unreadable(file, "stacks are nested without end")
        nested = load(file, content(file))
        given.note(nested)
        within = (*given.within, source.file, file)
        return planned(nested, inner, dataclasses.replace(given, parameters=passed, within=within))

    stack = Stack(source, world, parameters, given.elsewhere, nest)
    resources = stack.resources()
    graph = Graph(
        resources=resources,
        file=source.file,
        dialect="cdk" if any(each.label for each in resources.values()) else "cloudformation",
        parameters=parameters,
        outputs=_outputs(data, stack.evaluator),
        region=world.region,
        account=world.account,
        partition=world.partition,
        stack=world.stack,
        as_of=options.as_of,
        remarks=(*source.remarks, *stack.remarks),
        transforms=declared,
        beside=tuple(each for nested in stack.nested for each in (nested, *nested.beside)),
    )
    return beside_each_other(graph, *graph.beside)[0]


def beside_each_other(*graphs: Graph) -> tuple[Graph, ...]:
    """Graphs that are deployed together, each told of all others."""
    for graph in graphs:
        object.__setattr__(graph, "beside", tuple(other for other in graphs if other is not graph))
    return graphs


def _parameters(data: dict[str, Any], options: Options, given: Given) -> dict[str, Parameter]:
    declared = data.get("Parameters") or {}
    if not isinstance(declared, dict):
        raise TemplateError(("Parameters",), "`Parameters` is not an object")
    values = {**options.parameters, **given.parameters}
    return {name: parameter(name, each, values.get(name)) for name, each in declared.items()}


def _outputs(data: dict[str, Any], evaluator: Evaluator) -> dict[str, Output]:
    declared = data.get("Outputs") or {}
    if not isinstance(declared, dict):
        raise TemplateError(("Outputs",), "`Outputs` is not an object")
    made: dict[str, Output] = {}
    for name, each in declared.items():
        path = ("Outputs", name)
        if not isinstance(each, dict) or "Value" not in each:
            raise TemplateError(path, f"the output `{name}` has no `Value`")
        if "Condition" in each and evaluator.conditions.holds(each["Condition"], (*path, "Condition")) is False:
            continue
        value = evaluator.value(each["Value"], (*path, "Value"), ASIDE)
        export = each.get("Export")
        exported = (
            evaluator.value(export["Name"], (*path, "Export", "Name"), ASIDE)
            if isinstance(export, dict) and "Name" in export
            else None
        )
        made[name] = Output(None if value is NO_VALUE else value, str(each.get("Description", "")), exported)
    return made
