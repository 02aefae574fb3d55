"""The files in a zip archive: a function's code, built already."""

from __future__ import annotations

import zipfile
from pathlib import Path


def names(archive: Path) -> tuple[str, ...]:
    """The files' paths in it; nothing where it is no archive, or a broken one."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return tuple(each for each in opened.namelist() if not each.endswith("/"))
    except (OSError, zipfile.BadZipFile):
        return ()


def content(archive: Path, name: str, most: int) -> bytes | None:
    """A file's content, nothing of it if it has more bytes than that; None if it cannot be read."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return opened.read(name) if opened.getinfo(name).file_size <= most else b""
    except (OSError, KeyError, zipfile.BadZipFile):
        return None
