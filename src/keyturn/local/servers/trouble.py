"""What keeps any server from starting, in the user's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyturn.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path


class PortTaken(Problem):
    """Somebody else listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken", hint="end what listens there, or leave the port to keyturn")


class FolderInUse(Problem):
    """Another server runs in the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"another server runs in {folder}", hint="end it, or use another folder")


class Unsuitable(Problem):
    """A server program that is there but cannot be used."""


def no_room(folder: Path) -> Problem:
    return Problem(f"no space left in {folder}", hint="make room: a server needs about 150 MB")


def text(log: Path) -> str:
    """What a server has written so far."""
    return log.read_text(errors="replace") if log.exists() else ""
