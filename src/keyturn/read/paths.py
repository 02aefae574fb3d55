"""What stands at a path. Pathlib's own questions fail where a folder may not be looked into, or where links go round; these say no."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def is_file(path: str | Path) -> bool:
    return stat.S_ISREG(_mode(path))


def is_folder(path: str | Path) -> bool:
    return stat.S_ISDIR(_mode(path))


def is_pipe(path: str | Path) -> bool:
    """Whether it is a pipe, as a shell gives one for `<(terraform show -json plan)`."""
    return stat.S_ISFIFO(_mode(path))


def exists(path: str | Path) -> bool:
    return _mode(path) != 0


def resolved(path: Path) -> Path:
    """A path whose folder has no links in it; one that is a link keeps its own name, wherever it leads."""
    return Path(os.path.realpath(path)) if is_folder(path) else Path(os.path.realpath(path.parent), path.name)


def absent(path: str | Path) -> str:
    """Why it is neither a file nor a folder."""
    try:
        Path(path).stat()
    except FileNotFoundError:
        return _dangling(Path(path)) or "no such file or folder"
    except OSError as error:
        return (error.strerror or "cannot be read").lower()
    except ValueError:
        return "not a path"
    return "neither a file nor a folder"


def _dangling(path: Path) -> str:
    try:
        return f"a link to {path.readlink()}, which is not there"
    except OSError:
        return ""


def _mode(path: str | Path) -> int:
    """Kind and permissions as `stat` has them; 0 for what is not there or may not be looked at."""
    try:
        return Path(path).stat().st_mode
    except (OSError, ValueError):
        return 0
