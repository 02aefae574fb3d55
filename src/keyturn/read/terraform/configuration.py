"""A folder of Terraform files: what it declares, each with the file that it stands in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any

from keyturn.graph import Place, Remark
from keyturn.read.source import content
from keyturn.read.terraform.files import declaring, giving, is_json, overrides
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.parser import parse
from keyturn.read.terraform.hcl.syntax import Argument, Block, Body, Expression, Items, Object, Written
from keyturn.read.terraform.hcl.syntax import Literal as Constant
from keyturn.read.terraform.overriding import completed
from keyturn.read.world import Unreadable


@dataclass(frozen=True, slots=True)
class Found:
    """A block and its file."""

    block: Block
    written: Written

    @property
    def place(self) -> Place:
        return self.written.place(self.block.offset)

    @property
    def name(self) -> str:
        return self.block.labels[-1] if self.block.labels else ""


@dataclass(slots=True)
class Configuration:
    """What one module declares."""

    folder: File
    files: list[File] = field(default_factory=list)
    resources: dict[str, Found] = field(default_factory=dict)
    """By `type.name`."""
    data: dict[str, Found] = field(default_factory=dict)
    variables: dict[str, Found] = field(default_factory=dict)
    outputs: dict[str, Found] = field(default_factory=dict)
    modules: dict[str, Found] = field(default_factory=dict)
    providers: list[Found] = field(default_factory=list)
    locals: dict[str, tuple[Argument, Written]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def load(folder: File, files: list[File] | None = None, *, texts: Mapping[str, str] | None = None) -> Configuration:
    """
    The configuration in a folder, or in these files of it.

    Args:
        texts: What files say that say something else on disk: those that are about to be edited.

    Raises:
        Unreadable: A file cannot be read, or is not HCL.
    """
    configuration = Configuration(folder)
    try:
        configuration.files += declaring(folder) if files is None else files
    except OSError as error:
        raise Unreadable(str(folder), (error.strerror or "cannot be listed").lower()) from None
    for file in configuration.files:
        body, written, remarks = _read(file, texts or {})
        if files is None and overrides(file):
            _complete(configuration, body, written)
        else:
            _add(configuration, body, written)
        configuration.remarks += remarks
    return configuration


def _read(file: File, texts: Mapping[str, str]) -> tuple[Body, Written, tuple[Remark, ...]]:
    text = texts[str(file)] if str(file) in texts else content(str(file))
    written = Written(str(file), (0, *(match.end() for match in re.finditer("\n", text))))
    in_json = is_json(file)
    try:
        if in_json:
            from keyturn.read.source import json as reader
            from keyturn.read.terraform import json_syntax

            source = reader.load(str(file), text)
            return json_syntax.body(source), written, source.remarks
        return parse(text), written, ()
    except HclError as error:
        place, kind = written.place(error.offset), "Terraform's JSON" if in_json else "HCL"
        raise Unreadable(str(file), f"{place.line}:{place.column}: not {kind}: {error.because}") from None
    except RecursionError:
        raise Unreadable(str(file), "nested too deep") from None


def _add(configuration: Configuration, body: Body, written: Written) -> None:
    for block in body.blocks:
        found = Found(block, written)
        if (place := _section(configuration, block)) is not None:
            section, name = place
            if name in section:
                told = f"`{name}` is declared twice; the last one is looked at, but Terraform will refuse this"
                configuration.remarks.append(Remark(found.place, told))
            section[name] = found
        elif block.type == "provider" and len(block.labels) == 1:
            configuration.providers.append(found)
        elif block.type == "locals" and not block.labels:
            configuration.locals |= {name: (argument, written) for name, argument in block.body.arguments.items()}


def _section(configuration: Configuration, block: Block) -> tuple[dict[str, Found], str] | None:
    """Where a block of a name is kept, and under which name."""
    match block.type, block.labels:
        case "resource", (type_, name):
            return configuration.resources, f"{type_}.{name}"
        case "data", (type_, name):
            return configuration.data, f"{type_}.{name}"
        case "variable", (name,):
            return configuration.variables, name
        case "output", (name,):
            return configuration.outputs, name
        case "module", (name,):
            return configuration.modules, name
    return None


def _complete(configuration: Configuration, body: Body, written: Written) -> None:
    """
    Put what an override file says into what is declared.

    Raises:
        Unreadable: It completes what is not declared, which Terraform refuses.
    """
    for block in body.blocks:
        if (place := _section(configuration, block)) is not None:
            section, name = place
            if name not in section:
                at = written.place(block.offset)
                raise Unreadable(
                    written.file, f"{at.line}:{at.column}: it overrides {block.type} `{name}`, which is not declared"
                )
            section[name] = Found(completed(section[name].block, block, written), section[name].written)
        elif block.type == "provider" and len(block.labels) == 1:
            _complete_provider(configuration, Found(block, written))
        else:
            _add(configuration, Body(blocks=[block]), written)


def _complete_provider(configuration: Configuration, over: Found) -> None:
    for index, found in enumerate(configuration.providers):
        if found.block.labels == over.block.labels and _alias(found) == _alias(over):
            configuration.providers[index] = Found(completed(found.block, over.block, over.written), found.written)
            return
    configuration.providers.append(over)


def _alias(found: Found) -> Expression | None:
    argument = found.block.body.arguments.get("alias")
    return argument.value if argument else None


def values(folder: File, others: Iterable[str] = ()) -> dict[str, Expression]:
    """
    What a root module's files give for its variables: `terraform.tfvars` and `*.auto.tfvars`, then others, as HCL or as JSON.

    Raises:
        Unreadable: One cannot be read.
    """
    files = (*giving(folder), *map(File, others))
    return {name: value for file in files for name, value in values_of(file).items()}


def values_of(file: File) -> dict[str, Expression]:
    """What one of them gives."""
    if file.suffix == ".json":
        return _of_json(file)
    return {name: argument.value for name, argument in _read(file, {})[0].arguments.items()}


def _of_json(file: File) -> dict[str, Expression]:
    try:
        data = json.loads(content(str(file)))
        return {str(name): literal(value) for name, value in data.items()}
    except (ValueError, AttributeError, RecursionError):
        raise Unreadable(str(file), "not an object in JSON") from None


def literal(data: Any) -> Expression:
    """Plain data as an expression that gives it."""
    if isinstance(data, dict):
        return Object(tuple((0, Constant(str(key)), literal(value)) for key, value in data.items()))
    if isinstance(data, list):
        return Items(tuple((0, literal(value)) for value in data))
    return Constant(data)
