"""The real servers behind clusters and instances."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from keyturn.local.call import Refused
from keyturn.local.rds.addresses import Address, free_address
from keyturn.local.rds.coming import Coming
from keyturn.local.rds.engines import MYSQL, PORTS, POSTGRESQL
from keyturn.local.servers.credentials import Credentials
from keyturn.local.servers.ports import HOST
from keyturn.local.tls import Authority
from keyturn.problem import Problem

if TYPE_CHECKING:
    from keyturn.local import mysql, postgresql

Made = TypeVar("Made")

Server: TypeAlias = "mysql.Server | postgresql.Server"


@cache
def kinds() -> dict[str, type[mysql.Server | postgresql.Server]]:
    """What stands for each engine here. Their drivers are imported by whoever has a database, for they take their time."""
    from keyturn.local import mariadb, mysql, postgresql

    return {
        **dict.fromkeys(MYSQL, mysql.Server),
        "mariadb": mariadb.Server,
        **dict.fromkeys(POSTGRESQL, postgresql.Server),
    }


class Servers:
    """
    Starts a server for each database of an engine that this machine can run, and stops them all.

    Others get an address under `.invalid`, which no resolver knows: nobody is to take them for reachable.
    """

    def __init__(
        self,
        folder: Path,
        authority: Callable[[], Authority],
        progress: Callable[[str], None],
        *,
        keep: bool = False,
        replicas: bool = False,
    ) -> None:
        """
        Args:
            folder: For their files.
            keep: Whether their data are to outlive us.
            replicas: Whether a cluster's readers are a server of their own.
        """
        self._keep = keep
        self._replicas = replicas
        self._folder = folder
        self._authority = authority
        self._progress = progress
        self._running: dict[str, Server] = {}
        self._lock = threading.Lock()
        self._coming: dict[str, Coming[Any]] = {}
        self._stopped = False

    def status(self, identity: str) -> str:
        """Of a cluster, or of an instance that is in none: `creating`, `available` or `failed`."""
        found = self._coming.get(identity)
        return found.status if found else "available"

    def start_cluster(
        self, identity: str, engine: str, host: str, port: int | None, master: Credentials, database: str
    ) -> tuple[Address, Address]:
        """
        Start a cluster's: where writers go, and where readers do; where that takes long, where they will.

        Raises:
            Refused: One does not start; then none is left.
        """
        writer = self._planned(engine, port)
        reader = self._planned(engine, port) if self._replicas else writer

        def make() -> tuple[Address, Address]:
            made = self.start(identity, engine, host, port, master, database, followed=self._replicas, at=writer)
            if not self._replicas or identity not in self._running:
                return made, made
            return made, self._reader_of(identity, made.port, reader)

        return self._soon(identity, make, (writer, reader) if writer and reader else None)

    def start_instance(
        self, identity: str, engine: str, host: str, port: int | None, master: Credentials, database: str
    ) -> Address:
        """
        Start that of an instance that is in no cluster.

        Raises:
            Refused: It does not start.
        """
        where = self._planned(engine, port)
        return self._soon(
            identity,
            lambda: self.start(identity, engine, host, port, master, database, followed=False, at=where),
            where,
        )

    def _planned(self, engine: str, port: int | None) -> Address | None:
        """Where one will listen; None where that shows only when it does."""
        return free_address(port or PORTS.get(engine, 3306)) if engine in kinds() else None

    def _soon(self, identity: str, make: Callable[[], Made], planned: Made | None) -> Made:
        def failed(why: str) -> None:
            self._progress(f"{identity}: {why}")

        coming = Coming(make, lambda: self.end(identity), failed)
        self._coming[identity] = coming
        try:
            made = coming.soon(planned)
        except BaseException:
            self._coming.pop(identity, None)
            raise
        if coming.status == "available":
            self._coming.pop(identity, None)
        return made

    def _reader_of(self, identity: str, port: int, where: Address | None) -> Address:
        try:
            return self._start_reader(identity, port, where)
        except BaseException as error:
            self.end(identity)
            if isinstance(error, Problem):
                raise _not_started(error) from None
            raise

    def start(
        self,
        identity: str,
        engine: str,
        host: str,
        port: int | None,
        master: Credentials,
        database: str,
        *,
        followed: bool = False,
        at: Address | None = None,
    ) -> Address:
        """
        Start one, and wait until it is there.

        Args:
            identity: The database's id, never used again.
            host: Its name, for engines without a server here.
            followed: Whether it is to have a replica.
            at: Where it is to listen, where that is settled.

        Raises:
            Refused: It does not start.
        """
        kind = kinds().get(engine)
        if kind is None:
            return Address(f"{host}.rds.invalid", port or PORTS.get(engine, 3306))
        try:
            where = at or free_address(port or PORTS.get(engine, 3306))
            server = kind.start(
                self._folder / identity,
                authority=self._authority(),
                administrator=master,
                temporary=not self._keep,
                host=where.host if where else HOST,
                port=where.port if where else None,
                options=kind.followed if followed else None,
                progress=self._progress,
            )
        except Problem as problem:
            raise _not_started(problem) from None
        self._has_started(identity, server)
        try:
            if database:
                server.create_database(database, master.user)
        except BaseException:
            self.end(identity)
            raise
        return Address(server.host, server.port)

    def _start_reader(self, identity: str, port: int, where: Address | None) -> Address:
        where = where or free_address(port)
        if where is None:  # the endpoint has no port of its own
            raise Problem("a reader needs an address of its own, and this machine has none but 127.0.0.1")
        self._replicate(identity, where)
        return where

    def _replicate(self, identity: str, address: Address) -> None:
        writer, name = self.of(identity), reader_of(identity)
        if writer is None:
            raise _stopping()
        server = writer.replicate(
            self._folder / name,
            authority=self._authority(),
            temporary=not self._keep,
            host=address.host,
            port=address.port,
            progress=self._progress,
        )
        self._has_started(name, server)

    def _has_started(self, identity: str, server: Server) -> None:
        with self._lock:
            if not self._stopped:
                self._running[identity] = server
        if self._stopped:
            server.stop()
            raise _stopping()

    def resume(self, identity: str, engine: str, address: Address, reader: Address | None = None) -> None:
        """
        Start one again with the data that were kept, where it was.

        Args:
            reader: Where its replica was, if it had one.

        Raises:
            Problem: It does not start.
        """
        if kind := kinds().get(engine):
            self._running[identity] = kind.start(
                self._folder / identity,
                authority=self._authority(),
                host=address.host,
                port=address.port,
                options=kind.followed if reader else None,
                progress=self._progress,
            )
            if reader:
                self._replicate(identity, reader)

    def of(self, identity: str) -> Server | None:
        return self._running.get(identity)

    def set_password(self, identity: str, master: Credentials) -> None:
        """Give the master user another password; existing connections stay."""
        if server := self.of(identity):
            server.admit(master)

    def end(self, identity: str) -> None:
        """End one and its reader, also where they are still to come."""
        if coming := self._coming.pop(identity, None):
            coming.give_up()
        for name in (reader_of(identity), identity):
            with self._lock:
                server = self._running.pop(name, None)
            if server:
                server.stop()
            shutil.rmtree(self._folder / name, ignore_errors=True)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            running, self._running = self._running, {}
        for server in reversed(running.values()):  # readers first
            server.stop()


def reader_of(identity: str) -> str:
    """What the server of a cluster's readers goes by."""
    return f"{identity}-reader"


def _not_started(problem: Problem) -> Refused:
    # Not 500: boto3 would try that again, four times, and this will not get better.
    return Refused("InternalFailure", f"the local AWS cannot start a database server: {problem}")


def _stopping() -> Refused:
    return Refused("ServiceUnavailable", "the local AWS is stopping", 503)
