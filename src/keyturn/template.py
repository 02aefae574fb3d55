"""
The planned world -> a CloudFormation template that plans it again.

References are written as references: what the planned texts were made of comes back as `Ref`, `Fn::GetAtt` and `Fn::Sub`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from keyturn.graph import Call, Graph, Items, Output, Parameter, Ref, Resource, Source, Text, Unknown, Value
from keyturn.problem import Problem
from keyturn.read.functions import merged, text
from keyturn.read.world import PSEUDO

VERSION = "2010-09-09"
ATTRIBUTES = ("DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy", "Metadata")
"""What a resource's metadata may hold that CloudFormation takes beside its properties."""


def template(graph: Graph, description: str = "") -> dict[str, Any]:
    """
    The template, as plain data.

    Raises:
        Problem: A value is unknown, and nothing says what will give it.
    """
    writer = Writer(graph.resources.keys() | graph.parameters.keys() | set(PSEUDO))
    made: dict[str, Any] = {"AWSTemplateFormatVersion": VERSION}
    if description:
        made["Description"] = description
    if graph.parameters:
        made["Parameters"] = {name: _parameter(parameter) for name, parameter in graph.parameters.items()}
    made["Resources"] = {resource.name: writer.resource(resource) for resource in graph}
    if graph.outputs:
        made["Outputs"] = {name: writer.output(output) for name, output in graph.outputs.items()}
    return made


def to_json(graph: Graph, description: str = "") -> str:
    """The template as JSON text."""
    return json.dumps(template(graph, description), indent=2, ensure_ascii=False) + "\n"


def to_yaml(graph: Graph, description: str = "") -> str:
    """The template as YAML text, written with the short forms of functions."""
    from keyturn.read.source.writing import document

    return document(template(graph, description))


class Writer:
    """
    Writes values as a template has them.

    Args:
        declared: The names that may be referred to; a text made from others is written as it is planned.
    """

    def __init__(self, declared: Collection[str]) -> None:
        self.declared = declared

    def resource(self, resource: Resource) -> dict[str, Any]:
        made: dict[str, Any] = {"Type": resource.type}
        if resource.depends_on:
            made["DependsOn"] = list(resource.depends_on)
        for name in ATTRIBUTES:
            if name in resource.metadata:
                made[name] = self.value(resource.metadata[name], f"{resource.name}.{name}")
        if resource.properties:
            made["Properties"] = self.value(resource.properties, resource.name)
        return made

    def output(self, output: Output) -> dict[str, Any]:
        made: dict[str, Any] = {"Description": output.description} if output.description else {}
        made["Value"] = self.value(output.value, "an output")
        if output.export is not None:
            made["Export"] = {"Name": self.value(output.export, "an export")}
        return made

    def value(self, value: Value, what: str = "a value") -> Any:
        """
        A value with its references written out.

        Args:
            what: What to call it in an error.
        """
        match value:
            case Text():
                return self._text(value, what)
            case Items():
                if self._can_write(value.source):
                    return self._source(value.source, what)
                return [self.value(each, what) for each in value]
            case Unknown():
                if value.source is None:
                    raise Problem(f"{what} cannot be written into a template: {value.because}")
                return self._source(value.source, what)
            case Mapping():
                return {key: self.value(each, f"{what}.{key}") for key, each in value.items()}
            case tuple():
                return [self.value(each, what) for each in value]
        return value

    def _text(self, made: Text, what: str) -> Any:
        if not all(isinstance(part, str) or self._can_write(part) for part in made.parts):
            return str(made)
        return self._parts(made.parts, what)

    def _parts(self, parts: Sequence[str | Source], what: str) -> Any:
        """What a string is made of, as the shortest expression that gives it."""
        parts = merged(parts)
        if not parts:
            return ""
        if len(parts) == 1:
            return parts[0] if isinstance(parts[0], str) else self._source(parts[0], what)
        if all(isinstance(part, str | Ref) for part in parts):
            return {"Fn::Sub": "".join(_substitute(part) for part in parts)}
        return {"Fn::Join": ["", [part if isinstance(part, str) else self._source(part, what) for part in parts]]}

    def _source(self, source: Source, what: str) -> Any:
        match source:
            case Ref(name, None):
                return {"Ref": name}
            case Ref(name, attribute):
                return {"Fn::GetAtt": [name, attribute]}
            case Call("resolve", whole):
                return self.value(whole, what)
            case Call("Fn::Join", ("", tuple(pieces))) if not isinstance(pieces, Items):
                return self._parts([part for piece in pieces for part in self._pieces(piece, what)], what)
            case Call(function, argument):
                return {function: self.value(argument, what)}

    def _pieces(self, value: Value, what: str) -> Sequence[str | Source]:
        """What one piece of a joined string is made of."""
        match value:
            case Text() if all(isinstance(part, str) or self._can_write(part) for part in value.parts):
                return value.parts
            case Unknown(_, Call("resolve", str(whole))):
                return self._pieces(whole, what)
            case Unknown(_, Call("Fn::Join", ("", tuple(pieces)))) if not isinstance(pieces, Items):
                return [part for piece in pieces for part in self._pieces(piece, what)]
            case Unknown(because, None):
                raise Problem(f"{what} cannot be written into a template: {because}")
            case Unknown(_, source) if source is not None:
                return (source,)
        return (str(text(value)),)

    def _can_write(self, source: Source) -> bool:
        """Whether what it refers to is declared here; what is not can only be written as the planned text."""
        return source.name in self.declared if isinstance(source, Ref) else True


def _substitute(part: str | Source) -> str:
    """A part of a text inside `Fn::Sub`."""
    match part:
        case Ref(name, None):
            return f"${{{name}}}"
        case Ref(name, attribute):
            return f"${{{name}.{attribute}}}"
    return str(part).replace("${", "${!")


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {"Type": parameter.type} | {name: _plain(value) for name, value in parameter.declaration.items()}


def _plain(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
