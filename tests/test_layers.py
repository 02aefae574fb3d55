"""Imports go up the list in docs/architecture.md, never down; `rotation/` imports only itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "keyturn"
FREE = {"__init__", "__main__", "problem"}
"""May be imported from anywhere: they import nothing of ours but the command line."""


def layers() -> dict[str, int]:
    """Each module's row in the table of docs/architecture.md."""
    rows = re.findall(r"^\| (`[^|]+) \|", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE)
    return {
        name.removesuffix("/").removesuffix(".py"): row
        for row, cell in enumerate(rows)
        for name in re.findall(r"`([^`]+)`", cell)
    }


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """The absolute names that a module imports, with their lines."""
    package = ["keyturn", *path.relative_to(SOURCE).parent.parts]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_only_go_up(path: Path) -> None:
    order = layers()
    layer = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    if layer in FREE:
        return
    assert layer in order, f"docs/architecture.md does not say where `{layer}` stands"
    for line, name in imports(path):
        if not name.startswith("keyturn."):
            continue
        other = name.split(".")[1]
        assert other in FREE or order.get(other, len(order)) <= order[layer], (
            f"{path}:{line}: {layer} may not import {name}"
        )


@pytest.mark.parametrize(
    "path", sorted((SOURCE / "rotation").rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE))
)
def test_the_rotation_imports_only_itself(path: Path) -> None:
    for line, name in imports(path):
        assert not name.startswith("keyturn.") or name.startswith("keyturn.rotation"), (
            f"{path}:{line}: the deployed package has no {name}"
        )
