"""How a module is called, and what its blocks say to Terraform itself."""

from __future__ import annotations

import json
import os.path
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as File

from keyturn.read.paths import is_file
from keyturn.read.terraform.hcl.syntax import Argument, Attribute, Block, Expression, Items, Literal, Name


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


def alias_of(expression: Expression) -> str:
    """The alias in `aws.west`; empty for `aws`."""
    return expression.name if isinstance(expression, Attribute) else ""


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
