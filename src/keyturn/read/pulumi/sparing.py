"""
Import of pulumi_aws only what a program uses.

A service's package there imports every resource of the service, a thousand modules for some, to use three. With `sparing()` installed, it
imports a module when something in it is first asked for; what cannot be found that way is found by importing all, as ever.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from keyturn.read.names import snake

_PACKAGE = "pulumi_aws"
_MODULES = ("outputs", "_inputs", "_enums")
"""Modules that a service's package offers as such; of the others, what they have in them."""


def sparing() -> None:
    """Install it, once for the process."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.rpartition(".")[0] != _PACKAGE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.submodule_search_locations is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(importlib.abc.Loader):
    def __init__(self, whole: importlib.abc.Loader) -> None:
        self.whole = whole

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self.whole.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        def __getattr__(name: str) -> Any:  # noqa: N807 (a module's own)
            if name.startswith("__") and name != "__all__":
                raise AttributeError(name)
            if _import(module, name):
                return vars(module)[name]
            del module.__getattr__
            self.whole.exec_module(module)
            return getattr(module, name)

        module.__getattr__ = __getattr__  # type: ignore[method-assign]


def _import(package: ModuleType, name: str) -> bool:
    """
    Import the module of a package that has `name` in it, going by its file name.

    What the whole package takes from `_inputs` last goes before what a resource's module has under the same name.
    """
    if name in _MODULES:
        vars(package)[name] = importlib.import_module(f"{package.__name__}.{name}")
        return True
    word = snake(name)
    if "Args" in name and _take(package, "_inputs", name):
        return True
    candidates = (name, word, word.removesuffix("_output"), word.removesuffix("_args"))
    return any(_take_all(package, each, name) for each in candidates) or _take(package, "_enums", name)


def _take_all(package: ModuleType, module: str, name: str) -> bool:
    """Import all of a resource's module: what it has goes before the module itself, where both have the same name."""
    found = _module(package, module)
    vars(package).update({public: getattr(found, public) for public in getattr(found, "__all__", ())})
    return found is not None and name in found.__all__


def _take(package: ModuleType, module: str, name: str) -> bool:
    """Import one thing of a module that has many."""
    found = _module(package, module)
    if found is None or name not in found.__all__:
        return False
    vars(package)[name] = getattr(found, name)
    return True


def _module(package: ModuleType, name: str) -> ModuleType | None:
    try:
        return importlib.import_module(f"{package.__name__}.{name}")
    except ModuleNotFoundError:
        return None
