"""Where what was fetched or made once is kept, and how it gets there: whole, once, and by one process at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from keyturn.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def folder() -> Path:
    """The user's cache: KEYTURN_CACHE, else `keyturn` in XDG_CACHE_HOME, else in ~/.cache. It need not exist."""
    if named := os.environ.get("KEYTURN_CACHE"):
        return Path(named).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache") / "keyturn"
    except RuntimeError:
        raise Problem("this user has no home folder", hint="set KEYTURN_CACHE=/some/folder") from None


def once(target: Path, make: Callable[[Path], None], *, waiting: Callable[[], None]) -> Path:
    """
    Return `target`, which `make` has written at a scratch path beside it if it was not there.

    However this is interrupted, `target` is there whole or not at all, and the next attempt starts clean.

    Args:
        make: Gets the path of a folder that does not exist.
        waiting: Called when another process is making it.

    Raises:
        Problem: The cache cannot be written.
    """
    try:
        if target.exists():
            return target
    except OSError as error:  # another user's folder
        raise cannot_write(target.parent, error) from None
    with locked(target.with_name(f"{target.name}.lock"), waiting):
        if target.exists():
            return target
        scratch = target.with_name(f"{target.name}.part")
        try:
            remove(scratch)  # left by one that was killed
            make(scratch)
            scratch.rename(target)
        except OSError as error:
            shutil.rmtree(scratch, ignore_errors=True)
            raise cannot_write(target.parent, error) from None
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
    return target


@contextmanager
def locked(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock file, which goes when its holder goes, for the block."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("w")
    except OSError as error:
        raise cannot_write(path.parent, error) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def remove(tree: Path) -> None:
    """Remove a folder and all in it, if it is there."""
    with suppress(FileNotFoundError):
        shutil.rmtree(tree)


def cannot_write(where: Path, error: OSError) -> Problem:
    return Problem(f"cannot write {where}: {reason(error)}", hint="set KEYTURN_CACHE=/some/folder")


def reason(error: OSError) -> str:
    """`No such file or directory` as it stands in a message of ours."""
    text = error.strerror or str(error)
    return text[:1].lower() + text[1:]
