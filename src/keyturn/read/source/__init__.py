"""
A file's text -> plain data, and where each of its values stands.

What reads a dialect works on the data; places are looked up by path when something has to be said of them.
"""

from __future__ import annotations

import re
import stat
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as File
from typing import Any, BinaryIO, TypeAlias

from keyturn.graph import Path, Place, Remark
from keyturn.read.paths import absent
from keyturn.read.world import Unreadable

Mark: TypeAlias = "tuple[int, int, Marks | None]"
"""
Line and column of a key (or of an item of a list), and the marks inside its value. Where the column is 0, the line is the number of
characters before it: JSON's are made into lines and columns only when one is asked for.
"""
Marks: TypeAlias = "dict[str | int, Mark]"

DEEPEST = 200
"""How deep values may be nested; real templates stay below 30."""


LARGEST = 512 << 20
"""Bytes of a file that are read: of JSON, a planned world takes some 40 times as much memory at worst."""


def given_twice(place: Place, key: str) -> Remark:
    """
    A key that stands in its mapping again, at its place there.

    AWS's documentation does not say what comes of it. CloudFormation was seen to take the last one, of YAML and of JSON
    (go-to-k/cdk-real-drift#1074).
    """
    return Remark(place, f"`{key}` is given twice; the last one counts", repeated=key)


@dataclass(slots=True)
class Source:
    """
    One file.

    Attributes:
        data: What it says: dict, list, str, int, float, bool, None. Short forms of YAML's are written out (`!Ref x` is `{"Ref": "x"}`).
        remarks: What its reader should know of: keys given twice.
        added: Why more may be declared in it than it says; empty where all is there.
    """

    file: str
    text: str = field(repr=False)
    data: Any = field(repr=False)
    remarks: tuple[Remark, ...] = ()
    marks: Marks | None = field(default=None, repr=False)
    moved: Mapping[Path, Path] = field(default_factory=dict, repr=False)
    """Where data stood before a transform wrote it out: path -> path in the file."""
    added: str = ""
    _lines: list[int] | None = field(default=None, repr=False)

    def place(self, path: Path) -> Place:
        """Where the value at a path stands: its key, or the item of a list; the nearest that encloses it where it is not there."""
        for end in range(len(path), 0, -1):
            if found := self.find(path[:end]):
                return found
        return Place(self.file, 1, 1)

    def origin(self, path: Path) -> Path:
        """The path in the file of a path in the data."""
        if self.moved:
            for end in range(len(path), 0, -1):
                if (moved := self.moved.get(path[:end])) is not None:
                    return moved + path[end:]
        return path

    def find(self, path: Path) -> Place | None:
        """The same, but None where there is nothing at the path."""
        if self.marks is None:
            from keyturn.read.source.json import marks

            self.marks = marks(self.text)
        path = self.origin(path)
        mark: Mark | None = None
        inside: Marks | None = self.marks
        for step in path:
            mark = inside.get(step) if inside is not None else None
            if mark is None:
                return None
            inside = mark[2]
        if mark is None:
            return None
        return Place(self.file, mark[0], mark[1]) if mark[1] else self.at(mark[0])

    def at(self, start: int) -> Place:
        """The place that is so many characters from the beginning of the text."""
        if self._lines is None:
            self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect_right(self._lines, start)
        return Place(self.file, line, start - self._lines[line - 1] + 1)


def load(file: str, text: str) -> Source:
    """
    Read JSON or YAML, whichever it is.

    Raises:
        Unreadable: It is neither; or it is nested or repeated beyond all reason.
    """
    if text.lstrip()[:1] == "{":
        from keyturn.read.source import json

        return json.load(file, text)
    from keyturn.read.source import yaml

    return yaml.load(file, text)


def decode(file: str, content: bytes) -> str:
    """
    The text of a file: UTF-8, or what its byte order mark says.

    Raises:
        Unreadable: It is not text.
    """
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(file, f"{line}: not {encoding.removesuffix('-sig').upper()} text") from None
    if "\0" in text:
        raise Unreadable(file, "not a text file")
    return text


_MARKS: Mapping[bytes, str] = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def content(file: str) -> str:
    """
    The text of a file on disk.

    Raises:
        Unreadable: It is not there, not a file, not to be opened, larger than LARGEST, or not text.
    """
    try:
        found = File(file).stat()  # Opening a pipe would wait, and a device may have no end.
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable(file, "is a directory" if stat.S_ISDIR(found.st_mode) else "not a file")
        if found.st_size > LARGEST:
            raise Unreadable(file, f"larger than {LARGEST >> 20} MB")
        return decode(file, File(file).read_bytes())
    except (FileNotFoundError, ValueError):
        raise Unreadable(file, absent(file)) from None
    except OSError as error:
        raise Unreadable(file, (error.strerror or type(error).__name__).lower()) from None


def stream(file: str, opened: BinaryIO | None) -> str:
    """
    The text of a pipe, read to its end.

    Args:
        opened: Already open; None where it is closed.

    Raises:
        Unreadable: It is closed, larger than LARGEST, or not text.
    """
    if opened is None:
        raise Unreadable(file, "closed")
    read = bytearray()
    try:
        while piece := opened.read(1 << 20):
            read += piece
            if len(read) > LARGEST:
                raise Unreadable(file, f"larger than {LARGEST >> 20} MB")
    except OSError as error:
        raise Unreadable(file, (error.strerror or type(error).__name__).lower()) from None
    return decode(file, bytes(read))
