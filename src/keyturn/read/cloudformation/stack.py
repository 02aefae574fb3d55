"""The resources of a template: what one mentions is evaluated before it is through, so that it can be told what that will be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from keyturn.graph import Graph, Parameter, Path, Remark, Resource, Unknown, Value
from keyturn.read.cloudformation.elsewhere import Elsewhere
from keyturn.read.cloudformation.evaluate import ASIDE, NO_VALUE, Evaluator
from keyturn.read.cloudformation.invalid import TemplateError, undeclared
from keyturn.read.cloudformation.mentions import mentions
from keyturn.read.cloudformation.nested import TYPE, Nest, attributes, given, template_of
from keyturn.read.cloudformation.places import Places
from keyturn.read.identity import Identity, identify, shape_of
from keyturn.read.order import unravelled
from keyturn.read.source import Source
from keyturn.read.weak import weakly
from keyturn.read.world import Unreadable, World

DEEPEST = 8
"""How many resources may wait for what they mention, before all that the last of them needs is put in order first."""
KEPT = ("DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy", "Metadata")
"""What a resource may carry beside its properties."""


class Stack:
    """The resources of one template, as they will stand."""

    def __init__(
        self,
        source: Source,
        world: World,
        parameters: Mapping[str, Parameter],
        elsewhere: Elsewhere,
        nest: Nest,
    ) -> None:
        self.source = source
        self.world = world
        self.evaluator = Evaluator(source, world, parameters, weakly(self._identity), elsewhere)
        self.nest = nest
        self.nested: list[Graph] = []
        self._made: dict[str, Resource] = {}
        self._known: dict[str, Identity] = {}
        """What the resources are known by: those that are made, and those that were mentioned before that, by a circle."""
        self._open: dict[str, None] = {}
        """Those that wait for what they mention, in the order of their mention."""
        self._in_order = False
        """Whether what is mentioned is made before what mentions it, since too many would wait."""
        self._naming: list[str] = []
        """Those whose name alone is being worked out."""

    @property
    def remarks(self) -> tuple[Remark, ...]:
        return tuple(self.evaluator.remarks)

    def resources(self) -> dict[str, Resource]:
        """
        Evaluate all.

        Raises:
            TemplateError: CloudFormation would refuse the template.
        """
        for name in self.evaluator.conditions.declared:
            self.evaluator.conditions.holds(name, ("Conditions", name))
        kept = [name for name in self.evaluator.resources if self._kept(name)]
        for name in kept:
            self._make(name)
        return {name: self._made[name] for name in kept}

    def _make(self, name: str) -> None:
        if name not in self._made:
            self._open[name] = None
            origins = self.evaluator.origins
            self._made[name] = self._resource(name)
            self.evaluator.origins = origins
            del self._open[name]

    def _make_in_order(self, name: str) -> None:
        """Make a resource after all that it needs, and so without recursion."""
        needs: dict[str, list[str]] = {}
        waiting = [name]
        while waiting:
            each = waiting.pop()
            if each not in needs and each not in self._open and self._to_be_made(each):
                needs[each] = [*mentions(self.evaluator.resources[each].get("Properties"), self.evaluator.conditions)]
                waiting += needs[each]
        self._in_order = True
        for each in unravelled(needs):
            self._make(each)
        self._in_order = False

    def _kept(self, name: str) -> bool:
        """Whether a resource is made. One whose condition is unknown is taken to be, and that is told."""
        declared = self.evaluator.resources[name]
        path = ("Resources", name)
        if not isinstance(declared, dict):
            raise TemplateError(path, f"the resource `{name}` is not an object")
        if not isinstance(declared.get("Type"), str):
            raise TemplateError(path, f"the resource `{name}` has no `Type`")
        taken = self.evaluator.taken(name)
        if isinstance(taken, Unknown):
            told = f"whether `{name}` is made is unknown: {taken.because}; it is taken to be"
            self.evaluator.remarks.append(Remark(self.source.place((*path, "Condition")), told))
        return taken is not False

    def _to_be_made(self, name: str) -> bool:
        return name in self.evaluator.resources and name not in self._made and self.evaluator.taken(name) is not False

    def _depends_on(self, name: str, declared: Mapping[str, Any]) -> tuple[str, ...]:
        """What it is declared to depend on; CloudFormation passes over a resource that its condition leaves out."""
        names = declared.get("DependsOn", ())
        path: Path = ("Resources", name, "DependsOn")
        names = [names] if isinstance(names, str) else names
        if not isinstance(names, list | tuple):
            raise TemplateError(path, "`DependsOn` is a name or a list of names")
        for each in names:
            if not isinstance(each, str) or (each not in self.evaluator.resources and not self.source.added):
                raise TemplateError(path, f"`DependsOn` names {undeclared(str(each), self.evaluator.resources)}")
        known = self.evaluator.resources
        return tuple(each for each in names if each in known and self.evaluator.taken(each) is not False)

    def _resource(self, name: str) -> Resource:
        declared = self.evaluator.resources[name]
        type_ = declared["Type"]
        properties, origins = self._properties(name, declared)
        identity = identify(name, type_, properties, self.world)
        metadata = {
            key: self.evaluator.value(declared[key], ("Resources", name, key), ASIDE) for key in KEPT if key in declared
        }
        if type_ == TYPE:
            identity = replace(identity, attributes=self._outputs(name, properties, metadata))
        self._known[name] = identity
        return Resource(
            name=name,
            type=type_,
            properties=properties,
            place=self.source.place(("Resources", name)),
            places=Places(self.source, ("Resources", name, "Properties"), properties, origins),
            identity=identity.identity,
            arn=identity.arn,
            attributes=identity.attributes,
            depends_on=self._depends_on(name, declared),
            region=self.world.region,
            account=self.world.account,
            partition=self.world.partition,
            label=_construct(metadata),
            metadata=metadata,
        )

    def _outputs(
        self, name: str, properties: Mapping[str, Value], metadata: Mapping[str, Value]
    ) -> Mapping[str, Value]:
        """What a nested stack gives, if its template can be read here."""
        file = template_of(self.source.file, properties, metadata)
        if file is None:
            return {}
        try:
            nested = self.nest(name, file, given(properties))
        except Unreadable as error:
            told = f"the template of the nested stack `{name}` cannot be read: {error.message}"
            self.evaluator.remarks.append(Remark(self.source.place(("Resources", name)), told))
            return {}
        self.nested.append(nested)
        return attributes(nested)

    def _properties(self, name: str, declared: Mapping[str, Any]) -> tuple[Mapping[str, Value], Mapping[Path, Path]]:
        written = declared.get("Properties")
        path: Path = ("Resources", name, "Properties")
        self.evaluator.origins = {}
        if written is None:
            return {}, {}
        properties = self.evaluator.value(written, path, ())
        if properties is NO_VALUE:
            return {}, {}
        if not isinstance(properties, Mapping):
            raise TemplateError(path, f"the properties of `{name}` are not an object")
        return properties, self.evaluator.origins

    def _identity(self, name: str) -> Identity:
        """What a resource is known by; of one that waits for its own mention, as much as its name says."""
        if (known := self._known.get(name)) is not None:
            return known
        if name not in self._open and not self._in_order:
            if len(self._open) < DEEPEST:
                self._make(name)
            else:
                self._make_in_order(name)
            return self._known[name]
        # A circle is for a check to tell of: all of it can be read but what one of its members is known by.
        identity = self._named(name)
        if name not in self._naming:
            self._known[name] = identity
        return identity

    def _named(self, name: str) -> Identity:
        """What is known of a resource by its name alone."""
        declared = self.evaluator.resources[name]
        written, shape = declared.get("Properties"), shape_of(declared["Type"])
        properties: dict[str, Value] = {}
        if shape and shape.name and isinstance(written, dict) and shape.name in written:
            if name in self._naming:
                return Identity(Unknown(f"{name} is named after itself"))
            self._naming.append(name)
            origins = self.evaluator.origins
            value = self.evaluator.value(written[shape.name], ("Resources", name, "Properties", shape.name), ASIDE)
            self.evaluator.origins = origins
            self._naming.pop()
            if value is not NO_VALUE:
                properties[shape.name] = value
        return identify(name, declared["Type"], properties, self.world)


def _construct(metadata: Mapping[str, Value]) -> str:
    """What CDK calls a resource: the path of its construct; empty for a template that CDK did not make."""
    noted = metadata.get("Metadata")
    path = noted.get("aws:cdk:path") if isinstance(noted, Mapping) else None
    return str(path).removesuffix("/Resource") if isinstance(path, str) else ""
