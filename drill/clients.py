"""
Applications that log in without pause, in processes of their own, and never look at anything but the secret.

Half of them ask for AWSCURRENT before each login; the others keep what they were given until they are told to ask again.
"""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import signal
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from keyturn.problem import Problem
from keyturn.up.clients import Login
from keyturn.up.load import Logins

KINDS = ("asks", "keeps")
"""A thread of each in every process."""
PROCESSES = 4
ROOM = 4096
"""Bytes that the secret may take."""
TIMEOUT = 10

Connect = Callable[[dict[str, Any]], Any]
Note = tuple[str, float, float, str, str | None]
"""A login: whose, when (seconds since the epoch), for how many milliseconds, with the password of which version, and its error."""


@dataclass(frozen=True)
class Server:
    """Where to log in."""

    engine: str
    host: str
    port: int
    database: str
    ca_file: str

    def connector(self) -> Connect:
        """Logs in over verified TLS with `username` and `password`, and returns the connection."""
        tls = ssl.create_default_context(cafile=self.ca_file)
        if self.engine == "postgresql":
            from pg8000.native import Connection

            return lambda login: Connection(
                login["username"],
                host=self.host,
                port=self.port,
                database=self.database,
                password=login["password"],
                ssl_context=tls,
                timeout=TIMEOUT,
            )
        import pymysql

        return lambda login: pymysql.connect(
            host=self.host,
            port=self.port,
            user=login["username"],
            password=login["password"],
            database=self.database,
            ssl=tls,
            connect_timeout=TIMEOUT,
            read_timeout=TIMEOUT,
        )


class Shared:
    """
    What the clients see, and what is seen of them.

    Attributes:
        refreshed: How often they were told to ask again.
        heeded: How often each has done so; a login with what it had before is over then.
        over: Whether all is.
    """

    def __init__(self, context: Any) -> None:
        self._value = context.Array("c", ROOM)
        self.refreshed = context.Value("i", 0)
        self.heeded = context.Array("i", PROCESSES * len(KINDS))
        self.over = context.Event()

    def publish(self, value: str) -> None:
        self._value.value = value.encode()

    def read(self) -> dict[str, Any]:
        login: dict[str, Any] = json.loads(self._value.value)
        return login


def witness(number: int, name: str, server: Server, shared: Shared, into: list[Note]) -> None:
    """Log in until it is over, and note each login."""
    connect, owner = server.connector(), os.getppid()
    keeps, login, refreshed = name.startswith("keeps"), shared.read(), 0
    while not shared.over.is_set() and os.getppid() == owner:
        told = shared.refreshed.value
        if not keeps or refreshed != told:
            refreshed, login = told, shared.read()
            shared.heeded[number] = told
        at, started, error = time.time(), time.perf_counter(), None
        try:
            connect(login).close()
        except Exception as failure:  # noqa: BLE001 - a witness tells whatever happens to it
            code = failure.args[0] if failure.args else ""
            error = str(code.get("C") if isinstance(code, dict) else code)[:40] or type(failure).__name__
            time.sleep(0.01)
        into.append((name, at, (time.perf_counter() - started) * 1000, login["version"], error))


def run(number: int, server: Server, shared: Shared, out: Any) -> None:
    """A process: its threads log in, then all that they noted is sent back."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    notes: list[list[Note]] = [[] for _ in KINDS]
    threads = [
        threading.Thread(
            target=witness,
            args=(number * len(KINDS) + each, f"{KINDS[each]}-{number + 1}", server, shared, notes[each]),
            daemon=True,
        )
        for each in range(len(KINDS))
    ]
    for thread in threads:
        thread.start()
    while not all(notes) and not shared.over.is_set():
        time.sleep(0.01)
    with contextlib.suppress(OSError):
        out.send("ready")
        for thread in threads:
            thread.join()
        out.send([note for some in notes for note in some])


@dataclass
class Clients:
    """The processes as their owner sees them; they end with the block, or with their owner."""

    server: Server
    value: str
    _processes: list[Any] = field(default_factory=list)
    _pipes: list[Any] = field(default_factory=list)

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        self.shared = Shared(context)
        self.publish(self.value)
        for number in range(PROCESSES):
            ours, theirs = context.Pipe()
            process = context.Process(target=run, args=(number, self.server, self.shared, theirs), daemon=True)
            process.start()
            theirs.close()
            self._processes.append(process)
            self._pipes.append(ours)
        try:
            for pipe in self._pipes:
                assert pipe.recv() == "ready"
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def publish(self, value: str) -> None:
        """Give the secret's current value to whoever asks for it."""
        self.shared.publish(value)

    def refresh(self) -> None:
        """Tell those that keep a password to ask again, and wait until nobody uses any more what they had before."""
        self.shared.refreshed.value += 1
        deadline = time.monotonic() + 3 * TIMEOUT
        while min(self.shared.heeded) < self.shared.refreshed.value:
            if time.monotonic() > deadline:
                raise Problem("the clients do not log in any more")
            time.sleep(0.01)

    def stop(self) -> Logins:
        """End the load; all logins that were tried."""
        self.shared.over.set()
        notes = [note for pipe in self._pipes for note in pipe.recv()]
        notes.sort(key=lambda note: note[1])
        numbers = {version: number for number, version in enumerate(dict.fromkeys(note[3] for note in notes), 1)}
        return Logins(
            tuple(Login(name, at, spent, numbers[version], error) for name, at, spent, version, error in notes)
        )

    def _end(self) -> None:
        self.shared.over.set()
        for process in self._processes:
            process.terminate()
        for process, pipe in zip(self._processes, self._pipes, strict=True):
            process.join()
            process.close()
            pipe.close()
