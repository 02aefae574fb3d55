"""
A temporary folder that goes when its owner does, however that ends.

A shell that waits for the owner's end removes what one that was killed has left. Where there is none, or it was killed too, the next
folder's owner does.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from keyturn.problem import Problem

LOCK = "owner.lock"
REMOVE = """
read -r _
for _ in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf -- "$1" && break
    sleep 1
done
rmdir -- "$2"
"""
"""What the shell does with the folder and its parent. Its input ends with the owner; servers that end at that moment may still write."""


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
            with _outlived(folder):
                yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with contextlib.suppress(OSError):
                parent.rmdir()  # Unless another run has its folder there.


@contextlib.contextmanager
def _outlived(folder: Path) -> Iterator[None]:
    """Have the folder removed if this process ends within."""
    reading, writing = os.pipe()
    with (
        os.fdopen(writing, "wb", buffering=0),
        os.fdopen(reading, "rb", buffering=0) as ends,
        contextlib.ExitStack() as left,
    ):
        with contextlib.suppress(OSError):
            shell = subprocess.Popen(
                ["/bin/sh", "-c", REMOVE, "sh", folder, folder.parent],
                stdin=ends,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,  # so that Ctrl-C is not for it
            )
            left.enter_context(shell)
            left.callback(shell.kill)
        yield


def _sweep(parent: Path) -> None:
    """Remove what runs have left that were killed: nobody holds their lock any more."""
    for folder in parent.iterdir():
        with contextlib.suppress(OSError), (folder / LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
