"""
Nested stacks whose templates are on this machine: read with what the parent gives them, so that both know what the other makes.

A template is found by a path in `TemplateURL`, as `aws cloudformation package` takes it, or by the asset that CDK notes in the metadata.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from keyturn.graph import Graph, Unknown, Value
from keyturn.read.functions import text

TYPE = "AWS::CloudFormation::Stack"
DEEPEST = 10
"""How deep stacks may be nested here."""

Nest: TypeAlias = Callable[[str, str, Mapping[str, "str | Unknown"]], Graph]
"""Reads the template of the nested stack of a name, from a file, with what is given for its parameters."""


def template_of(file: str, properties: Mapping[str, Value], metadata: Mapping[str, Value]) -> str | None:
    """The file of a nested stack's template; None if it is not on this machine."""
    noted = metadata.get("Metadata")
    asset = noted.get("aws:asset:path") if isinstance(noted, Mapping) else None
    url = properties.get("TemplateURL")
    for name in (asset, url):
        if isinstance(name, str) and name and "://" not in name:
            path = Path(file).parent / str(name)
            try:
                if path.is_file():
                    return str(path)
            except (OSError, ValueError):
                continue
    return None


def given(properties: Mapping[str, Value]) -> dict[str, str | Unknown]:
    """What the parent gives for the nested template's parameters."""
    parameters = properties.get("Parameters")
    if not isinstance(parameters, Mapping):
        return {}
    return {name: _text(value) for name, value in parameters.items() if value is not None}


def _text(value: Value) -> str | Unknown:
    if isinstance(value, tuple):
        items = [_text(each) for each in value]
        unknown = next((each for each in items if isinstance(each, Unknown)), None)
        return unknown or ",".join(str(each) for each in items)
    if isinstance(value, Mapping):
        return Unknown("an object is given for it")
    whole = text(value)
    return whole if isinstance(whole, Unknown) else str(whole)


def attributes(nested: Graph) -> dict[str, Value]:
    """What `Fn::GetAtt` gives of a nested stack: its outputs."""
    return {
        f"Outputs.{name}": str(value) if isinstance(value := output.value, str) else value
        for name, output in nested.outputs.items()
    }
