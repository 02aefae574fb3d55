"""Copies of data folders, which are mostly zeros, without the zeros."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

BLOCK = 256 << 10
EMPTY = bytes(BLOCK)


def copy(source: Path, target: Path, left_out: Callable[[str, Sequence[str]], Iterable[str]] | None = None) -> None:
    """
    Copy a folder of files that are mostly zeros.

    Args:
        left_out: Which names in a folder of the source are not copied.

    Raises:
        OSError: It cannot be written; `shutil.Error` when that concerns single files.
    """
    shutil.copytree(source, target, copy_function=_copy_file, ignore=left_out)


def _copy_file(source: str, target: str) -> None:
    with Path(source).open("rb", buffering=0) as original, Path(target).open("wb", buffering=0) as duplicate:
        while block := original.read(BLOCK):
            if block == EMPTY[: len(block)]:
                duplicate.seek(len(block), os.SEEK_CUR)
            else:
                duplicate.write(block)
        duplicate.truncate()
