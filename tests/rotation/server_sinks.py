"""
What a real server writes down or remembers, where others could read a password: its sinks, each with what it may hold.

The logs of statements, the performance schema, `pg_stat_statements`, the binary log and the write-ahead log have what was said to the
server, and so verifiers, and what a test itself has said in clear. A server's log of errors has neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING, Protocol

import pg8000.exceptions
import pymysql

from keyturn.local import mariadb, mysql, postgresql

if TYPE_CHECKING:
    from pathlib import Path


class Holds(Enum):
    """What a sink may hold of a password."""

    NOTHING = "not even a piece of a verifier"
    STATEMENTS = "verifiers, and what a test has said in clear"


Server = mysql.Server | postgresql.Server


class Sink(Protocol):
    name: str
    holds: Holds

    def read(self) -> bytes:
        """All that has come in since it was opened."""

    def close(self) -> None: ...


class Log:
    """A file that a server appends to, even if the file goes."""

    def __init__(self, path: Path, holds: Holds) -> None:
        self.name, self.holds = path.name, holds
        self._file = path.open("rb")
        self._begin = self._file.seek(0, 2)

    def read(self) -> bytes:
        """Of a server that was started again in its folder, and so began its log anew, the new one."""
        end = self._file.seek(0, 2)
        self._file.seek(self._begin if end >= self._begin else 0)
        return self._file.read()

    def close(self) -> None:
        self._file.close()


class BinaryLog:
    """What goes to replicas. A new file is begun now and then."""

    name, holds = "binary log", Holds.STATEMENTS

    def __init__(self, base: Path) -> None:
        self._base = base
        self._begin = {path: path.stat().st_size for path in self._files()}

    def read(self) -> bytes:
        return b"".join(path.read_bytes()[self._begin.get(path, 0) :] for path in self._files())

    def close(self) -> None: ...

    def _files(self) -> list[Path]:
        return sorted(self._base.parent.glob(f"{self._base.name}.[0-9]*"))


class WriteAheadLog:
    """PostgreSQL's, of which each page begins with a header that may stand in the middle of a word."""

    name, holds = "write-ahead log", Holds.STATEMENTS
    PAGE, SEGMENT, SHORT, LONG = 8192, 1 << 20, 24, 40  # bytes; src/include/access/xlog_internal.h; `--wal-segsize=1`

    def __init__(self, server: postgresql.Server) -> None:
        self._server = server
        self._begin = self._written()

    def read(self) -> bytes:
        """What is still there of it; nothing of a server that is gone."""
        try:
            end = self._written()
        except (pg8000.exceptions.Error, OSError):
            return b""
        return b"".join(self._pages(self._begin, end))

    def close(self) -> None: ...

    def _written(self) -> int:
        """How many bytes of it there have been, all of them in its files."""
        # The commit of a record of its own writes what was before it.
        self._server.execute("SET synchronous_commit = on; SELECT pg_logical_emit_message(true, '', '')")
        [(at,)] = self._server.execute("SELECT pg_current_wal_lsn() - '0/0'")
        return int(at)

    def _pages(self, begin: int, end: int) -> Iterator[bytes]:
        folder = self._server.log.parent / "data/pg_wal"
        for segment in range(begin // self.SEGMENT, end // self.SEGMENT + 1):
            high, low = divmod(segment, (1 << 32) // self.SEGMENT)
            with suppress(FileNotFoundError):
                content = (folder / f"00000001{high:08X}{low:08X}").read_bytes()
                for at in range(0, self.SEGMENT, self.PAGE):
                    place = segment * self.SEGMENT + at
                    if begin - self.PAGE < place < end:
                        yield content[at + (self.SHORT if at else self.LONG) : at + self.PAGE]


class Memory:
    """What a server tells who asks for it, while it runs: the rows of a query."""

    def __init__(self, name: str, server: Server, query: str, holds: Holds = Holds.STATEMENTS) -> None:
        self.name, self.holds = name, holds
        self._server, self._query = server, query

    def read(self) -> bytes:
        """Nothing of a server that is gone, and its memory with it."""
        try:
            rows = self._server.execute(self._query)
        except (pymysql.MySQLError, pg8000.exceptions.Error, OSError):
            return b""
        return "\n".join({str(value) for row in rows for value in row}).encode()

    def close(self) -> None: ...


def sinks(server: object) -> list[Sink]:
    """All that a server has; its logs of statements are on from now on."""
    if isinstance(server, mysql.Server):
        return [*_mysql(server)]
    assert isinstance(server, postgresql.Server)
    return [*_postgresql(server)]


REMEMBERED = {
    "events_statements_history_long": "SQL_TEXT, MESSAGE_TEXT",
    "events_statements_summary_by_digest": "DIGEST_TEXT, QUERY_SAMPLE_TEXT",
    "prepared_statements_instances": "SQL_TEXT",
}
"""What the performance schema has of statements, beside the last ones of each session, which are in its long history too."""
MARIADB = REMEMBERED | {"events_statements_summary_by_digest": "DIGEST_TEXT"}


def _mysql(server: mysql.Server) -> Iterator[Sink]:
    with server._as_root() as root, root.cursor() as cursor:
        cursor.execute("SET GLOBAL general_log = ON, GLOBAL slow_query_log = ON, GLOBAL long_query_time = 0")
        cursor.execute("SELECT @@performance_schema, @@log_bin, @@log_bin_basename")
        [(remembers, replicates, base)] = cursor.fetchall()
        if remembers:
            schema = "performance_schema"
            cursor.execute(f"UPDATE {schema}.setup_consumers SET ENABLED = 'YES' WHERE NAME LIKE 'events_statements_%'")
            cursor.execute(f"TRUNCATE {schema}.events_statements_history_long")
            cursor.execute(f"TRUNCATE {schema}.events_statements_summary_by_digest")
    folder = server.log.parent
    yield Log(server.log, Holds.NOTHING)
    yield Log(folder / "general.log", Holds.STATEMENTS)
    yield Log(folder / "slow.log", Holds.STATEMENTS)
    if replicates:
        yield BinaryLog(folder / "data" / base.rpartition("/")[2])
    if remembers:
        tables = MARIADB if isinstance(server, mariadb.Server) else REMEMBERED
        for table, columns in tables.items():
            yield Memory(table, server, f"SELECT {columns} FROM performance_schema.{table}")


def _postgresql(server: postgresql.Server) -> Iterator[Sink]:
    with server._as_superuser("postgres") as superuser:
        superuser.run("ALTER SYSTEM SET log_statement = 'all'")
        superuser.run("SELECT pg_reload_conf()")
        [[libraries, replica]] = superuser.run(
            "SELECT current_setting('shared_preload_libraries'), pg_is_in_recovery()"
        )
        remembers = "pg_stat_statements" in libraries
        if remembers:
            superuser.run("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
            superuser.run("SELECT pg_stat_statements_reset()")
    yield Log(server.log, Holds.STATEMENTS)
    if not replica:
        yield WriteAheadLog(server)
    yield Memory("comments", server, "SELECT description FROM pg_shdescription", Holds.NOTHING)
    yield Memory("pg_stat_activity", server, "SELECT query FROM pg_stat_activity")
    if remembers:
        yield Memory("pg_stat_statements", server, "SELECT query FROM pg_stat_statements")


SCRAM = re.compile(rb"SCRAM-SHA-256\$\d+:([\w+/=]+)\$([\w+/=]+):([\w+/=]+)")
SHA2 = re.compile(rb"\$A\$0[0-9A-F]{2}\$((?:\\.|[^\\]){20})(.{43})", re.DOTALL)
NATIVE = re.compile(rb"\*([0-9A-F]{40})")
LONG_ENOUGH = 16
"""Bytes: what is shorter stands somewhere by chance."""


def pieces(text: bytes) -> set[bytes]:
    """The verifiers that stand in a text, by their salts and digests, as they are and in hexadecimal."""
    found = {piece for pattern in (SCRAM, SHA2, NATIVE) for match in pattern.findall(text) for piece in _parts(match)}
    found = {piece for piece in found if len(piece) >= LONG_ENOUGH}
    return found | {piece.hex().encode() for piece in found} | {piece.hex().upper().encode() for piece in found}


def _parts(match: bytes | tuple[bytes, ...]) -> tuple[bytes, ...]:
    return match if isinstance(match, tuple) else (match,)


def words(data: bytes) -> bytes:
    """What of it could be text: of a binary file, a fraction."""
    return b"\n".join(re.findall(rb"[^\0-\x1f\x7f]{8,}", data))
