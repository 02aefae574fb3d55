"""
Where in the user's files a resource and each of its arguments stands.

The engine is told the file and line of every call on the way to a resource. The innermost of them that is in the user's own files is
the resource's; the arguments are found there in the syntax tree.
"""

from __future__ import annotations

import ast
import contextlib
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as File
from typing import TypeAlias

from keyturn.graph import Path, Place

LIBRARIES = ("site-packages", "dist-packages", "node_modules")


@dataclass(frozen=True, slots=True)
class Sources:
    """
    The user's files.

    Attributes:
        root: The folder they are in.
        shown: What stands for it in a place's file name: as the user gave it.
    """

    root: File
    shown: File

    def place(self, frames: tuple[tuple[str, int], ...], callee: str) -> tuple[Place | None, dict[Path, Place]]:
        """
        The place of a call, and of its arguments by their path in the program's words.

        Args:
            callee: What is called, without its module: of several calls on a line, the one with this name is meant.
        """
        for file, line in frames:
            if (name := self._own(file)) is not None:
                call = _call(file, line, callee)
                if call is None:
                    return Place(name, line), {}
                places = {path: Place(name, *_position(node)) for path, node in _arguments(call, _parsed(file))}
                return Place(name, call.lineno, call.col_offset + 1), places
        return None, {}

    def _own(self, file: str) -> str | None:
        path = File(file)
        if not path.is_relative_to(self.root):
            return None
        inner = path.relative_to(self.root)
        if any(part in LIBRARIES for part in inner.parts):
            return None
        return str(self.shown / inner)


@dataclass(frozen=True, slots=True)
class _File:
    """A parsed file: its calls by line, and what each name stands for where it is given a value once."""

    calls: dict[int, list[ast.Call]]
    values: dict[ast.AST, dict[str, ast.expr | None]]
    scopes: dict[ast.Call, tuple[ast.AST, ...]]

    def value(self, name: str, call: ast.Call) -> ast.expr | None:
        """What a name stands for at a call; None if that takes more than looking."""
        for scope in self.scopes[call]:
            if name in self.values[scope]:
                return self.values[scope][name]
        return None


@functools.lru_cache(maxsize=64)
def _parsed(file: str) -> _File:
    parsed = _File({}, {}, {})
    with contextlib.suppress(OSError, SyntaxError, ValueError, RecursionError):
        _walk(ast.parse(File(file).read_bytes()), (), parsed)
    return parsed


def _walk(node: ast.AST, scopes: tuple[ast.AST, ...], parsed: _File) -> None:
    if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef):
        scopes = (node, *scopes)
        parsed.values[node] = {}
    elif isinstance(node, ast.Call):
        parsed.calls.setdefault(node.lineno, []).append(node)
        parsed.scopes[node] = scopes
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        once = None if isinstance(node, ast.AugAssign) else node.value
        for target in targets:
            if isinstance(target, ast.Name):
                values = parsed.values[scopes[0]]
                values[target.id] = None if target.id in values else once
    for child in ast.iter_child_nodes(node):
        _walk(child, scopes, parsed)


def _call(file: str, line: int, callee: str) -> ast.Call | None:
    candidates = _parsed(file).calls.get(line, [])
    named = [call for call in candidates if _last_name(call.func) == callee]
    return next(iter(named or candidates), None)


def _last_name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _position(node: ast.expr | ast.keyword) -> tuple[int, int]:
    return node.lineno, node.col_offset + 1


_Found: TypeAlias = Iterator[tuple[Path, "ast.expr | ast.keyword"]]


def _arguments(call: ast.Call, file: _File) -> _Found:
    """Each keyword argument, and what is inside it; an arguments object given as the second argument counts as the call's own."""
    keywords = list(call.keywords)
    for given in (*call.args[1:], *(keyword.value for keyword in call.keywords if keyword.arg == "args")):
        if isinstance(given, ast.Call):
            keywords += given.keywords
    for keyword in keywords:
        if keyword.arg and keyword.arg not in ("opts", "args", "resource_name"):
            yield (keyword.arg,), keyword
            yield from _inside(keyword.value, (keyword.arg,), call, file)


def _inside(value: ast.expr, path: Path, call: ast.Call, file: _File) -> _Found:
    match value:
        case ast.Dict():
            for key, item in zip(value.keys, value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield (*path, key.value), key
                    yield from _inside(item, (*path, key.value), call, file)
        case ast.List() | ast.Tuple():
            for number, item in enumerate(value.elts):
                yield (*path, number), item
                yield from _inside(item, (*path, number), call, file)
        case ast.Name(name):
            if (given := file.value(name, call)) is not None and not isinstance(given, ast.Name):
                yield from _inside(given, path, call, file)
        case ast.Call() if _last_name(value.func) in ("dumps", "json_dumps") and value.args:
            yield from _inside(value.args[0], path, call, file)
        case ast.Call() if _last_name(value.func).endswith("Args"):
            for keyword in value.keywords:
                if keyword.arg:
                    yield (*path, keyword.arg), keyword
                    yield from _inside(keyword.value, (*path, keyword.arg), call, file)
