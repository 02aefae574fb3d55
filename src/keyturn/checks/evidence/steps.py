"""
The four steps of a rotation function, as its code has them.

A step is a function that is named for it (`create_secret`, `createSecret`), or a branch that is taken when the event's `Step` is its name.

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html, read 2026-11-24.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keyturn.checks.evidence.packages import Package

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
WRITES = ("put_secret_value", "update_secret", "update_secret_version_stage")
"""Calls of which a function that rotates makes at least one, by their names in Python's SDK."""
_SETS = re.compile(
    r"alter\s+(user|role|login)|set\s+password|modify_db_|execute_statement|updateUser|(modify|update|set|reset|create|rotate)_\w*(user|password|key|login|credential)",
    re.IGNORECASE,
)
"""What gives a database a password."""
_SDK = ("boto3/", "botocore/")
_TALK = ("print", "log", "logger", "logging")


@dataclass(frozen=True, slots=True)
class Stub:
    """
    A step that does nothing.

    Attributes:
        fails: Whether it does not even do that: it raises.
    """

    step: str
    file: str
    line: int
    fails: bool


def stubs(package: Package) -> list[Stub]:
    """
    The steps that do nothing, wherever they are written.

    None of a step that is also written with something to do, nor of one whose work the code does elsewhere.
    """
    found = list(_written(package))
    busy, elsewhere = {step for step, _, _, fails in found if fails is None}, {*_done_elsewhere(package)}
    return [
        Stub(step, file, line, fails)
        for step, file, line, fails in found
        if fails is not None and step not in busy and (fails or step not in elsewhere)
    ]


def writes(package: Package) -> bool:
    """Whether any of its modules, those installed beside the code included, names a call by which a secret is changed."""
    files = sorted(name for name in package.names if name.endswith(".py") and not name.startswith(_SDK))
    return any(call in text for text in (package.text(name) or "" for name in files) for call in WRITES)


def _done_elsewhere(package: Package) -> Iterator[str]:
    """The steps whose work some line of the code may do."""
    text = _all(package)
    if "put_secret_value" in text or "update_secret(" in text:
        yield "createSecret"
    if _SETS.search(text):
        yield "setSecret"
    if "update_secret_version_stage" in text or "AWSPENDING" not in text:
        yield "finishSecret"


def _all(package: Package) -> str:
    return "\n".join(package.text(name) or "" for name in package.trees)


def _written(package: Package) -> Iterator[tuple[str, str, int, bool | None]]:
    """Each place where a step is written: the step, the file, the line, and how idle it is."""
    for file, tree in package.trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                if step := _named(node.name):
                    yield step, file, node.lineno, _idle(node.body)
            elif isinstance(node, ast.If) and (step := _asked(node.test)):
                yield step, file, node.lineno, _idle(node.body)
            elif isinstance(node, ast.match_case) and (step := _matched(node.pattern)):
                yield step, file, node.pattern.lineno, _idle(node.body)


def _named(name: str) -> str | None:
    plain = name.replace("_", "").lower()
    return next((step for step in STEPS if step.lower() == plain), None)


def _asked(test: ast.expr) -> str | None:
    """The step that a condition asks for: `step == "createSecret"`."""
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Eq):
        return None
    return _constant(test.left) or _constant(test.comparators[0])


def _matched(pattern: ast.pattern) -> str | None:
    return _constant(pattern.value) if isinstance(pattern, ast.MatchValue) else None


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and node.value in STEPS else None


def _idle(body: Sequence[ast.stmt]) -> bool | None:
    """Whether statements do nothing but fail; False if they do nothing at all, None if they do something."""
    rest = [node for node in body if not _says_nothing(node)]
    if not rest:
        return False
    return True if len(rest) == 1 and isinstance(rest[0], ast.Raise) else None


def _says_nothing(node: ast.stmt) -> bool:
    """Whether a statement has no effect besides a line in the log: a docstring, `pass`, `return True`, `print(…)`."""
    if isinstance(node, ast.Pass):
        return True
    if isinstance(node, ast.Return):
        return node.value is None or isinstance(node.value, ast.Constant)
    if not isinstance(node, ast.Expr):
        return False
    value = node.value
    if isinstance(value, ast.Call):
        called = value.func.value if isinstance(value.func, ast.Attribute) else value.func
        return isinstance(called, ast.Name) and called.id.lower() in _TALK
    return isinstance(value, ast.Constant)
