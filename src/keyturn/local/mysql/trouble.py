"""Why a server did not start, in the user's words, from the log that it left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyturn.local.servers.trouble import no_room, text
from keyturn.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from keyturn.local.mysql.mysqld import Binary

NO_ROOM = re.compile(r"No space left on device|OS errno 28|error:? 28\b|disk is full", re.IGNORECASE)
BIND_FAILED = re.compile(r"Bind on TCP/IP port: Address already in use")
UNKNOWN_OPTION = re.compile(r"unknown (?:variable|option) '(?:--)?([^'=]+)")
ERROR = re.compile(r"\[ERROR\](?: \[MY-\d+\])?(?: \[\w+\])? (.+)")


def port_was_taken(log: Path) -> bool:
    return bool(BIND_FAILED.search(text(log)))


def explain(log: Path, folder: Path, binary: Binary) -> Problem:
    """Why the server that wrote `log` gave up."""
    wrote = text(log)
    if NO_ROOM.search(wrote):
        return no_room(folder)
    if option := UNKNOWN_OPTION.search(wrote):
        return Problem(f"{binary} knows no option {option[1]}")
    said = ERROR.findall(wrote) or wrote.strip().splitlines()[-1:] or ["it gave no reason"]
    return Problem(f"{binary} did not start in {folder}: {said[0].strip().rstrip('.')}")
