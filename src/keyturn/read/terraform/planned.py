"""What the references in a plan's configuration give, as far as the plan knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from keyturn.graph import Unknown
from keyturn.read.policy_document import render
from keyturn.read.terraform.assembly import Assembly, Raw
from keyturn.read.terraform.reference import Reference, parse, whole


@dataclass(frozen=True, slots=True)
class ModuleCall:
    """One instance of a module: its configuration, and who calls it with what."""

    address: str
    configuration: Mapping[str, Any]
    parent: ModuleCall | None = None
    call: Mapping[str, Any] = field(default_factory=dict)
    index: str | int | None = None

    def inside(self, address: str) -> str:
        return f"{self.address}.{address}" if self.address else address


@dataclass(frozen=True, slots=True)
class Planned:
    """What a plan says of one instance of a resource or data source."""

    module: ModuleCall
    configuration: Mapping[str, Any]
    address: str
    index: str | int | None
    values: Mapping[str, Any]
    unknown: Any
    sensitive: Any


@dataclass(frozen=True, slots=True)
class References:
    """
    Follows references.

    Attributes:
        variables: What the root module is given.
        instances, modules: All that the plan tells of, by address.
        inputs: Gives what an instance is configured with.
    """

    assembly: Assembly
    variables: Mapping[str, Any]
    instances: Mapping[str, Planned]
    modules: Mapping[str, ModuleCall]
    inputs: Callable[[Planned], Mapping[str, Raw]]

    def late(self, names: list[str]) -> str:
        return self.assembly.marks.give(
            Unknown(f"worked out at deployment from {', '.join(names[:3]) or 'what is not told'}")
        )

    def value(self, text: str, instance: Planned, *, many: bool = False) -> Raw:
        """What a reference gives where an instance of a resource makes it."""
        reference = parse(text)
        if reference is None:
            return self.late([text])
        return self._resolved(reference, instance.module, instance.index, many)

    def _resolved(self, reference: Reference, module: ModuleCall, index: str | int | None, many: bool) -> Raw:
        match reference.kind:
            case "resource":
                return self._of_resource(reference, module, index, many)
            case "data":
                return self._of_data(reference, module, index)
            case "var":
                return self._of_variable(reference, module, many)
            case "module":
                return self._of_module(reference, module, index, many)
        return self.late([reference.name])

    def _of_resource(self, reference: Reference, module: ModuleCall, index: str | int | None, many: bool) -> Raw:
        addresses = self.assembly.instances(module.inside(reference.address.partition("[*]")[0].partition('["*"]')[0]))
        path = tuple(step for step in reference.path if step != "*")
        if not path:
            path = ("id",)
        if len(addresses) > 1 and not many:
            alike = [each for each in addresses if self.instances[each].index == index]
            addresses = alike if index is not None else addresses
        values = [self.assembly.attribute(each, path) for each in addresses]
        return values[0] if len(values) == 1 else values if many and values else self.late([reference.name])

    def _of_data(self, reference: Reference, module: ModuleCall, index: str | int | None) -> Raw:
        instance = self.instances.get(module.inside(reference.address))
        if instance is None and index is not None:
            instance = self.instances.get(module.inside(replace(reference, index=index).address))
        if instance is None:
            return self.late([reference.name])
        value: Any = instance.values
        for step in reference.path:
            value = within(value, step)
        if value is None and reference.name.startswith("aws_iam_policy_document."):
            return render(self.inputs(instance))
        return self.late([reference.name]) if value is None else value

    def _of_variable(self, reference: Reference, module: ModuleCall, many: bool) -> Raw:
        if module.parent is None:
            value: Any = self.variables.get(reference.name)
            for step in reference.path:
                value = within(value, step)
            return self.late([f"var.{reference.name}"]) if value is None else value
        expression = (module.call.get("expressions") or {}).get(reference.name) or {}
        if "constant_value" in expression:
            return expression["constant_value"]
        names = whole(expression.get("references") or ())
        values = [
            self._resolved(parsed, module.parent, module.index, many)
            for each in names
            if (parsed := parse(each)) is not None
        ]
        if many and values:
            return [item for each in values for item in (each if isinstance(each, list) else [each])]
        return values[0] if len(values) == 1 else self.late([f"var.{reference.name}"])

    def _of_module(self, reference: Reference, module: ModuleCall, index: str | int | None, many: bool) -> Raw:
        if not reference.path:
            return self.late([f"module.{reference.name}"])
        address = module.inside(f"module.{replace(reference, kind='resource').address}")
        called = self.modules.get(address) or (
            self.modules.get(f'{address}["{index}"]')
            if isinstance(index, str)
            else self.modules.get(f"{address}[{index}]")
        )
        if called is None:
            return self.late([f"module.{reference.name}"])
        return self.output(called, str(reference.path[0]), many=many)()

    def output(self, module: ModuleCall, name: str, *, many: bool = True) -> Callable[[], Raw]:
        def value() -> Raw:
            output = (module.configuration.get("outputs") or {}).get(name) or {}
            if output.get("sensitive"):
                return self.assembly.marks.give(Unknown(f"the output {name} is sensitive"))
            expression = output.get("expression") or {}
            if "constant_value" in expression:
                return expression["constant_value"]
            names = whole(expression.get("references") or ())
            values = [
                self._resolved(parsed, module, None, many) for each in names if (parsed := parse(each)) is not None
            ]
            return values[0] if len(values) == 1 else self.late(names)

        return value


def within(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(str(step))
    return (
        value[step] if isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value) else None
    )
