"""The list of faults names tests that are there, each once."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
FAULTS = HERE.parent.parent / "docs" / "rotation-faults.md"


def test_every_fault_has_its_test() -> None:
    named = re.findall(r"`(test_\w+)` \|$", FAULTS.read_text(), re.MULTILINE)
    defined = {
        node.name
        for path in HERE.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    assert len(named) > 40
    assert sorted(set(named)) == sorted(named)
    assert not set(named) - defined
