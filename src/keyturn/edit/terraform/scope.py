"""
What a module has names for: the parts of an ARN or a name as its author would write them, `${data.aws_caller_identity.current.account_id}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from keyturn.edit.refusal import EditError
from keyturn.graph import Graph, Ref, Resource, Source, Text
from keyturn.read import names
from keyturn.read.fold import mentions
from keyturn.read.identity import shape_of
from keyturn.read.source import content
from keyturn.read.terraform.configuration import Configuration, Found
from keyturn.read.terraform.files import is_json
from keyturn.read.terraform.hcl.syntax import Attribute, Expression, Name, Template

_ADDRESS = re.compile(r"""(?:^|\.)([a-z]\w*)\.([\w-]+)(\[(?:\d+|"(?:[^"\\]|\\.)*")\])?\Z""")


@dataclass(frozen=True, slots=True)
class Named:
    """An expression of HCL, as it is written."""

    source: str


Piece = str | Named


@dataclass(slots=True)
class Scope:
    """
    What can be named where a resource is declared.

    Attributes:
        missing: Data sources that must be added for what was named: their types.
    """

    configuration: Configuration
    graph: Graph
    resource: Resource
    missing: set[str] = field(default_factory=set)

    def pieces(self, value: str) -> list[Piece]:
        """
        A text as literals and expressions.

        Raises:
            EditError: It refers to what cannot be named here.
        """
        parts = value.parts if isinstance(value, Text) else (value,)
        return [piece for part in parts for piece in self._pieces(part)]

    def _pieces(self, part: str | Source) -> list[Piece]:
        match part:
            case str():
                return self._recalled(part)
            case Ref("AWS::AccountId"):
                return [Named(f"{self._source('aws_caller_identity')}.account_id")]
            case Ref("AWS::Region"):
                return [self._region()]
            case Ref("AWS::Partition"):
                declared = self._declared("aws_partition")
                return [Named(f"{declared}.partition") if declared else self.graph.partition]
            case Ref(name, attribute) if resource := self.graph.resources.get(name):
                return self._reference(resource, attribute)
        raise EditError("it refers to what cannot be named here: change it by hand")

    def _reference(self, resource: Resource, attribute: str | None) -> list[Piece]:
        """A reference to a resource of the same module; of one that leads back here, what it will be, if its user names it."""
        own, other = _ADDRESS.search(self.resource.label), _ADDRESS.search(resource.label)
        if own is None or other is None or self.resource.label[: own.start()] != resource.label[: other.start()]:
            raise EditError(f"{resource} is of another module: change it by hand")
        if _leads(self.graph, resource, self.resource):
            shape = shape_of(resource.type)
            value = resource.attributes.get(attribute) if attribute else resource.identity
            if shape is None or resource.properties.get(shape.name) is None or not isinstance(value, str):
                raise EditError(f"{self.resource} and {resource} would depend on each other in a circle")
            return self.pieces(value)
        kind = names.kind(other[1], {})
        told = next((name for name, what in (kind.outputs if kind else {}).items() if what == (attribute or "")), None)
        if told is None:
            raise EditError(f"what Terraform calls `{attribute}` of {resource} is not known")
        return [Named(f"{other[1]}.{other[2]}{other[3] or ''}.{told}")]

    def _recalled(self, literal: str) -> list[Piece]:
        """A literal with the names in it given as their own resource's is: `/app/${var.environment}`."""
        for resource in self.graph:
            shape = shape_of(resource.type)
            name = resource.properties.get(shape.name) if shape and shape.name else None
            if shape is None or not isinstance(name, str) or len(name) < 4 or name not in literal:
                continue
            if (pieces := self._of_name(resource, shape.name)) and any(isinstance(each, Named) for each in pieces):
                before, _, after = literal.partition(str(name))
                return [*self._recalled(before), *pieces, *self._recalled(after)]
        return [literal]

    def _of_name(self, resource: Resource, property_: str) -> list[Piece] | None:
        """How a resource of this module is named; None where that can only be said in its own block."""
        match = _ADDRESS.search(resource.label)
        found = self.configuration.resources.get(f"{match[1]}.{match[2]}") if match else None
        kind = names.kind(match[1], {}) if match else None
        if found is None or kind is None:
            return None
        for name, argument in found.block.body.arguments.items():
            if kind.properties.get(name) == property_:
                return _visible(argument.value)
        return None

    def _source(self, type_: str) -> str:
        """A data source of this type; one that is missing is asked for."""
        if declared := self._declared(type_):
            return declared
        if f"{type_}.current" in self.configuration.data:
            raise EditError(f"`data.{type_}.current` is one of several: change it by hand")
        self.missing.add(type_)
        return f"data.{type_}.current"

    def _declared(self, type_: str) -> str | None:
        for name, found in self.configuration.data.items():
            if name.startswith(f"{type_}.") and not found.block.body.arguments:
                return f"data.{name}"
        return None

    def _region(self) -> Piece:
        if declared := self._declared("aws_region"):
            return Named(f"{declared}.{self._called(declared)}")
        for provider in self.configuration.providers:
            region = _region_of(provider)
            if region and (said := _traversal(region)):
                return Named(said)
            if region:
                return self.graph.region
        return Named(f"{self._source('aws_region')}.id")

    def _called(self, declared: str) -> str:
        """The attribute of `aws_region` that this module uses; `id` is known to all versions of the provider."""
        texts = "".join(content(str(file)) for file in self.configuration.files if not is_json(file))
        match = re.search(rf"{re.escape(declared)}\.(\w+)", texts)
        return match[1] if match else "id"


def _region_of(provider: Found) -> Expression | None:
    arguments = provider.block.body.arguments
    if provider.name != "aws" or "alias" in arguments or "region" not in arguments:
        return None
    return arguments["region"].value


def _visible(expression: Expression) -> list[Piece] | None:
    """A name as literals and traversals that hold everywhere in the module."""
    if isinstance(expression, Template):
        pieces: list[Piece] = []
        for part in expression.parts:
            said = part if isinstance(part, str) else _visible_traversal(part)
            if said is None:
                return None
            pieces.append(said)
        return pieces
    traversal = _visible_traversal(expression)
    return [traversal] if traversal else None


def _visible_traversal(expression: object) -> Named | None:
    said = _traversal(expression)
    return Named(said) if said and said.startswith(("var.", "local.", "data.")) else None


def _traversal(expression: object) -> str | None:
    """`var.environment` as it is written; None for what is more than names and dots."""
    match expression:
        case Name(name):
            return name
        case Attribute(of, name) if before := _traversal(of):
            return f"{before}.{name}"
    return None


def _leads(graph: Graph, start: Resource, end: Resource) -> bool:
    """Whether a chain of references leads from one resource to another, or both are one."""
    seen: set[str] = set()
    ahead = [start.name]
    while ahead:
        name = ahead.pop()
        if name == end.name:
            return True
        if name not in seen and (resource := graph.resources.get(name)):
            seen.add(name)
            ahead += _next(resource)
    return False


def _next(resource: Resource) -> Iterator[str]:
    yield from resource.depends_on
    yield from mentions(resource.properties)


def uses(configuration: Configuration, text: str) -> int:
    """How often a name such as `local.policy` stands in a module's files."""
    pattern = re.compile(rf"(?<![\w.-]){re.escape(text)}(?![\w-])")
    return sum(len(pattern.findall(content(str(file)))) for file in configuration.files if not is_json(file))
