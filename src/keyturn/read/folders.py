"""Which files under a folder are infrastructure programs: found by what is in them, not by their names alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from keyturn.read.world import Unreadable

SUFFIXES = (".yaml", ".yml", ".json", ".template")
PASSED_OVER = {"node_modules", "__pycache__", "venv"}
"""Folders that hold what others wrote; those whose name begins with a dot are passed over too."""

_RESOURCES = re.compile(rb"""^(?:\s*\{)?\s*["']?Resources["']?\s*:""", re.MULTILINE)
_TYPE = re.compile(rb"""["']?Type["']?\s*:\s*["']?(?:AWS|Alexa|Custom)::""")


def programs(path: str) -> Iterator[str]:
    """
    The files and program folders under a path, in the order of their names; a path that is no folder is itself.

    Raises:
        Unreadable: There is no such path.
    """
    if path == "-" or Path(path).is_file():
        yield path
    elif not Path(path).is_dir():
        raise Unreadable(path, "no such file or folder")
    else:
        yield from _under(path)


def _under(folder: str) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise Unreadable(folder, (error.strerror or "cannot be listed").lower()) from None
    if any(entry.name == "Pulumi.yaml" for entry in entries):
        yield folder
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name in PASSED_OVER:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _under(entry.path)
        elif entry.name.endswith(SUFFIXES) and entry.is_file() and _template(Path(entry.path)):
            yield entry.path


def _template(file: Path) -> bool:
    """Whether a file looks like a template: it has resources, and one of a type of AWS's."""
    try:
        content = file.read_bytes()
    except OSError:
        return True  # Reading it again will say why it cannot be read.
    return bool(_RESOURCES.search(content) and _TYPE.search(content))
