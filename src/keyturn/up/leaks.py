"""Looks for secrets where none may be: each place is read whole, and searched for each password in every form it may take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from keyturn.rotation.redact import forms


@dataclass(frozen=True, slots=True)
class Scan:
    """What was searched, and where something was found. It never says what."""

    places: int
    bytes: int
    found: tuple[str, ...]


def scan(passwords: Iterable[str], texts: Mapping[str, str], folder: Path | None = None) -> Scan:
    """
    Search texts by their names, and every file under a folder.

    Passwords are searched for as they are, percent-encoded, escaped, in base64 at each alignment, in hexadecimal, and as plain digests.
    """
    wanted = [form.encode() for password in passwords for form in forms(password)]
    places = size = 0
    found: list[str] = []
    for name, content in (*_encoded(texts), *_files(folder)):
        places += 1
        size += len(content)
        if any(form in content for form in wanted):
            found.append(name)
    return Scan(places, size, tuple(found))


def _encoded(texts: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    return ((name, text.encode()) for name, text in texts.items())


def _files(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")) if folder else ():
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(folder or path)), path.read_bytes()
