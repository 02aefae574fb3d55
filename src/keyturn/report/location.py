"""Files as other programs want them named: from the working folder, with forward slashes."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote


def path(file: str) -> str:
    """A file's path from the working folder; absolute where it is not below that."""
    relative = os.path.relpath(file)
    return Path(os.path.abspath(file) if relative.startswith("..") else relative).as_posix()  # noqa: PTH100


def uri(file: str) -> str:
    """The same as a URI reference."""
    named = path(file)
    return f"file://{quote(named)}" if named.startswith("/") else quote(named)
