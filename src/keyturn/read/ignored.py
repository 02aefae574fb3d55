"""
What git ignores, from `.gitignore` files and `.git/info/exclude`; git itself is not asked, for its settings can run programs.

Source: git's documentation, "gitignore"; read 2026-11.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from keyturn.read.paths import exists, is_file


@dataclass(frozen=True)
class Ignored:
    """The rules that hold in one folder: its own, and those of the folders around it up to the repository's root."""

    folder: Path
    around: Ignored | None = None

    @classmethod
    def at(cls, folder: Path) -> Ignored:
        """The rules that hold in a folder, wherever its repository begins."""
        folder = folder.resolve()
        root = next((each for each in (folder, *folder.parents) if exists(each / ".git")), folder)
        rules = cls(root)
        for part in folder.relative_to(root).parts:
            rules = rules.inside(part)
        return rules

    def inside(self, name: str) -> Ignored:
        return Ignored(self.folder / name, self)

    def has(self, name: str, *, is_folder: bool) -> bool:
        """Whether an entry of the folder is ignored."""
        below = name
        rules: Ignored | None = self
        while rules is not None:
            for expression, folders_only, keep in reversed(rules._patterns):
                if (is_folder or not folders_only) and expression.fullmatch(below):
                    return not keep
            below = f"{rules.folder.name}/{below}"
            rules = rules.around
        return False

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], bool, bool]]:
        """Each pattern, whether it is for folders only, and whether it takes back what others ignore."""
        files = [self.folder / ".gitignore"]
        if self.around is None:
            files.insert(0, self.folder / ".git" / "info" / "exclude")
        return [made for file in files for line in _lines(file) if (made := pattern(line)) is not None]


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(errors="replace").splitlines() if is_file(file) else []
    except OSError:
        return []


def pattern(line: str) -> tuple[re.Pattern[str], bool, bool] | None:
    """
    A line of a `.gitignore`: what it matches, whether folders only, whether it takes back what others ignore.

    None for one that says nothing.
    """
    line = re.sub(r"(?<!\\)\s+\Z", "", line)
    if not line or line.startswith("#"):
        return None
    keep = line.startswith("!")
    line = line.removeprefix("!").removeprefix("\\")
    folders_only = line.endswith("/")
    line = line.rstrip("/")
    anchored = "/" in line
    expression = "".join(
        _piece(piece) for piece in re.findall(r"\*\*/|/\*\*\Z|\*+|\?|\[!?\]?[^\]]*\]|\\.|.", line.removeprefix("/"))
    )
    try:
        return re.compile(expression if anchored else f"(?:.*/)?{expression}"), folders_only, keep
    except re.error:
        return None


def _piece(piece: str) -> str:
    """One piece of a pattern as a regular expression."""
    match piece:
        case "**/":
            return "(?:[^/]+/)*"
        case "/**":
            return "/.*"
        case "?":
            return "[^/]"
    if piece.startswith("*"):
        return "[^/]*"
    if piece.startswith("[") and len(piece) > 2:
        return f"[{piece[1:-1].replace('!', '^', 1) if piece[1] == '!' else piece[1:-1]}]"
    return re.escape(piece.removeprefix("\\") if len(piece) > 1 else piece)
