"""The files that `fileset` finds."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from keyturn.read.terraform.hcl.error import HclError

MOST = 10_000
"""How many files and folders may stand under a folder that is searched to its depth."""
_CHOICE = re.compile(r"\{([^{}]*)\}")


def listed(root: Path, pattern: str) -> list[str]:
    """
    The files under a folder that a pattern names, as seen from there, in their order.

    Raises:
        HclError: There are too many to look through, or the pattern leads elsewhere.
    """
    if pattern.startswith("/") or ".." in pattern.split("/"):
        raise HclError("a pattern that leads out of its folder")
    if "**" in pattern and sum(1 for _ in itertools.islice(root.rglob("*"), MOST + 1)) > MOST:
        raise HclError(f"more than {MOST:,} files to look through")
    files = {each for one in _choices(pattern) for each in itertools.islice(root.glob(one), MOST) if each.is_file()}
    return sorted(each.relative_to(root).as_posix() for each in files)


def _choices(pattern: str) -> Iterator[str]:
    """What `*.{json,yaml}` stands for."""
    choice = _CHOICE.search(pattern)
    if choice is None or pattern.count("{") > 4:
        yield pattern
        return
    for each in choice[1].split(","):
        yield from _choices(pattern[: choice.start()] + each + pattern[choice.end() :])
