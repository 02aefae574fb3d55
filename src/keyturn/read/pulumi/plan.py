"""
The planned world of a Pulumi program, made while it runs.

`Plan` is what answers the program: each resource that it declares is rewritten in CloudFormation's vocabulary, gets the identity that it
will have, and tells the program about it. The same recording gives the same plan again, in another process too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from keyturn.graph import Graph, Output, Path, Place, Ref, Remark, Resource, Text, Unknown, Value
from keyturn.read import names
from keyturn.read.apart import apart
from keyturn.read.convert import Converted, convert
from keyturn.read.fold import fold, mentions
from keyturn.read.functions import concat
from keyturn.read.identity import Identity, identify
from keyturn.read.names import snake
from keyturn.read.names.kind import Kind, Outputs, Part
from keyturn.read.pulumi import native
from keyturn.read.pulumi.invokes import invoke
from keyturn.read.pulumi.marks import Marks, plain
from keyturn.read.pulumi.places import Sources
from keyturn.read.pulumi.providers import account as account_of
from keyturn.read.pulumi.registration import Invocation, Json, Recording, Registration
from keyturn.read.pulumi.values import opened, told
from keyturn.read.real import known_already
from keyturn.read.world import World


@dataclass(slots=True)
class Plan:
    """
    What a program has declared so far.

    Attributes:
        world: Where it will be deployed.
        sources: The user's files.
        portable: Account, region and zones are given as references, for a template that can be deployed elsewhere. A program that
            compares them with texts of its own needs them plain.
        strip: An ending that logical names lose.
    """

    world: World
    sources: Sources
    portable: bool = False
    strip: str = ""
    marks: Marks = field(default_factory=Marks)
    resources: dict[str, Resource] = field(default_factory=dict)
    parts: dict[str, tuple[Part, Resource]] = field(default_factory=dict)
    called: dict[str, str] = field(default_factory=dict)
    """URN -> logical name."""
    elsewhere: dict[str, World] = field(default_factory=dict)
    """A provider's URN -> the world that its resources are put into."""
    remarks: list[Remark] = field(default_factory=list)

    def config(self, config: Mapping[str, str | None]) -> dict[str, str]:
        """Configuration as the program gets it: of a secret, a text that is Unknown when it comes back."""
        return {
            name: self.marks.give(Unknown(f"{name} is a secret")) if value is None else value
            for name, value in config.items()
        }

    def declare(self, registration: Registration) -> tuple[str, dict[str, Json]]:
        if registration.type.startswith("pulumi:providers:"):
            return self._provider(registration)
        if registration.remote:
            text = f"`{registration.name}` is a {registration.type}, which its own package makes: what is in it is not looked at"
            self.remarks.append(Remark(self._place(registration)[0], text, registration.type))
            return "", {}
        if registration.type == "pulumi:pulumi:StackReference":
            return registration.name, {"name": registration.name}
        if registration.exists:
            return registration.identifier, told(registration.inputs)
        inputs = opened(registration.inputs, self._unknown(registration))
        if (type_ := native.type_of(registration.type)) is not None:
            return self._native(registration, type_, inputs)
        kind = names.kind(registration.type, inputs)
        if kind is None:
            self._foreign(registration)
            return "", told(registration.inputs)
        return self._known(registration, kind, inputs)

    def invoke(self, invocation: Invocation) -> dict[str, Json]:
        return invoke(invocation, self.world, self.marks, portable=self.portable)

    def replay(self, recording: Recording) -> None:
        """Hear a recording again, as it was told in another process."""
        for each in recording.told:
            if isinstance(each, Invocation):
                self.invoke(each)
            elif each.custom or each.remote:
                self.declare(each)

    def graph(self, recording: Recording, file: str) -> Graph:
        """The whole planned world; `file` is the program's name for messages."""
        folded = fold(self.resources, self.parts)
        exports = opened(recording.exports, "known only after deployment")
        return Graph(
            resources=folded.resources,
            file=file,
            dialect="pulumi",
            stack=self.world.stack,
            outputs={name: Output(self.marks.read(value)) for name, value in exports.items()},
            region=self.world.region,
            account=self.world.account,
            partition=self.world.partition,
            remarks=(*self.remarks, *folded.remarks),
        )

    def _provider(self, registration: Registration) -> tuple[str, dict[str, Json]]:
        region, account = registration.inputs.get("region"), account_of(registration.inputs) or self.world.account
        if isinstance(region, str) or account != self.world.account:
            world = World(region if isinstance(region, str) else self.world.region, account, self.world.stack)
            self.elsewhere[registration.urn] = world
        return "provider", {}

    def _world(self, registration: Registration, inputs: dict[str, Any]) -> World:
        """Where a resource is put: its own region, its provider's, or the program's."""
        own = inputs.pop("region", None)
        world = self.elsewhere.get(registration.provider.rpartition("::")[0], self.world)
        return world._replace(region=plain(own)) if isinstance(own, str) else world

    def _foreign(self, registration: Registration) -> None:
        place = self._place(registration)[0]
        if registration.type.startswith(("aws:", native.PREFIX)):
            text = f"`{registration.name}` is a {registration.type}, which is not mapped: it is left out"
        else:
            text = f"`{registration.name}` is a {registration.type}, not of AWS: it is left out"
        self.remarks.append(Remark(place, text, registration.type))

    def _known(self, registration: Registration, kind: Kind, inputs: dict[str, Any]) -> tuple[str, dict[str, Json]]:
        if registration.urn in self.called:
            self.remarks.append(
                Remark(self._place(registration)[0], f"there is a {registration.name} already: Pulumi refuses it")
            )
        name = self._logical(registration)
        world = self._world(registration, inputs)
        place, places = self._place(registration)
        converted = convert(kind, name, _as_written(inputs, places), tool="Pulumi")
        properties = self.marks.read(converted.properties)
        assert isinstance(properties, Mapping)
        identity = (
            Identity(Unknown("it is a part of another"))
            if kind.part
            else known_already(
                identify(name, kind.type, properties, world, begins=self.marks.read(converted.begins)),
                kind.outputs,
                {snake(name): value for name, value in registration.outputs.items()},
            )
        )
        resource = Resource(
            name=name,
            type=kind.type,
            properties=properties,
            place=place,
            places=_placed(converted, places),
            identity=identity.identity,
            arn=identity.arn,
            attributes=identity.attributes,
            depends_on=self._dependencies(registration, properties),
            region=world.region,
            account=world.account,
            partition=world.partition,
            label=registration.name,
            metadata=self._metadata(registration, kind, converted),
            afterwards=kind.later,
        )
        if kind.part is None:
            self.resources[name] = resource
            outputs = dict(self._outputs(kind.outputs, resource))
            for each in apart(converted, resource, world, self.marks, self.resources):
                self.resources[each.name] = each
        else:
            self.parts[name] = (kind.part, resource)
            whole = converted.properties.get(kind.part.of)
            outputs = dict.fromkeys(kind.outputs, whole) if isinstance(whole, str) else {}
        for path in converted.unmapped:
            words = ".".join(str(step) for step in path)
            remark = f"`{words}` of {registration.name} is not mapped: it is left out"
            left_out = f"{registration.type}.{words}"
            self.remarks.append(Remark(_nearest(path, places) or place, remark, left_out))
        return str(outputs.get("id", "")), told(registration.inputs) | outputs

    def _native(self, registration: Registration, type_: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Json]]:
        """A resource of the provider that has CloudFormation's own properties."""
        name = self._logical(registration)
        world = self._world(registration, {})
        place, places = self._place(registration)
        properties = self.marks.read(native.properties(type_, inputs))
        assert isinstance(properties, Mapping)
        minted = identify(name, type_, properties, world)
        outputs = dict(native.outputs(type_, minted.attributes))
        real = {snake(each): value for each, value in registration.outputs.items()}
        identity = known_already(minted, outputs, real)
        kept = "Retain" if registration.retain or registration.protect else None
        resource = self.resources[name] = Resource(
            name=name,
            type=type_,
            properties=properties,
            place=place,
            places={native.path(type_, path): each for path, each in places.items()},
            identity=identity.identity,
            arn=identity.arn,
            attributes=identity.attributes,
            depends_on=self._dependencies(registration, properties),
            region=world.region,
            account=world.account,
            partition=world.partition,
            label=registration.name,
            metadata={"DeletionPolicy": kept, "UpdateReplacePolicy": kept} if kept else {},
        )
        given = dict(self._outputs(outputs, resource))
        return str(given.get("id", "")), told(registration.inputs) | given

    def _logical(self, registration: Registration) -> str:
        """A name for the resource as CloudFormation allows it, unlike those before."""
        words = re.split(r"[^A-Za-z0-9]+", registration.name.removesuffix(self.strip))
        name = "".join(word[:1].upper() + word[1:] for word in words) or "Resource"
        taken = self.resources.keys() | self.parts.keys()
        if name in taken:
            name += registration.type.rpartition(":")[2]
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}{number}", number + 1
        self.called[registration.urn] = unique
        return unique

    def _dependencies(self, registration: Registration, properties: Value) -> tuple[str, ...]:
        """What it depends on beyond what its properties refer to."""
        shown = set(mentions(properties))
        declared = dict.fromkeys(self.called[urn] for urn in registration.dependencies if urn in self.called)
        return tuple(name for name in declared if name not in shown)

    def _unknown(self, registration: Registration) -> str:
        awaited = [urn.rpartition("::")[2] for urn in registration.dependencies]
        return f"known only after {', '.join(awaited)} is deployed" if awaited else "known only after deployment"

    def _place(self, registration: Registration) -> tuple[Place, dict[Path, Place]]:
        place, places = self.sources.place(registration.frames, registration.type.rpartition(":")[2])
        return place or Place(str(self.sources.shown)), places

    def _metadata(self, registration: Registration, kind: Kind, converted: Converted) -> dict[str, Value]:
        metadata: dict[str, Value] = {}
        policy = None
        if registration.retain or registration.protect:
            policy = "Retain"
        elif "SkipFinalSnapshot" in converted.kept or kind.type == "AWS::RDS::DBCluster":
            policy = "Delete" if converted.kept.get("SkipFinalSnapshot") else "Snapshot"
        if policy:
            metadata = {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}
        for name in converted.kept.keys() & {"Package", "Routes"}:
            metadata[name] = self.marks.read(converted.kept[name])
        return metadata

    def _outputs(self, outputs: Outputs, resource: Resource) -> Iterator[tuple[str, Json]]:
        """What a resource tells the program, under the names of the protocol; nothing of what is not known."""
        for name, what in outputs.items():
            value: Json
            if isinstance(what, str):
                value = self._output(what, resource)
            elif isinstance(what, tuple):
                value = [dict(self._outputs(item, resource)) for item in what]
            else:
                value = dict(self._outputs(what, resource))
            if value is not None:
                yield _camel(name), value
                if isinstance(what, tuple):
                    yield f"{_camel(name)}s", value

    def _output(self, what: str, resource: Resource) -> Json:
        if "{}" in what:
            world = {"region": resource.region, "account": resource.account, "partition": resource.partition}
            before, _, after = what.format("\0", **world).partition("\0")
            return self.marks.give(concat((before, self._named("", resource), after)))
        named = self._named(what, resource)
        if what.endswith(".Port"):
            return int(named) if isinstance(named, str) else None
        return self.marks.give(named)

    def _named(self, attribute: str, resource: Resource) -> str | Unknown:
        """What a reference to a resource gives."""
        value = resource.attributes.get(attribute) if attribute else resource.identity
        ref = Ref(resource.name, attribute or None)
        if isinstance(value, str):
            return Text(str(value), (ref,))
        if attribute == "Arn" and isinstance(resource.arn, str):
            return str(resource.arn)
        because = value.because if isinstance(value, Unknown) else f"{attribute} of {resource.type} is not modelled"
        return Unknown(because, ref)


def _nearest(path: Path, places: Mapping[Path, Place]) -> Place | None:
    """The place of a property, or of the nearest one around it."""
    return next((places[path[:end]] for end in range(len(path), 0, -1) if path[:end] in places), None)


def _as_written(inputs: dict[str, Any], places: Mapping[Path, Place]) -> dict[str, Any]:
    """Properties in the order in which the user wrote them; those that are not found come last."""

    def order(name: str) -> tuple[float, int]:
        place = places.get((snake(name),))
        return (place.line, place.column) if place else (math.inf, 0)

    return {name: inputs[name] for name in sorted(inputs, key=order)}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def _placed(converted: Converted, places: Mapping[Path, Place]) -> dict[Path, Place]:
    """The places of properties by CloudFormation's paths."""
    targets: dict[Path, list[Path]] = {}
    for to, origin in converted.origins.items():
        targets.setdefault(origin, []).append(to)
    placed: dict[Path, Place] = {}
    for path, place in places.items():
        words = tuple(snake(step) if isinstance(step, str) else step for step in path)
        for end in range(len(path), 0, -1):
            found = targets.get(words[:end]) or targets.get(path[:end])
            if found:
                placed |= {(*to, *path[end:]): place for to in found}
                break
    return placed
