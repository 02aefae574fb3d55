"""
Write docs/checks/ from the checks: a page each and an index. `--check` only tells, by its exit code, whether they are current.

    python tools/generate_check_docs.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from keyturn.checks import ALL
from keyturn.report.page import page

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "checks"


def pages() -> dict[str, str]:
    """The pages by file name."""
    rows = "".join(f"| [{check.name}]({check.name}.md) | {check.verdict} | {check.title} |\n" for check in ALL)
    index = f"# Checks\n\nMade by `make docs` from the checks' docstrings.\n\n| check | verdict | what it finds |\n|---|---|---|\n{rows}"
    return {"README.md": index, **{f"{check.name}.md": page(check) for check in ALL}}


def stale() -> list[str]:
    """The files that are not what they should be, or should not be there."""
    wanted = pages()
    there = {path.name: path.read_text() for path in FOLDER.glob("*.md")} if FOLDER.exists() else {}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def main() -> int:
    if "--check" in sys.argv:
        print(*stale(), sep="\n", end="\n" if stale() else "")
        return 1 if stale() else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in stale():
        path = FOLDER / name
        path.write_text(pages()[name]) if name in pages() else path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
