"""
What a Terraform configuration declares -> the planned world: each resource in CloudFormation's vocabulary, with the identity it will have.

A resource is rewritten when it is first asked for, so that references may point anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from keyturn.graph import Graph, Output, Path, Place, Ref, Remark, Resource, Text, Unknown, Value
from keyturn.read import names
from keyturn.read.apart import apart
from keyturn.read.convert import Converted, convert
from keyturn.read.fold import fold, mentions
from keyturn.read.functions import concat
from keyturn.read.identity import Identity, identify
from keyturn.read.names.kind import Kind, Outputs
from keyturn.read.pulumi.marks import Marks, plain
from keyturn.read.real import known_already
from keyturn.read.world import World

_LAST_INDEX = re.compile(r"""\[(?:\d+|"(?:[^"\\]|\\.)*")\]\Z""")

Raw: TypeAlias = Any
"""JSON-like data; texts that stand for references carry marks."""


@dataclass(frozen=True, slots=True)
class Declared:
    """
    One resource instance.

    Attributes:
        address: Terraform's own: `module.net["a"].aws_subnet.private[0]`.
        inputs: Gives what it is configured with, by Terraform's names.
        known: What is known of what it tells after its creation: of one that exists already, its real ARN.
        places: Where its arguments stand, by their path in Terraform's words.
        depends_on: The addresses it is declared to depend on.
    """

    address: str
    type: str
    inputs: Callable[[], Mapping[str, Raw]]
    world: World
    place: Place
    known: Mapping[str, Raw] = field(default_factory=dict)
    places: Mapping[Path, Place] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    tags: Mapping[str, Raw] = field(default_factory=dict)
    """What its provider gives it besides its own tags."""
    keep: bool = False
    """Whether `prevent_destroy` keeps it."""


@dataclass(slots=True)
class _Made:
    resource: Resource
    kind: Kind
    inputs: Mapping[str, Raw]
    known: Mapping[str, Raw]


@dataclass(slots=True)
class Assembly:
    """The resources of one root module and all that it calls."""

    world: World
    file: str
    marks: Marks = field(default_factory=Marks)
    remarks: list[Remark] = field(default_factory=list)
    unseen: list[tuple[Remark, Callable[[], Raw]]] = field(default_factory=list)
    """Modules that are not on this machine, each with what gives what they are called with."""
    _declared: dict[str, Declared] = field(default_factory=dict)
    _made: dict[str, _Made | None] = field(default_factory=dict)
    _open: set[str] = field(default_factory=set)
    _names: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _instances: dict[str, list[str]] = field(default_factory=dict)
    _apart: dict[str, Resource] = field(default_factory=dict)

    def declare(self, declared: Declared) -> None:
        name = _logical(declared.address, self._taken)
        self._taken.add(name)
        self._declared[declared.address] = declared
        self._names[declared.address] = name
        self._instances.setdefault(_LAST_INDEX.sub("", declared.address), []).append(declared.address)

    def instances(self, address: str) -> list[str]:
        """The instances of a resource by its address, one if it has its index."""
        return [address] if address in self._declared else self._instances.get(address, [])

    def attribute(self, address: str, path: Path) -> Raw:
        """
        What a reference to an attribute of a resource instance gives; a mark of something unknown if only deployment knows it.

        Args:
            path: `("arn",)`, or deeper: `("master_user_secret", 0, "secret_arn")`.
        """
        made = self._resource(address)
        value: Raw
        if made is None:
            value = Unknown(f"{address} is not mapped")
        elif path and path[0] in made.kind.outputs:
            value = self._told(made.kind.outputs[str(path[0])], path[1:], made)
        else:
            value = _at(made.inputs, path, f"{'.'.join(map(str, path))} of {address} is known only after deployment")
        return self.marks.give(value) if isinstance(value, Unknown) else value

    def graph(self, outputs: Mapping[str, Callable[[], Raw]], *, dialect: str = "terraform") -> Graph:
        """The whole planned world."""
        for address in self._declared:
            self._resource(address)
        whole = {made.resource.name: made.resource for made in self._made.values() if made and made.kind.part is None}
        parts = {
            made.resource.name: (made.kind.part, made.resource)
            for made in self._made.values()
            if made and made.kind.part
        }
        for remark, given in self.unseen:
            self.remarks.append(remark._replace(handed=frozenset(mentions(self.marks.read(given())))))
        own = {name: whole[name] for name in self._names.values() if name in whole}
        folded = fold(own | self._apart, parts)
        return Graph(
            resources=folded.resources,
            file=self.file,
            dialect=dialect,
            outputs={name: Output(self.marks.read(value())) for name, value in outputs.items()},
            region=self.world.region,
            account=self.world.account,
            partition=self.world.partition,
            stack=self.world.stack,
            remarks=(*self.remarks, *folded.remarks),
        )

    def _resource(self, address: str) -> _Made | None:
        if address in self._made:
            return self._made[address]
        declared = self._declared.get(address)
        if declared is None or address in self._open:
            return None
        self._open.add(address)
        self._made[address] = made = self._make(declared)
        self._open.discard(address)
        return made

    def _make(self, declared: Declared) -> _Made | None:
        inputs = declared.inputs()
        kind = names.kind(declared.type, inputs)
        if kind is None:
            if declared.type.startswith("aws_"):
                self.remarks.append(
                    Remark(
                        declared.place,
                        f"{declared.address} is a {declared.type}, which is not mapped: it is left out",
                        declared.type,
                    )
                )
            return None
        name = self._names[declared.address]
        declared, inputs = _placed_elsewhere(declared, inputs)
        inputs = _tagged(inputs, declared.tags) if "tags" in kind.properties else inputs
        converted = convert(kind, name, inputs, tool="Terraform")
        properties = self.marks.read(converted.properties)
        assert isinstance(properties, Mapping)
        identity = self._identity(declared, kind, name, properties, self.marks.read(converted.begins))
        for path in converted.unmapped:
            words = ".".join(map(str, path))
            told = f"`{words}` of {declared.address} is not mapped: it is left out"
            place = declared.places.get(path, declared.place)
            self.remarks.append(Remark(place, told, f"{declared.type}.{words}"))
        resource = Resource(
            name=name,
            type=kind.type,
            properties=properties,
            place=declared.place,
            places=_placed(converted, declared.places),
            identity=identity.identity,
            arn=identity.arn,
            attributes=identity.attributes,
            depends_on=self._dependencies(declared, properties),
            region=declared.world.region,
            account=declared.world.account,
            partition=declared.world.partition,
            label=declared.address,
            metadata=self._metadata(declared, kind, converted),
            afterwards=kind.later,
        )
        for each in apart(converted, resource, declared.world, self.marks, self._taken):
            self._taken.add(each.name)
            self._apart[each.name] = each
        return _Made(resource, kind, inputs, declared.known)

    def _identity(
        self, declared: Declared, kind: Kind, name: str, properties: Mapping[str, Value], begins: Value
    ) -> Identity:
        """What it will be known by; what it is already known by, if it exists."""
        if kind.part:
            return Identity(Unknown("it is a part of another"))
        minted = identify(name, kind.type, properties, declared.world, begins=begins)
        return known_already(minted, kind.outputs, declared.known)

    def _dependencies(self, declared: Declared, properties: Value) -> tuple[str, ...]:
        shown = set(mentions(properties))
        needed = [each for address in declared.depends_on for each in self.instances(address) if self._resource(each)]
        return tuple(name for name in dict.fromkeys(self._names[each] for each in needed) if name not in shown)

    def _metadata(self, declared: Declared, kind: Kind, converted: Converted) -> dict[str, Value]:
        metadata: dict[str, Value] = {}
        if declared.keep:
            metadata = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
        elif "SkipFinalSnapshot" in converted.kept or kind.type == "AWS::RDS::DBCluster":
            policy = "Delete" if converted.kept.get("SkipFinalSnapshot") in (True, "true") else "Snapshot"
            metadata = {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}
        for name in converted.kept.keys() & {"Package", "Routes"}:
            metadata[name] = self.marks.read(converted.kept[name])
        return metadata

    def _told(self, what: str | Outputs | tuple[Outputs, ...], path: Path, made: _Made) -> Raw:
        """One of a kind's outputs; `path` leads into those that are nested."""
        if isinstance(what, str):
            return self._output(what, made.resource)
        if isinstance(what, tuple):
            index = path[0] if path and isinstance(path[0], int) else 0
            rest = path[1:] if path and isinstance(path[0], int) else path
            if index >= len(what):
                return Unknown(f"{made.resource} does not tell it")
            what, path = what[index], rest
        if path and path[0] in what:
            return self._told(what[str(path[0])], path[1:], made)
        return Unknown(f"{made.resource} tells it only after deployment")

    def _output(self, what: str, resource: Resource) -> Raw:
        if "{}" in what:
            world = {"region": resource.region, "account": resource.account, "partition": resource.partition}
            before, _, after = what.format("\0", **world).partition("\0")
            return self.marks.give(concat((before, self._named("", resource), after)))
        return self.marks.give(self._named(what, resource))

    def _named(self, attribute: str, resource: Resource) -> str | Unknown:
        value = resource.attributes.get(attribute) if attribute else resource.identity
        ref = Ref(resource.name, attribute or None)
        if isinstance(value, str):
            return Text(str(value), (ref,))
        if attribute == "Arn" and isinstance(resource.arn, str):
            return str(resource.arn)
        because = value.because if isinstance(value, Unknown) else f"{attribute} of {resource.type} is not modelled"
        return Unknown(because, ref)


def _at(value: Raw, path: Path, because: str) -> Raw:
    for step in path:
        if isinstance(value, Mapping) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return Unknown(because)
    return Unknown(because) if value is None else value


def _placed_elsewhere(declared: Declared, inputs: Mapping[str, Raw]) -> tuple[Declared, Mapping[str, Raw]]:
    """A resource that names its own region, as the provider allows since its version 6, is put there."""
    region = inputs.get("region")
    if not isinstance(region, str):
        return declared, inputs
    rest = {name: value for name, value in inputs.items() if name != "region"}
    if plain(region) == "unknown" or plain(region) == declared.world.region:
        return declared, rest
    return replace(declared, world=World(plain(region), declared.world.account, declared.world.stack)), rest


def _tagged(inputs: Mapping[str, Raw], tags: Mapping[str, Raw]) -> Mapping[str, Raw]:
    """With the provider's tags; its own go before."""
    own = inputs.get("tags", {})
    known = isinstance(tags, Mapping) and isinstance(own, Mapping)
    return {**inputs, "tags": {**tags, **own}} if tags and known else inputs


def _logical(address: str, taken: set[str]) -> str:
    """A logical name such as CloudFormation allows, unlike those taken: `module.net.aws_kms_key.logs` is NetKmsKeyLogs."""
    words = [word for word in re.split(r"[^A-Za-z0-9]+", address) if word not in ("module", "aws", "")]
    name = "".join(word[:1].upper() + word[1:] for word in words) or "Resource"
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name}{number}", number + 1
    return unique


def _placed(converted: Converted, places: Mapping[Path, Place]) -> dict[Path, Place]:
    """The places of properties by CloudFormation's paths."""
    placed: dict[Path, Place] = {}
    for to, origin in converted.origins.items():
        for path, place in places.items():
            if path[: len(origin)] == origin:
                placed[(*to, *path[len(origin) :])] = place
    return placed
