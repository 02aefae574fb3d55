"""
What a template's transforms make of it before CloudFormation looks at it.

`AWS::LanguageExtensions` and SAM are done here. Others are told of: what they change is AWS's, or their author's, to know.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from keyturn.graph import Parameter, Path, Remark, Value
from keyturn.read.cloudformation.evaluate import ASIDE, Evaluator
from keyturn.read.cloudformation.included import unknown
from keyturn.read.cloudformation.invalid import TemplateError
from keyturn.read.cloudformation.loops import TRANSFORM, Loops
from keyturn.read.identity import Identity
from keyturn.read.source import Source
from keyturn.read.world import World

SECTIONS = ("Resources", "Outputs", "Conditions")
"""Where loops may stand."""

SAM = "AWS::Serverless-2016-10-31"
INCLUDE = "AWS::Include"
TOLD = {
    "AWS::SecretsManager-2020-07-23": "makes a nested stack with the rotation function, which is not looked at",
    "AWS::SecretsManager-2024-09-16": "makes a nested stack with the rotation function, which is not looked at",
    "AWS::CodeDeployBlueGreen": "makes deployments blue and green",
    INCLUDE: "puts another file in, which is not looked at",
}


def transformed(source: Source, world: World, parameters: Mapping[str, Parameter]) -> Source:
    """
    The template as its transforms leave it.

    Raises:
        TemplateError: One cannot be done.
    """
    for name in names(source.data):
        if name == TRANSFORM:
            source = _written_out(source, world, parameters)
        elif name == SAM:
            from keyturn.read.cloudformation.sam import translated

            source = translated(source, world, parameters)
        else:
            told = TOLD.get(name, "changes the template at deployment; it is read as it stands")
            handed = frozenset(source.data["Resources"]) if name == INCLUDE else frozenset()
            remark = Remark(source.place(("Transform",)), f"the transform `{name}` {told}", handed=handed)
            source = dataclasses.replace(
                source,
                added=source.added or (unknown(name) if name not in TOLD or name == INCLUDE else ""),
                remarks=(*source.remarks, remark),
            )
    return source


def names(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The transforms that a template declares."""
    declared = data.get("Transform")
    each = declared if isinstance(declared, list) else [declared]
    return tuple(str(item.get("Name")) if isinstance(item, dict) else str(item) for item in each if item is not None)


def _written_out(source: Source, world: World, parameters: Mapping[str, Parameter]) -> Source:
    def unmade(name: str) -> Identity:
        raise TemplateError(
            ("Resources", name), f"loops and names cannot depend on what `{name}` gives: it is made later"
        )

    evaluator = Evaluator(source, world, parameters, unmade)

    def value(data: Any, path: Path) -> Value:
        return evaluator.value(data, path, ASIDE)

    loops = Loops(value)
    data = dict(source.data)
    for section in SECTIONS:
        if section in data:
            data[section] = loops.written_out(data[section], (section,), (section,), {})
    return dataclasses.replace(source, data=data, moved={**source.moved, **loops.moved})
