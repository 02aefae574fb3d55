"""
Where others could read a password: the logs of the real servers, the function's lines and exceptions, and Secrets Manager's events.

All of them are searched after every test here, for every password that a `World` of the test has seen, made or stored. The general
log and the slow log of MySQL and MariaDB are switched on for it; the shared PostgreSQL server has `log_statement`. What would cost
too much after every test (performance schema, binary log, `pg_stat_statements`, all files) has tests of its own, which search alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keyturn.local import mysql, postgresql
from keyturn.rotation import mysql_verifier
from keyturn.rotation.mysql_verifier import Plugin
from keyturn.rotation.redact import forms

if TYPE_CHECKING:
    from pathlib import Path

    from world import World

SHORTEST = 8
"""Characters: what is shorter stands in a log by chance, and no rotation makes such a password."""

MANY = 500
"""Of so many forms, a search for each takes longer than to go through a text once."""

STATEMENTS = ("general.log", "slow.log", "postgres.log")
"""The logs that have statements, and so may have verifiers, and what a test itself has said."""


def found(passwords: Iterable[str], text: str) -> list[str]:
    """The forms of these passwords that stand in a text, but for passwords that are too short to tell."""
    return _standing(_forms(passwords), text)


def _forms(passwords: Iterable[str]) -> set[str]:
    return {form for password in passwords if len(password) >= SHORTEST for form in forms(password)}


def _standing(wanted: set[str], text: str) -> list[str]:
    """A crash matrix has thousands of forms, and logs of megabytes: what they begin with is looked for first, all at once."""
    if len(wanted) > MANY:
        beginnings = {text[at : at + SHORTEST] for at in range(len(text))}
        wanted = {form for form in wanted if form[:SHORTEST] in beginnings}
    return sorted(form for form in wanted if form in text)


class Log:
    """What a server writes into one of its files from now on, even if the file goes."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self._file = path.open("rb")
        self._begin = self._file.seek(0, 2)

    def read(self) -> str:
        """All of it; of a server that was started again in its folder, and so began its log anew, the new one."""
        end = self._file.seek(0, 2)
        self._file.seek(self._begin if end >= self._begin else 0)
        return self._file.read().decode(errors="replace")

    def close(self) -> None:
        self._file.close()


def logs(server: object) -> list[Log]:
    """A server's logs; on MySQL and MariaDB those of statements are on from now on."""
    assert isinstance(server, mysql.Server | postgresql.Server)
    names = [server.log.name]
    if isinstance(server, mysql.Server):
        server.execute("SET GLOBAL general_log = ON, GLOBAL slow_query_log = ON, GLOBAL long_query_time = 0")
        names += ["general.log", "slow.log"]
    return [Log(server.log.parent / name) for name in names]


@dataclass
class Search:
    """The worlds that a test makes, and the logs of their servers since the first of them was made."""

    worlds: list[World] = field(default_factory=list)
    logs: dict[object, list[Log]] = field(default_factory=dict)

    def begin(self, world: World) -> None:
        """Search this world too."""
        self.worlds.append(world)
        if world.database.server not in self.logs:
            self.logs[world.database.server] = logs(world.database.server)

    def leaks(self) -> Iterator[str]:
        """Where a password stands, and in which form."""
        passwords = {password for world in self.worlds for password in world.secrets()}
        said = {password for world in self.worlds for password in world.in_clear}
        stored = {mysql_verifier.make(Plugin.NATIVE, password).lstrip("*") for password in passwords}
        anywhere, in_statements = _forms(passwords), _forms(passwords - said) - stored
        for log in (log for opened in self.logs.values() for log in opened):
            wanted = in_statements if log.name in STATEMENTS else anywhere
            yield from (f"{log.name}: {form}" for form in _standing(wanted, log.read()))
        for world in self.worlds:
            ours = world.written.getvalue() + "".join(world.raised)
            yield from (f"the function: {form}" for form in found(world.secrets(), ours))
            told = "\n".join(world.manager.events)
            yield from (f"Secrets Manager's events: {form}" for form in found(world.secrets(), told))

    def close(self) -> None:
        for opened in self.logs.values():
            for log in opened:
                log.close()


_searches: list[Search] = []


@contextmanager
def searched() -> Iterator[None]:
    """In the end, no sink has a password of a world that was made meanwhile."""
    search = Search()
    _searches.append(search)
    try:
        yield
        if leaks := list(search.leaks()):
            raise AssertionError("a password has leaked: " + "\n".join(leaks))
    finally:
        _searches.pop()
        search.close()


def begin(world: World) -> None:
    """Have a new world searched in the end."""
    if _searches:
        _searches[-1].begin(world)
