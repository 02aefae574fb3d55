"""A temporary folder that goes when its owner does; one whose owner was killed goes when the next is made."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from keyturn.problem import Problem

LOCK = "owner.lock"


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """
    A new folder of this user's, gone at the end.

    Raises:
        Problem: None can be made.
    """
    try:
        parent = Path(tempfile.gettempdir()) / f"keyturn-{os.getuid()}"
        parent.mkdir(mode=0o700, exist_ok=True)
        if parent.is_symlink() or parent.stat().st_uid != os.getuid():
            raise Problem(f"{parent} belongs to somebody else", hint="set TMPDIR to a folder of your own")
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(dir=parent))
        lock = (folder / LOCK).open("w")
    except OSError as error:
        raise Problem(
            f"cannot make a temporary folder: {error.strerror}", hint="set TMPDIR to a folder that can be written"
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with contextlib.suppress(OSError):
                parent.rmdir()  # Unless another run has its folder there.


def _sweep(parent: Path) -> None:
    """Remove what runs have left that were killed: nobody holds their lock any more."""
    for folder in parent.iterdir():
        with contextlib.suppress(OSError), (folder / LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
