"""How a module is called, and what its blocks say to Terraform itself."""

from __future__ import annotations

import json
import os.path
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path as File

from keyturn.read.paths import is_file
from keyturn.read.terraform.hcl.syntax import Argument, Attribute, Block, Expression, Index, Items, Literal, Name
from keyturn.read.terraform.hcl.values import Raw


def fetched(folder: File) -> dict[str, File]:
    """The modules that `terraform init` has fetched: their path of names -> their folder."""
    try:
        file = folder / ".terraform" / "modules" / "modules.json"
        known = json.loads(file.read_text() if is_file(file) else "{}")["Modules"]
        return {each["Key"]: folder / each["Dir"] for each in known if each["Key"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


@dataclass(frozen=True, slots=True)
class Call:
    """
    How a module is called.

    Attributes:
        address: Empty for the root, else `module.net["a"]`.
        key: The names on the way to it, `net.inner`.
        fetched: The folders of modules that are not local, by such keys.
        texts: What files say that say something else on disk.
        root: The folder of the root module: files are named relative to it, whichever module names them.
    """

    address: str
    key: str
    fetched: Mapping[str, File]
    texts: Mapping[str, str]
    root: File
    depth: int = 0

    def seen(self, folder: File) -> str:
        """A folder as it is called from the root module's, where Terraform is run."""
        return os.path.relpath(folder, self.root)

    @property
    def whole(self) -> str:
        """The folder in which Terraform is run, from the top of this machine's: names are often made of how it ends."""
        return str(self.root.resolve())


def alias_of(expression: Expression, value: Callable[[Expression], Raw]) -> str:
    """The alias in `aws.west`, and in `aws.by["eu-west-1"]` with the instance, as OpenTofu has them; empty for `aws`."""
    match expression:
        case Attribute():
            return expression.name
        case Index(of=Attribute(name=alias), key=key):
            return instance_of(alias, value(key))
        case Literal(value=str(quoted)):  # As before Terraform 0.12, which is taken to this day.
            return quoted.partition(".")[2]
    return ""


def instance_of(alias: Raw, key: Raw) -> str:
    """What one of a provider's instances is called here."""
    return str(alias) if key is None else f"{alias}[{key}]"


def depended_on(needed: Argument | None) -> list[str]:
    """The resources in a `depends_on`."""
    if needed is None or not isinstance(needed.value, Items):
        return []
    return [
        f"{each.of.name}.{each.name}"
        for _, each in needed.value.items
        if isinstance(each, Attribute) and isinstance(each.of, Name)
    ]


def is_true(block: Block, name: str) -> bool:
    argument = block.body.arguments.get(name)
    return argument is not None and argument.value == Literal(True)
