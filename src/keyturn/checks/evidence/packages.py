"""
The code of functions, where it is at hand: written into the template, or a folder or a zip file on this machine. It is read, never run.

Source: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html, read 2026-11-24.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from keyturn.graph import Graph, Resource, Site

MOST_FILES = 5_000
LARGEST = 1_000_000
"""Bytes of a file that is read; larger ones are taken to be there, and not looked into."""
BUILT_LATER = ("requirements.txt", "pyproject.toml", "Pipfile", "poetry.lock", "uv.lock", "setup.py")
"""Files by which a build puts modules beside the code."""


@dataclass(frozen=True)
class Package:
    """
    What a function's code consists of.

    Attributes:
        at: Where the function names it.
        root: The folder or zip file; None for code that is written into the template.
        inline: That code.
        names: The paths of its files, with `/` between their parts.
    """

    at: Site
    root: Path | None
    inline: str
    names: frozenset[str]

    @property
    def is_source(self) -> bool:
        """Whether it is a folder that a build makes a package of, with modules that are not there yet."""
        return self.root is not None and self.root.is_dir() and any(name in self.names for name in BUILT_LATER)

    def text(self, name: str) -> str | None:
        """What stands in a file; None if there is no such file, or it is no text."""
        if name not in self.names:
            return None
        if self.root is None:
            return self.inline
        content = _content(self.root, name)
        try:
            return None if content is None else content.decode()
        except UnicodeDecodeError:
            return None

    def module(self, dotted: str) -> str | None:
        """The file of a module by its dotted name; None if there is none."""
        path = dotted.replace(".", "/")
        candidates = (f"{path}.py", f"{path}/__init__.py", f"{path}.pyc", f"{path}.so")
        if found := next((name for name in candidates if name in self.names), None):
            return found
        compiled = (name for name in self.names if name.startswith(f"{path}.") and name.endswith(".so"))
        return next(compiled, None) or next((name for name in self.names if name.startswith(f"{path}/")), None)

    @cached_property
    def trees(self) -> Mapping[str, ast.Module]:
        """Its own modules, parsed; without those that cannot be, and without what is installed beside them."""
        installed = {name.partition("/")[0].partition("-")[0].lower() for name in self.names if ".dist-info/" in name}
        own = sorted(
            name for name in self.names if name.endswith(".py") and name.partition("/")[0].lower() not in installed
        )
        parsed = _inline if self.root is None else _parsed
        return {name: tree for name in own if (tree := parsed(self.text(name))) is not None}


def package_of(function: Resource, graph: Graph) -> Package | None:
    """The code of a function in Python; None for another language, and for code that is not at hand."""
    if not str(function.get("Runtime")).startswith("python"):
        return None
    inline = function.get("Code", "ZipFile")
    if isinstance(inline, str):
        return Package(function.at("Code", "ZipFile"), None, inline, frozenset({"index.py"}))
    base = Path(graph.file) if Path(graph.file).is_dir() else Path(graph.file).parent
    for path in _paths(function):
        root = base / path
        names = frozenset(_names(root))
        if names:
            return Package(function.at("Code"), root, "", names)
    return None


def _paths(function: Resource) -> Iterator[str]:
    """What may name a folder or a zip file on this machine."""
    noted = function.metadata.get("Metadata")
    asset = noted.get("aws:asset:path") if isinstance(noted, Mapping) else None
    for value in (function.get("Code"), asset, function.metadata.get("Package")):
        if isinstance(value, str) and "://" not in value:
            yield value


def _names(root: Path) -> Iterator[str]:
    try:
        if root.is_dir():
            for number, each in enumerate(sorted(root.rglob("*"))):
                if number >= MOST_FILES:
                    return
                if each.is_file() and "__pycache__" not in each.parts:
                    yield each.relative_to(root).as_posix()
        elif root.is_file():
            from keyturn.checks.evidence import archived  # not before there is one: zipfile takes long to import

            yield from archived.names(root)[:MOST_FILES]
    except OSError:
        return


def _content(root: Path, name: str) -> bytes | None:
    try:
        if root.is_dir():
            return (root / name).read_bytes() if (root / name).stat().st_size <= LARGEST else b""
    except OSError:
        return None
    from keyturn.checks.evidence import archived

    return archived.content(root, name, LARGEST)


def _parsed(text: str | None) -> ast.Module | None:
    try:
        return ast.parse(text) if text is not None else None
    except (SyntaxError, ValueError, RecursionError):
        return None


_inline = lru_cache(maxsize=64)(_parsed)
"""Code in a template is short, and several checks look at it."""
