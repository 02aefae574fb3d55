"""
Write what is made from the checks: docs/checks/, a page each and an index, and src/keyturn/checks/index.py, which types each looks at.

    python tools/generate_check_docs.py [--check]

`--check` only tells, by its exit code, whether they are current.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

from keyturn.check import Check
from keyturn.report.page import page

ROOT = Path(__file__).resolve().parent.parent
CHECKS = ROOT / "src" / "keyturn" / "checks"
PAGES = ROOT / "docs" / "checks"
INDEX = CHECKS / "index.py"
HEAD = """\
\"\"\"Which CloudFormation types each check looks at; nothing means all. Made by `make docs` from the checks.\"\"\"

from __future__ import annotations

from collections.abc import Mapping

INDEX: Mapping[str, tuple[str, ...]] = {
"""
WIDTH = 120


def checks() -> Iterator[Check]:
    """One of each file, by name."""
    for path in sorted(CHECKS.glob("*.py")):
        if path.name not in ("__init__.py", INDEX.name):
            yield getattr(importlib.import_module(f"keyturn.checks.{path.stem}"), path.stem)


def files() -> dict[Path, str]:
    """What is to be in each file."""
    every = tuple(checks())
    rows = "".join(f"| [{check.name}]({check.name}.md) | {check.verdict} | {check.title} |\n" for check in every)
    table = f"# Checks\n\nMade by `make docs` from the checks' docstrings.\n\n| check | verdict | what it finds |\n|---|---|---|\n{rows}"
    return {
        INDEX: HEAD + "".join(map(_line, every)) + "}\n",
        PAGES / "README.md": table,
        **{PAGES / f"{check.name}.md": page(check) for check in every},
    }


def _line(check: Check) -> str:
    types = [f'"{each}"' for each in check.on]
    line = f'    "{check.name}": ({", ".join(types)}{"," if len(types) == 1 else ""}),\n'
    if len(line) <= WIDTH + 1:
        return line
    return f'    "{check.name}": (\n{"".join(f"        {each},{chr(10)}" for each in types)}    ),\n'


def stale() -> list[Path]:
    """The files that are not what they should be, or should not be there."""
    wanted = files()
    there = {path: path.read_text() for path in (INDEX, *PAGES.glob("*.md")) if path.exists()}
    return sorted(path for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path))


def main() -> int:
    if "--check" in sys.argv:
        print(*(path.relative_to(ROOT) for path in stale()), sep="\n", end="\n" if stale() else "")
        return 1 if stale() else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    wanted = files()
    for path in stale():
        path.write_text(wanted[path]) if path in wanted else path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
