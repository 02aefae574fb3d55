"""Why a server did not start, in the user's words, from the log that it left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from keyturn.local.servers.trouble import no_room, text
from keyturn.problem import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from keyturn.local.postgresql.postgres import Programs

NO_ROOM = re.compile(r"No space left on device|disk is full", re.IGNORECASE)
BIND_FAILED = re.compile(r"could not bind .*: Address already in use")
UNKNOWN_OPTION = re.compile(r'unrecognized configuration parameter "([^"]+)"')
ERROR = re.compile(r"(?:FATAL|ERROR|PANIC|error): +(.+)")


def port_was_taken(log: Path) -> bool:
    return bool(BIND_FAILED.search(text(log)))


def explain(log: Path, folder: Path, programs: Programs) -> Problem:
    """Why the program that wrote `log` gave up."""
    wrote = text(log)
    if NO_ROOM.search(wrote):
        return no_room(folder)
    if option := UNKNOWN_OPTION.search(wrote):
        return Problem(f"PostgreSQL {programs.version} knows no option {option[1]}")
    said = ERROR.findall(wrote) or wrote.strip().splitlines()[-1:] or ["it gave no reason"]
    return Problem(f"PostgreSQL {programs.version} did not start in {folder}: {said[0].strip().rstrip('.')}")
