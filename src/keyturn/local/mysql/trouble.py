"""Why a server did not start, in the user's words, from the log that it left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyturn.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from keyturn.local.mysql.mysqld import Binary


class PortTaken(Problem):
    """Somebody else listens on the port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is taken", hint="end what listens there, or leave the port to keyturn")


class FolderInUse(Problem):
    """Another server runs in the folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"another server runs in {folder}", hint="end it, or use another folder")


NO_ROOM = re.compile(r"No space left on device|OS errno 28|error:? 28\b|disk is full", re.IGNORECASE)
BIND_FAILED = re.compile(r"Bind on TCP/IP port: Address already in use")
UNKNOWN_OPTION = re.compile(r"unknown (?:variable|option) '(?:--)?([^'=]+)")
ERROR = re.compile(r"\[ERROR\](?: \[MY-\d+\])?(?: \[\w+\])? (.+)")


def port_was_taken(log: Path) -> bool:
    return bool(BIND_FAILED.search(_text(log)))


def explain(log: Path, folder: Path, binary: Binary) -> Problem:
    """Why the server that wrote `log` gave up."""
    text = _text(log)
    if NO_ROOM.search(text):
        return no_room(folder)
    if option := UNKNOWN_OPTION.search(text):
        return Problem(f"MySQL {binary.version} knows no option {option[1]}")
    said = ERROR.findall(text) or text.strip().splitlines()[-1:] or ["it gave no reason"]
    return Problem(f"MySQL {binary.version} did not start in {folder}: {said[0].strip().rstrip('.')}")


def no_room(folder: Path) -> Problem:
    return Problem(f"no space left in {folder}", hint="make room: a server needs about 150 MB")


def _text(log: Path) -> str:
    return log.read_text(errors="replace") if log.exists() else ""
