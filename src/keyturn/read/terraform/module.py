"""
A Terraform configuration, its modules included -> the planned world.

What can be worked out without AWS is: variables, locals, functions, counts, modules on this machine. The rest is unknown, with the reason.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path as File

from keyturn.graph import Graph, Remark, Unknown
from keyturn.read.terraform import data
from keyturn.read.terraform.assembly import Assembly, Declared
from keyturn.read.terraform.blocks import inputs
from keyturn.read.terraform.calls import Call, alias_of, depended_on, fetched, instance_of, is_true
from keyturn.read.terraform.configuration import Configuration, Found, load, values
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.evaluate import Budget, Evaluator
from keyturn.read.terraform.hcl.functions import functions
from keyturn.read.terraform.hcl.syntax import Expression, Literal, Object
from keyturn.read.terraform.hcl.values import Instance, Lazy, Raw, settled, text
from keyturn.read.terraform.places import places
from keyturn.read.terraform.providers import Provider, provider
from keyturn.read.terraform.types import converted, written
from keyturn.read.world import Options, Unreadable, World

DEEPEST = 20
"""How deep modules may call each other."""


def read(path: str, options: Options, *, texts: Mapping[str, str] | None = None) -> Graph:
    """
    The planned world of a folder of Terraform files, or of one file.

    Args:
        texts: What files say that say something else on disk: those that are about to be edited.

    Raises:
        Unreadable: A file cannot be read.
    """
    named = File(path)
    folder = named if named.is_dir() else named.parent
    configuration = load(folder, None if named.is_dir() else [named], texts=texts)
    assembly = Assembly(World(options.region, options.account, options.stack or "stack"), path)
    given: dict[str, Callable[[], Raw]] = {}
    root = Module(Call("", "", fetched(folder), texts or {}, folder), configuration, assembly, Budget(), given, {})
    for name, expression in values(folder, options.variable_files).items():
        given[name] = functools.partial(root.value, expression)
    for name, whole in options.parameters.items():
        given[name] = functools.partial(_typed, root, name, whole)
    try:
        root.declare()
        assembly.world = root.provider("").world
        graph = assembly.graph({name: root.told(name) for name in configuration.outputs})
    except RecursionError:
        raise Unreadable(path, "nested too deep") from None
    return dataclasses.replace(graph, as_of=options.as_of)


def _typed(module: Module, name: str, whole: str) -> Raw:
    """What is given for a variable on the command line."""
    found = module.configuration.variables.get(name)
    type_ = found.block.body.arguments.get("type") if found else None
    return written(whole, type_.value if type_ else None, module.value)


class Module:
    """
    One instance of a module.

    Args:
        given: What gives each of its variables.
        providers: By alias, empty for the one without.
    """

    def __init__(
        self,
        call: Call,
        configuration: Configuration,
        assembly: Assembly,
        budget: Budget,
        given: Mapping[str, Callable[[], Raw]],
        providers: Mapping[str, Provider],
    ) -> None:
        self.call = call
        self.configuration = configuration
        self.assembly = assembly
        self.budget = budget
        self.given = given
        self.providers = dict(providers)
        self.modules: dict[str, Raw] = {}
        self._known: dict[tuple[str, str], Raw] = {}
        self._open: set[tuple[str, str]] = set()
        self.evaluator = self._evaluator()

    def declare(self) -> None:
        """Tell the assembly of every resource, those of the modules it calls included."""
        self.assembly.remarks += self.configuration.remarks
        for found in self.configuration.providers:
            if found.name == "aws":
                self._provider(found)
        for name in self.configuration.modules:
            self._module(name)
        for name, found in self.configuration.resources.items():
            for key, names in self._instances(found):
                self.assembly.declare(self._declared(name, found, key, names))

    def told(self, name: str) -> Callable[[], Raw]:
        """What gives an output of the whole configuration: of a resource, what it is known by."""

        def value() -> Raw:
            try:
                return settled(self.output(name)())
            except HclError as error:
                return self.assembly.marks.give(Unknown(error.because))

        return value

    def output(self, name: str) -> Callable[[], Raw]:
        """What gives an output."""

        def value() -> Raw:
            argument = self.configuration.outputs[name].block.body.arguments.get("value")
            return None if argument is None else self.raw(argument.value)

        return lambda: self._once("output", name, value)

    def value(self, expression: Expression, evaluator: Evaluator | None = None) -> Raw:
        """What an expression gives; where it cannot be worked out, a mark that says why."""
        try:
            return (evaluator or self.evaluator).value(expression)
        except HclError as error:
            return self.assembly.marks.give(Unknown(error.because))

    def raw(self, expression: Expression, evaluator: Evaluator | None = None) -> Raw:
        """The same, but resources and modules in it can still be asked for what they tell."""
        try:
            return (evaluator or self.evaluator).raw(expression)
        except HclError as error:
            return self.assembly.marks.give(Unknown(error.because))

    def provider(self, alias: str) -> Provider:
        return self.providers.get(alias) or self.providers.get("") or Provider(self.assembly.world)

    def variable(self, name: str) -> Raw:
        """The value of a variable."""
        found = self.configuration.variables.get(name)
        if found is None:
            raise HclError(f"`var.{name}` is not declared")

        def value() -> Raw:
            arguments = found.block.body.arguments
            if "sensitive" in arguments and self.value(arguments["sensitive"].value) is True:
                return self.assembly.marks.give(Unknown(f"var.{name} is sensitive"))
            if name in self.given:
                given = self.given[name]()
            elif "default" in arguments:
                given = self.value(arguments["default"].value)
            else:
                return self.assembly.marks.give(Unknown(f"var.{name} is not given and has no default"))
            return converted(given, arguments["type"].value, self.value) if "type" in arguments else given

        return self._once("var", name, value)

    def local(self, name: str) -> Raw:
        """The value of a local."""
        if name not in self.configuration.locals:
            raise HclError(f"`local.{name}` is not declared")
        return self._once("local", name, lambda: self.raw(self.configuration.locals[name][0].value))

    def resource(self, type_: str, name: str) -> Raw:
        """A resource: an instance, a list of them, or an object of them."""
        found = self.configuration.resources.get(f"{type_}.{name}")
        if found is None:
            raise HclError(f"`{type_}.{name}` is not declared")
        made = {key: self._instance(f"{type_}.{name}", key) for key, _ in self._instances(found)}
        if "count" in found.block.body.arguments and None not in made:
            return list(made.values())
        return {str(key): each for key, each in made.items()} if None not in made else made[None]

    def data(self, type_: str, name: str) -> Raw:
        """What a data source tells, as far as that can be told without AWS."""
        found = self.configuration.data.get(f"{type_}.{name}")
        if found is None:
            raise HclError(f"`data.{type_}.{name}` is not declared")

        def source(names: Mapping[str, Raw]) -> Raw:
            evaluator = self.evaluator.within(names)
            asked = inputs(found.block.body, self.value, evaluator)
            world = self.provider(self._alias(found, evaluator)).world
            return data.told(type_, name, asked, world, self.assembly.marks)

        made = {key: source(names) for key, names in self._instances(found)}
        if "count" in found.block.body.arguments and None not in made:
            return list(made.values())
        return {str(key): each for key, each in made.items()} if None not in made else made[None]

    def _evaluator(self) -> Evaluator:
        types = {type_.partition(".")[0] for type_ in self.configuration.resources}
        names: dict[str, Raw] = {
            **{type_: Lazy(functools.partial(self.resource, type_)) for type_ in types},
            "var": Lazy(self.variable),
            "local": Lazy(self.local),
            "data": Lazy(lambda type_: Lazy(functools.partial(self.data, type_))),
            "module": Lazy(self._module),
            "ephemeral": Lazy(lambda type_: Lazy(functools.partial(self._ephemeral, type_))),
            "path": {"module": self.call.seen(self.configuration.folder), "root": ".", "cwd": self.call.whole},
            "terraform": {"workspace": "default"},
        }
        return Evaluator(names, self.assembly.marks, functions(self.call.root, self._rendering), self.budget)

    def _ephemeral(self, type_: str, name: str) -> Raw:
        return self.assembly.marks.give(Unknown(f"ephemeral.{type_}.{name} is there only while Terraform runs"))

    def _rendering(self, names: Mapping[str, Raw]) -> Evaluator:
        """An evaluator for a file that is a template: it knows these names only."""
        return Evaluator(names, self.assembly.marks, functions(self.call.root, self._rendering), self.budget)

    def _once(self, kind: str, name: str, give: Callable[[], Raw]) -> Raw:
        key = (kind, name)
        if key not in self._known:
            if key in self._open:
                raise HclError(f"`{kind}.{name}` refers to itself")
            self._open.add(key)
            try:
                self._known[key] = give()
            finally:
                self._open.discard(key)
        return self._known[key]

    def _instances(self, found: Found) -> list[tuple[str | int | None, dict[str, Raw]]]:
        """The instances that `count` or `for_each` asks for: their keys, and the names that hold in each."""
        keys: list[tuple[str | int | None, dict[str, Raw]]] = self._once(
            "instances", ".".join((found.block.type, *found.block.labels)), lambda: self._counted(found)
        )
        return keys

    def _counted(self, found: Found) -> list[tuple[str | int | None, dict[str, Raw]]]:
        arguments = found.block.body.arguments
        for name in ("count", "for_each"):
            if name not in arguments:
                continue
            value = self.raw(arguments[name].value)
            if isinstance(value, Instance):
                value = value.settled()
            if name == "count" and isinstance(value, int | float) and not isinstance(value, bool):
                return [(index, {"count": {"index": index}}) for index in range(min(int(value), 1000))]
            if name == "for_each" and isinstance(value, dict):
                return [(key, {"each": {"key": key, "value": each}}) for key, each in value.items()]
            if name == "for_each" and isinstance(value, list):
                keys = settled(value)
                return [(text(each), {"each": {"key": each, "value": each}}) for each in keys]
            unknown = self.assembly.marks.give(Unknown(f"`{name}` is not known before deployment"))
            place = (arguments[name].written or found.written).place(arguments[name].offset)
            self.assembly.remarks.append(
                Remark(place, f"`{name}` is not known before deployment: one instance is looked at")
            )
            return [(None, {"count": {"index": unknown}, "each": {"key": unknown, "value": unknown}})]
        return [(None, {})]

    def _instance(self, name: str, key: str | int | None) -> Instance:
        return Instance(self._inside(name, key), (), self.assembly.attribute)

    def _inside(self, name: str, key: str | int | None) -> str:
        address = name if key is None else f"{name}[{json.dumps(key, ensure_ascii=False)}]"
        return f"{self.call.address}.{address}" if self.call.address else address

    def _declared(self, name: str, found: Found, key: str | int | None, names: Mapping[str, Raw]) -> Declared:
        body = found.block.body
        evaluator = self.evaluator.within(names)
        needed = body.arguments.get("depends_on")
        provider_ = self.provider(self._alias(found, evaluator))
        return Declared(
            address=self._inside(name, key),
            type=found.block.labels[0],
            inputs=lambda: inputs(body, self.value, evaluator),
            world=provider_.world,
            tags=provider_.tags,
            place=found.place,
            places=places(body, found.written, self.configuration),
            depends_on=tuple(self._inside(each, None) for each in depended_on(needed)),
            keep=any(is_true(block, "prevent_destroy") for block in body.of_type("lifecycle")),
        )

    def _alias(self, found: Found, evaluator: Evaluator) -> str:
        """The alias of the provider that a block asks for; empty for the one without."""
        argument = found.block.body.arguments.get("provider")
        return "" if argument is None else alias_of(argument.value, lambda key: self.value(key, evaluator))

    def _provider(self, found: Found) -> None:
        arguments = found.block.body.arguments
        alias = self.value(arguments["alias"].value) if "alias" in arguments else ""
        for key, names in self._counted(found):
            evaluator = self.evaluator.within(names)

            def known(expression: Expression, evaluator: Evaluator = evaluator) -> Raw:
                value = self.value(expression, evaluator)
                return None if evaluator.unknown(value) else value

            self.providers[instance_of(alias, key)] = provider(found.block, self.assembly.world, known)

    def _module(self, name: str) -> Raw:
        """What tells of a module that is called: its outputs, by instance."""
        if name not in self.modules:
            found = self.configuration.modules.get(name)
            if found is None:
                raise HclError(f"`module.{name}` is not declared")
            self.modules[name] = self._called(name, found)
        return self.modules[name]

    def _called(self, name: str, found: Found) -> Raw:
        folder = self._source(name, found)
        if folder is None or self.call.depth >= DEEPEST:
            told = f"the module `{name}` is not on this machine: what it makes is not looked at"
            self.assembly.unseen.append((Remark(found.place, told), functools.partial(self._given, found)))
            return self.assembly.marks.give(Unknown(f"module.{name} is not on this machine"))
        configuration = load(folder, texts=self.call.texts)
        made = {key: self._inner(name, found, configuration, key, names) for key, names in self._instances(found)}
        for module in made.values():
            module.declare()
        outputs = {key: Lazy(functools.partial(_output, module)) for key, module in made.items()}
        if None in outputs:
            return outputs[None]
        return (
            list(outputs.values())
            if "count" in found.block.body.arguments
            else {str(key): each for key, each in outputs.items()}
        )

    def _inner(
        self, name: str, found: Found, configuration: Configuration, key: str | int | None, names: Mapping[str, Raw]
    ) -> Module:
        """One instance of a module that is called."""
        evaluator = self.evaluator.within(names)
        given = {
            variable: functools.partial(self.raw, argument.value, evaluator)
            for variable, argument in found.block.body.arguments.items()
            if variable in configuration.variables
        }
        passed = {"": self.provider("")}
        providers = found.block.body.arguments.get("providers")
        if providers is not None and isinstance(providers.value, Object):
            for _, inner, outer in providers.value.items:
                own = alias_of(inner, self.value)
                passed[own] = self.provider(alias_of(outer, lambda key: self.value(key, evaluator)))
        address = self._inside(f"module.{name}", key)
        call = dataclasses.replace(self.call, address=address, key=self._key(name), depth=self.call.depth + 1)
        return Module(call, configuration, self.assembly, self.budget, given, passed)

    def _given(self, found: Found) -> Raw:
        """All that a module is called with."""
        (_, names), *_ = self._instances(found) or [(None, {})]
        return inputs(found.block.body, self.value, self.evaluator.within(names))

    def _key(self, name: str) -> str:
        return f"{self.call.key}.{name}" if self.call.key else name

    def _source(self, name: str, found: Found) -> File | None:
        """The folder of a module: a local one, or one that `terraform init` has fetched."""
        argument = found.block.body.arguments.get("source")
        source = argument.value.value if argument is not None and isinstance(argument.value, Literal) else None
        local = isinstance(source, str) and source.startswith(("./", "../"))
        beside = File(os.path.normpath(self.configuration.folder / str(source)))
        folder = beside if local else self.call.fetched.get(self._key(name))
        return folder if folder is not None and folder.is_dir() else None


def _output(module: Module, name: str) -> Raw:
    if name not in module.configuration.outputs:
        raise HclError(f"the module has no output `{name}`")
    return module.output(name)()
