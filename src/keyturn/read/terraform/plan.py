"""
Terraform's plan as JSON (`terraform show -json`) -> the planned world.

The plan tells all that is known before deployment, and for what is not, which references it is made from. A value that is one reference
is followed; one that is worked out of several stays unknown, but for policies that `aws_iam_policy_document` renders.

Source: Terraform's "JSON output format", version 1; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from keyturn.graph import Graph, Place, Unknown
from keyturn.read.policy_document import render
from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.assembly import Assembly, Declared, Raw
from keyturn.read.terraform.reference import Reference, parse, whole
from keyturn.read.world import Options, Unreadable, World

MANY = ("ids", "arns", "groups", "subnets", "security_groups", "names", "roles", "identifiers", "values", "resources")
"""Endings of arguments that take lists: a reference to a resource of several instances is then all of them."""


EXTENDED = ("resources", "not_resources", "values")
"""What a policy document often makes longer: `"${aws_s3_bucket.logs.arn}/*"` is told by a plan just as the ARN itself is."""
NEVER_EXTENDED = ("aws_sqs_queue.", "aws_sns_topic.", "aws_kms_key.", "aws_secretsmanager_secret.", "aws_iam_role.")


def is_plan(data: Any) -> bool:
    """Whether JSON data is a plan of Terraform's, or the state of one as `terraform show -json` gives it."""
    return (
        isinstance(data, dict)
        and "format_version" in data
        and ("planned_values" in data or "terraform_version" in data)
    )


def read(file: str, data: Any, options: Options) -> Graph:
    """
    The planned world of a plan.

    Raises:
        Unreadable: It is damaged, or of a version that is not known.
    """
    if not str(data["format_version"]).startswith(("0.", "1.")):
        raise Unreadable(file, f"a plan of the format version {data['format_version']}, which is not known")
    if data.get("errored") is True:
        raise Unreadable(file, "the plan is one that failed")
    try:
        graph = _Plan(file, data, options).graph()
        if before := _changed(data):
            return replace(graph, previous=_Plan(file, before, options).graph())
        return graph
    except (AttributeError, KeyError, TypeError, IndexError) as error:
        raise Unreadable(file, f"not a whole plan: {type(error).__name__.lower()} {error}") from None
    except RecursionError:
        raise Unreadable(file, "nested too deep") from None


def _changed(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the plan will change, as it is now: the prior state of that, in the form of a plan; None if it changes nothing."""
    updates = {
        each["address"]
        for each in data.get("resource_changes") or ()
        if (each.get("change") or {}).get("actions") == ["update"]
    }

    def kept(module: Mapping[str, Any]) -> dict[str, Any]:
        own = [each for each in module.get("resources") or () if each["address"] in updates]
        return {**module, "resources": own, "child_modules": [kept(each) for each in module.get("child_modules") or ()]}

    state = ((data.get("prior_state") or {}).get("values") or {}).get("root_module") or {}
    if not updates or not state:
        return None
    before = {"planned_values": {"root_module": kept(state)}, "resource_changes": [], "prior_state": {}}
    return {**data, **before}


@dataclass(frozen=True, slots=True)
class _Module:
    """One instance of a module: its configuration, and who calls it with what."""

    address: str
    configuration: Mapping[str, Any]
    parent: _Module | None = None
    call: Mapping[str, Any] = field(default_factory=dict)
    index: str | int | None = None

    def inside(self, address: str) -> str:
        return f"{self.address}.{address}" if self.address else address


@dataclass(frozen=True, slots=True)
class _Instance:
    """What a plan says of one instance of a resource or data source."""

    module: _Module
    configuration: Mapping[str, Any]
    address: str
    index: str | int | None
    values: Mapping[str, Any]
    unknown: Any
    sensitive: Any


class _Plan:
    def __init__(self, file: str, data: Mapping[str, Any], options: Options) -> None:
        self.file = file
        self.data = data
        self.options = options
        self.configuration = data.get("configuration") or {}
        self.variables = {name: each.get("value") for name, each in (data.get("variables") or {}).items()}
        self.changes = {each["address"]: each.get("change") or {} for each in data.get("resource_changes") or ()}
        self.instances: dict[str, _Instance] = {}
        self.modules: dict[str, _Module] = {}
        self.assembly = Assembly(self._world(self.configuration, "aws"), file)

    def graph(self) -> Graph:
        values = self.data.get("planned_values") or self.data.get("values") or {}
        root = _Module("", self.configuration.get("root_module") or {})
        self._module(root, values.get("root_module") or {})
        self._deferred()
        for instance in self.instances.values():
            if not _is_data(instance):
                self.assembly.declare(self._declared(instance))
        outputs = {
            name: self._output(root, name) for name in root.configuration.get("outputs") or values.get("outputs") or {}
        }
        return self.assembly.graph(outputs)

    def _module(self, module: _Module, values: Mapping[str, Any]) -> None:
        self.modules[module.address] = module
        configured = {each["address"]: each for each in module.configuration.get("resources") or ()}
        for resource in values.get("resources") or ():
            own = resource["address"].removeprefix(f"{module.address}.") if module.address else resource["address"]
            configuration = configured.get(
                own.partition("[")[0], {"expressions": {}, "mode": resource.get("mode"), "type": resource["type"]}
            )
            change = self.changes.get(resource["address"], {})
            self.instances[resource["address"]] = _Instance(
                module,
                {**configuration, "type": resource["type"], "mode": resource.get("mode", "managed")},
                resource["address"],
                resource.get("index"),
                resource.get("values") or {},
                change.get("after_unknown") or {},
                resource.get("sensitive_values") or change.get("after_sensitive") or {},
            )
        calls = module.configuration.get("module_calls") or {}
        for child in values.get("child_modules") or ():
            reference = parse(
                child["address"].removeprefix(f"{module.address}.") if module.address else child["address"]
            )
            if reference is not None:
                call = calls.get(reference.name) or {}
                self._module(_Module(child["address"], call.get("module") or {}, module, call, reference.index), child)

    def _deferred(self) -> None:
        """Data sources: those read before, and those that are only read when what they refer to is made."""
        before = ((self.data.get("prior_state") or {}).get("values") or {}).get("root_module") or {}
        waiting = [before]
        while waiting:
            module = waiting.pop()
            waiting += module.get("child_modules") or ()
            for resource in module.get("resources") or ():
                if resource.get("mode") == "data":
                    self._data(
                        resource["address"],
                        resource.get("module_address", ""),
                        resource,
                        resource.get("values") or {},
                        {},
                    )
        for each in self.data.get("resource_changes") or ():
            if each.get("mode") == "data":
                change = each.get("change") or {}
                self._data(
                    each["address"],
                    each.get("module_address", ""),
                    each,
                    change.get("after") or {},
                    change.get("after_unknown") or {},
                )

    def _data(
        self, address: str, module_address: str, resource: Mapping[str, Any], values: Mapping[str, Any], unknown: Any
    ) -> None:
        if not module_address and address.startswith("module."):
            module_address = address[: address.index(".data.")]
        module = self.modules.get(module_address)
        if module is None:
            return
        own = address.removeprefix(f"{module_address}.").partition("[")[0]
        configured: Mapping[str, Any] = next(
            (each for each in module.configuration.get("resources") or () if each["address"] == own),
            {"expressions": {}},
        )
        configuration = {**configured, "type": resource["type"], "mode": "data"}
        self.instances[address] = _Instance(module, configuration, address, resource.get("index"), values, unknown, {})

    def _declared(self, instance: _Instance) -> Declared:
        module, configuration = instance.module, instance.configuration
        return Declared(
            address=instance.address,
            type=str(configuration["type"]),
            inputs=lambda: self._inputs(instance),
            world=self._world(self.configuration, configuration.get("provider_config_key", "aws")),
            place=Place(self.file),
            known=instance.values,
            depends_on=tuple(
                module.inside(reference.address)
                for each in configuration.get("depends_on") or ()
                if (reference := parse(each)) is not None and reference.kind == "resource"
            ),
        )

    def _world(self, configuration: Mapping[str, Any], provider: str) -> World:
        """Where a provider's resources are put; `--region` where the configuration does not say."""
        providers = configuration.get("provider_config") or {}
        expressions = (providers.get(provider) or providers.get(provider.rpartition(":")[2]) or {}).get(
            "expressions"
        ) or {}
        region = expressions.get("region") or {}
        value = region.get("constant_value")
        for reference in region.get("references") or ():
            parsed = parse(reference)
            if value is None and parsed is not None and parsed.kind == "var":
                value = self.variables.get(parsed.name)
        return World(
            value if isinstance(value, str) else self.options.region,
            self.options.account,
            self.options.stack or "stack",
        )

    def _inputs(self, instance: _Instance) -> dict[str, Raw]:
        """What a resource is configured with: what the plan knows, and references for what it does not."""
        expressions = instance.configuration.get("expressions") or {}
        if not expressions:
            return {name: value for name, value in instance.values.items() if value is not None}
        return self._block(expressions, instance.values, instance.unknown, instance.sensitive, instance)

    def _block(
        self, expressions: Mapping[str, Any], values: Any, unknown: Any, sensitive: Any, instance: _Instance
    ) -> dict[str, Raw]:
        block: dict[str, Raw] = {}
        for name, expression in expressions.items():
            value = self._argument(
                name, expression, _in(values, name), _in(unknown, name), _in(sensitive, name), instance
            )
            if value is not None:
                block[name] = value
        return block

    def _argument(
        self, name: str, expression: Any, value: Any, unknown: Any, sensitive: Any, instance: _Instance
    ) -> Raw:
        if sensitive is True:
            return self.assembly.marks.give(Unknown(f"{name} is sensitive"))
        if isinstance(expression, list):
            blocks = value if isinstance(value, list) else [None] * len(expression)
            return [
                self._block(
                    expression[min(index, len(expression) - 1)],
                    each,
                    _in(unknown, index),
                    _in(sensitive, index),
                    instance,
                )
                for index, each in enumerate(blocks)
                if expression
            ]
        if not isinstance(expression, Mapping):
            return value
        if "constant_value" in expression:
            return expression["constant_value"] if value is None else value
        if "references" in expression:
            return self._referring(name, expression["references"], value, unknown, instance)
        if isinstance(value, list):  # One nested block whose configuration is not a list.
            return [
                self._block(expression, each, _in(unknown, index), _in(sensitive, index), instance)
                for index, each in enumerate(value)
            ]
        return self._block(expression, value, unknown, sensitive, instance) or value

    def _referring(self, name: str, references: list[str], value: Any, unknown: Any, instance: _Instance) -> Raw:
        """The value of an argument that refers to others: as the plan knows it, with the way back where one reference gives just that."""
        names = whole(references)
        if value is not None and not _anything(unknown):
            if len(names) == 1 and isinstance(value, str):
                given = self._value(names[0], instance)
                if isinstance(given, str) and plain(given) == value:
                    return given
            return value
        given = [
            each
            for each in names
            if (parsed := parse(each)) is not None and parsed.kind not in ("each", "count", "path", "terraform")
        ]
        if name == "policy" or name.endswith(("_policy", "document")):
            if len(given) == 1 and ".aws_iam_policy_document." in f".{given[0]}":
                return self._value(given[0], instance)
            return Unknown(_why(names))
        if name in EXTENDED and not all(each.startswith(NEVER_EXTENDED) for each in given):
            return [self._late(names)]
        many = name.endswith(MANY) or isinstance(value, list)
        found = [self._value(each, instance, many=many) for each in given]
        if many:
            return [item for each in found for item in (each if isinstance(each, list) else [each])]
        if len(found) == 1 and isinstance(found[0], str):
            return found[0]
        return self._late(names)

    def _late(self, names: list[str]) -> str:
        return self.assembly.marks.give(
            Unknown(f"worked out at deployment from {', '.join(names[:3]) or 'what is not told'}")
        )

    def _value(self, text: str, instance: _Instance, *, many: bool = False) -> Raw:
        """What a reference gives where an instance of a resource makes it."""
        reference = parse(text)
        if reference is None:
            return self._late([text])
        return self._resolved(reference, instance.module, instance.index, many)

    def _resolved(self, reference: Reference, module: _Module, index: str | int | None, many: bool) -> Raw:
        match reference.kind:
            case "resource":
                return self._of_resource(reference, module, index, many)
            case "data":
                return self._of_data(reference, module, index)
            case "var":
                return self._of_variable(reference, module, many)
            case "module":
                return self._of_module(reference, module, index, many)
        return self._late([reference.name])

    def _of_resource(self, reference: Reference, module: _Module, index: str | int | None, many: bool) -> Raw:
        addresses = self.assembly.instances(module.inside(reference.address.partition("[*]")[0].partition('["*"]')[0]))
        path = tuple(step for step in reference.path if step != "*")
        if not path:
            path = ("id",)
        if len(addresses) > 1 and not many:
            alike = [each for each in addresses if self.instances[each].index == index]
            addresses = alike if index is not None else addresses
        values = [self.assembly.attribute(each, path) for each in addresses]
        return values[0] if len(values) == 1 else values if many and values else self._late([reference.name])

    def _of_data(self, reference: Reference, module: _Module, index: str | int | None) -> Raw:
        instance = self.instances.get(module.inside(reference.address))
        if instance is None and index is not None:
            instance = self.instances.get(module.inside(replace(reference, index=index).address))
        if instance is None:
            return self._late([reference.name])
        value: Any = instance.values
        for step in reference.path:
            value = _in(value, step)
        if value is None and reference.name.startswith("aws_iam_policy_document."):
            return render(self._inputs(instance))
        return self._late([reference.name]) if value is None else value

    def _of_variable(self, reference: Reference, module: _Module, many: bool) -> Raw:
        if module.parent is None:
            value: Any = self.variables.get(reference.name)
            for step in reference.path:
                value = _in(value, step)
            return self._late([f"var.{reference.name}"]) if value is None else value
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
        return values[0] if len(values) == 1 else self._late([f"var.{reference.name}"])

    def _of_module(self, reference: Reference, module: _Module, index: str | int | None, many: bool) -> Raw:
        if not reference.path:
            return self._late([f"module.{reference.name}"])
        address = module.inside(f"module.{replace(reference, kind='resource').address}")
        called = self.modules.get(address) or (
            self.modules.get(f'{address}["{index}"]')
            if isinstance(index, str)
            else self.modules.get(f"{address}[{index}]")
        )
        if called is None:
            return self._late([f"module.{reference.name}"])
        return self._output(called, str(reference.path[0]), many=many)()

    def _output(self, module: _Module, name: str, *, many: bool = True) -> Callable[[], Raw]:
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
            return values[0] if len(values) == 1 else self._late(names)

        return value


def _why(names: list[str]) -> str:
    return f"worked out at deployment from {', '.join(names[:3]) or 'what the plan does not tell'}"


def _is_data(instance: _Instance) -> bool:
    return bool(instance.configuration.get("mode") == "data")


def _in(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(str(step))
    return (
        value[step] if isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value) else None
    )


def _anything(unknown: Any) -> bool:
    """Whether any part of a value is unknown."""
    if isinstance(unknown, Mapping):
        return any(_anything(each) for each in unknown.values())
    if isinstance(unknown, list):
        return any(_anything(each) for each in unknown)
    return unknown is True
