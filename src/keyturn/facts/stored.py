"""The tables and lists that are too long to be Python: files in `data/`."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).with_name("data")


def text(name: str) -> str:
    """What a file of `data/` holds."""
    return (FOLDER / name).read_text(encoding="utf-8")


def raw(name: str) -> bytes:
    """The same, as it is: for what is too much to be decoded before it is known what of it is asked."""
    return (FOLDER / name).read_bytes()
