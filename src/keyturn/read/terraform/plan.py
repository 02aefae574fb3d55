"""
Terraform's plan as JSON (`terraform show -json`) -> the planned world.

The plan tells all that is known before deployment, and for what is not, which references it is made from. A value that is one reference
is followed; one that is worked out of several stays unknown, but for policies that `aws_iam_policy_document` renders.

Source: Terraform's "JSON output format", version 1; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from keyturn.graph import Graph, Place, Remark, Unknown
from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.assembly import Assembly, Declared, Raw
from keyturn.read.terraform.planned import ModuleCall, Planned, References, within
from keyturn.read.terraform.providers import account_of
from keyturn.read.terraform.reference import parse, whole
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
        if before := _kept(data):
            return replace(graph, previous=_Plan(file, before, options).graph())
        return graph
    except (AttributeError, KeyError, TypeError, IndexError) as error:
        raise Unreadable(file, f"not a whole plan: {type(error).__name__.lower()} {error}") from None
    except RecursionError:
        raise Unreadable(file, "nested too deep") from None


def _kept(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the plan will change or leave, as it is now: the prior state of that, in the form of a plan; None if there is nothing."""
    updates = {
        each["address"]
        for each in data.get("resource_changes") or ()
        if (each.get("change") or {}).get("actions") in (["update"], ["no-op"])
    }

    def kept(module: Mapping[str, Any]) -> dict[str, Any]:
        own = [each for each in module.get("resources") or () if each["address"] in updates]
        return {**module, "resources": own, "child_modules": [kept(each) for each in module.get("child_modules") or ()]}

    state = ((data.get("prior_state") or {}).get("values") or {}).get("root_module") or {}
    if not updates or not state:
        return None
    before = {"planned_values": {"root_module": kept(state)}, "resource_changes": [], "prior_state": {}}
    return {**data, **before}


class _Plan:
    def __init__(self, file: str, data: Mapping[str, Any], options: Options) -> None:
        self.file = file
        self.data = data
        self.options = options
        self.configuration = data.get("configuration") or {}
        self.variables = {name: each.get("value") for name, each in (data.get("variables") or {}).items()}
        self.changes = {each["address"]: each.get("change") or {} for each in data.get("resource_changes") or ()}
        self.account = _own_account(data) or options.account
        self.instances: dict[str, Planned] = {}
        self.modules: dict[str, ModuleCall] = {}
        self.assembly = Assembly(self._world(self.configuration, "aws"), file)
        self.references = References(self.assembly, self.variables, self.instances, self.modules, self._inputs)

    def graph(self) -> Graph:
        values = self.data.get("planned_values") or self.data.get("values") or {}
        root = ModuleCall("", self.configuration.get("root_module") or {})
        self._module(root, values.get("root_module") or {})
        self._deferred()
        for instance in self.instances.values():
            if not _is_data(instance):
                self.assembly.declare(self._declared(instance))
        for each in self.data.get("deferred_changes") or ():
            told = f"`{each['resource_change']['address']}` is put off to a later plan: it is not looked at"
            self.assembly.remarks.append(Remark(Place(self.file), told))
        known = values.get("outputs") or {}
        outputs = {
            name: self._output(root, name, known.get(name) or {}) for name in root.configuration.get("outputs") or known
        }
        return self.assembly.graph(outputs)

    def _output(self, root: ModuleCall, name: str, known: Mapping[str, Any]) -> Callable[[], Raw]:
        """What gives an output: what the plan says of it, where it does, else what it refers to."""
        if "value" in known and not known.get("sensitive"):
            return lambda: known["value"]
        return self.references.output(root, name)

    def _module(self, module: ModuleCall, values: Mapping[str, Any]) -> None:
        self.modules[module.address] = module
        configured = {each["address"]: each for each in module.configuration.get("resources") or ()}
        for resource in values.get("resources") or ():
            own = resource["address"].removeprefix(f"{module.address}.") if module.address else resource["address"]
            configuration = configured.get(
                own.partition("[")[0], {"expressions": {}, "mode": resource.get("mode"), "type": resource["type"]}
            )
            change = self.changes.get(resource["address"], {})
            self.instances[resource["address"]] = Planned(
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
                self._module(
                    ModuleCall(child["address"], call.get("module") or {}, module, call, reference.index), child
                )

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
        self.instances[address] = Planned(module, configuration, address, resource.get("index"), values, unknown, {})

    def _declared(self, instance: Planned) -> Declared:
        module, configuration = instance.module, instance.configuration
        return Declared(
            address=instance.address,
            type=str(configuration["type"]),
            inputs=lambda: self._inputs(instance),
            world=self._world(self.configuration, configuration.get("provider_config_key", "aws")),
            place=Place(self.file),
            known=instance.values,
            tags=_all_tags(instance),
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
        roles = expressions.get("assume_role") or ()
        region = self._told(expressions.get("region"))
        return World(
            region if isinstance(region, str) else self.options.region,
            account_of(
                self._told(expressions.get("allowed_account_ids")),
                [self._told(within(each, "role_arn")) for each in roles] if isinstance(roles, list) else (),
                self.account,
            ),
            self.options.stack or "stack",
        )

    def _told(self, expression: Any) -> Any:
        """What an argument of a provider says: a constant, or the value of one variable; None where it is more than that."""
        if "constant_value" in (expression or {}):
            return expression["constant_value"]
        parsed = [parse(each) for each in within(expression, "references") or ()]
        names = [each.name for each in parsed if each is not None and each.kind == "var" and not each.path]
        return self.variables.get(names[0]) if len(parsed) == len(names) == 1 else None

    def _inputs(self, instance: Planned) -> dict[str, Raw]:
        """What a resource is configured with: what the plan knows, and references for what it does not."""
        expressions = instance.configuration.get("expressions") or {}
        if not expressions:
            return {name: value for name, value in instance.values.items() if value is not None}
        return self._block(expressions, instance.values, instance.unknown, instance.sensitive, instance)

    def _block(
        self, expressions: Mapping[str, Any], values: Any, unknown: Any, sensitive: Any, instance: Planned
    ) -> dict[str, Raw]:
        block: dict[str, Raw] = {}
        for name, expression in expressions.items():
            value = self._argument(
                name, expression, within(values, name), within(unknown, name), within(sensitive, name), instance
            )
            if value is not None:
                block[name] = value
        return block

    def _argument(self, name: str, expression: Any, value: Any, unknown: Any, sensitive: Any, instance: Planned) -> Raw:
        if sensitive is True:
            return self.assembly.marks.give(Unknown(f"{name} is sensitive"))
        if isinstance(expression, list):
            blocks = value if isinstance(value, list) else [None] * len(expression)
            return [
                self._block(
                    expression[min(index, len(expression) - 1)],
                    each,
                    within(unknown, index),
                    within(sensitive, index),
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
                self._block(expression, each, within(unknown, index), within(sensitive, index), instance)
                for index, each in enumerate(value)
            ]
        return self._block(expression, value, unknown, sensitive, instance) or value

    def _referring(self, name: str, references: list[str], value: Any, unknown: Any, instance: Planned) -> Raw:
        """The value of an argument that refers to others: as the plan knows it, with the way back where one reference gives just that."""
        names = whole(references)
        if value is not None and not _anything(unknown):
            if len(names) == 1 and isinstance(value, str):
                given = self.references.value(names[0], instance)
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
                return self.references.value(given[0], instance)
            return Unknown(_why(names))
        if name in EXTENDED and not all(each.startswith(NEVER_EXTENDED) for each in given):
            return [self.references.late(names)]
        many = name.endswith(MANY) or isinstance(value, list)
        found = [self.references.value(each, instance, many=many) for each in given]
        if many:
            return [item for each in found for item in (each if isinstance(each, list) else [each])]
        if len(found) == 1 and isinstance(found[0], str):
            return found[0]
        return self.references.late(names)


def _why(names: list[str]) -> str:
    return f"worked out at deployment from {', '.join(names[:3]) or 'what the plan does not tell'}"


def _all_tags(instance: Planned) -> Mapping[str, Any]:
    """The tags of a resource with those that its provider gives it."""
    return {} if _anything(within(instance.sensitive, "tags_all")) else instance.values.get("tags_all") or {}


def _own_account(data: Mapping[str, Any]) -> str | None:
    """The account that the plan was made in, where its `aws_caller_identity` tells just one."""

    def accounts(module: Mapping[str, Any]) -> Iterator[str]:
        for each in module.get("resources") or ():
            if each.get("type") == "aws_caller_identity":
                yield str((each.get("values") or {}).get("account_id"))
        for child in module.get("child_modules") or ():
            yield from accounts(child)

    found = set(accounts(((data.get("prior_state") or {}).get("values") or {}).get("root_module") or {}))
    return found.pop() if len(found) == 1 else None


def _is_data(instance: Planned) -> bool:
    return bool(instance.configuration.get("mode") == "data")


def _anything(unknown: Any) -> bool:
    """Whether any part of a value is unknown."""
    if isinstance(unknown, Mapping):
        return any(_anything(each) for each in unknown.values())
    if isinstance(unknown, list):
        return any(_anything(each) for each in unknown)
    return unknown is True
