"""
CloudFormation templates, YAML and JSON -> the planned world.

Source: CloudFormation's "Template sections" and "Intrinsic function reference"; read 2026-11.
"""

from __future__ import annotations

from typing import Any

from keyturn.graph import Graph, Output, Parameter
from keyturn.read.cloudformation.evaluate import ASIDE, NO_VALUE, Evaluator
from keyturn.read.cloudformation.invalid import TemplateError
from keyturn.read.cloudformation.parameters import parameter
from keyturn.read.cloudformation.stack import Stack
from keyturn.read.source import Source, content, load
from keyturn.read.world import Options, Unreadable, World


def read(file: str, options: Options | None = None, *, text: str | None = None) -> Graph:
    """
    Read a template.

    Args:
        file: Where it is; with `text`, what to call it.
        text: What it says, if it is not to be read from disk.

    Raises:
        Unreadable: It is no template, or one that CloudFormation would not take.
    """
    source = load(file, text if text is not None else content(file))
    return planned(source, options or Options())


def planned(source: Source, options: Options) -> Graph:
    """
    The planned world of a template's data.

    Raises:
        Unreadable: As `read`.
    """
    try:
        return _planned(source, options)
    except TemplateError as invalid:
        place = source.place(invalid.path)
        raise Unreadable(source.file, f"{place.line}:{place.column}: {invalid.because}") from None
    except RecursionError:
        raise Unreadable(source.file, "nested too deep") from None


def _planned(source: Source, options: Options) -> Graph:
    data = source.data
    if not isinstance(data, dict) or not isinstance(data.get("Resources"), dict) or not data["Resources"]:
        raise TemplateError(("Resources",), "not a template: it declares no resource under `Resources`")
    world = World(options.region, options.account, options.stack or "stack")
    parameters = _parameters(data, options)
    stack = Stack(source, world, parameters)
    resources = stack.resources()
    return Graph(
        resources=resources,
        file=source.file,
        dialect="cloudformation",
        parameters=parameters,
        outputs=_outputs(data, stack.evaluator),
        region=world.region,
        account=world.account,
        partition=world.partition,
        stack=world.stack,
        as_of=options.as_of,
        remarks=(*source.remarks, *stack.remarks),
    )


def _parameters(data: dict[str, Any], options: Options) -> dict[str, Parameter]:
    declared = data.get("Parameters") or {}
    if not isinstance(declared, dict):
        raise TemplateError(("Parameters",), "`Parameters` is not an object")
    return {name: parameter(name, each, options.parameters.get(name)) for name, each in declared.items()}


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
