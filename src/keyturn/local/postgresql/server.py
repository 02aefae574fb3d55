"""A PostgreSQL server of one's own: in a folder of its own, on this machine alone, and never outliving who started it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pg8000.native

from keyturn.local import guard
from keyturn.local.postgresql import finder, master, pristine, replication, unprivileged
from keyturn.local.postgresql.options import ACCESS, TUNED, Options, access_file, arguments, network
from keyturn.local.postgresql.trouble import explain, port_was_taken
from keyturn.local.servers.counted import Counted
from keyturn.local.servers.home import Home
from keyturn.local.servers.ports import HOST, make_sure_is_free, on_a_free_port
from keyturn.local.servers.progress import Progress, silent
from keyturn.local.servers.readiness import wait
from keyturn.local.servers.trouble import PortTaken, text
from keyturn.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from keyturn.local.postgresql.postgres import Programs, Version
    from keyturn.local.servers.credentials import Credentials
    from keyturn.local.tls import Authority

GRACE = 10  # seconds to shut down; usually it takes a tenth of one
LONGEST_SOCKET = ".s.PGSQL.65535"
REFUSED = re.compile(r" FATAL:  (?:password authentication failed|role .* is not permitted)")
MAINTENANCE = "postgres"
"""The database that every server has."""


class Server:
    """
    A running server. It listens on a loopback address, takes no TCP connection without TLS, and ends when this process does.

    Attributes:
        host, port: Where it listens.
        ca_file: What its clients verify its certificate with.
        log: Its log.
        pid: Its process.
        socket: Its Unix socket, for the superuser, who has no password; the folder is open to its owner only.
        version: Its version.
    """

    followed: ClassVar[Options] = {}
    """Options of a server that is to have a replica."""

    def __init__(
        self, programs: Programs, home: Home, authority: Authority, host: str, port: int, child: guard.Child
    ) -> None:
        self._own_connections = 0
        self.version: Version = programs.version
        self.host = host
        self.port = port
        self.pid = child.pid
        self.ca_file = authority.ca_file
        self.log = home.log
        self.socket = home.sockets / f".s.PGSQL.{port}"
        self._home = home
        self._child = child
        self._tls = authority.client_context()

    @classmethod
    def start(
        cls,
        folder: Path,
        *,
        authority: Authority,
        administrator: Credentials | None = None,
        temporary: bool = False,
        names: Sequence[str] = (),
        host: str = HOST,
        port: int | None = None,
        options: Options | None = None,
        programs: Programs | None = None,
        progress: Progress = silent,
    ) -> Self:
        """
        Start a server that keeps all its files in `folder`, and return when it takes connections.

        Data that a former server left in the folder is used again.

        Args:
            administrator: The master user, with the privileges of RDS's.
            temporary: The folder goes when the server does, even when this process is killed.
            names: Further names that its certificate bears; clients that use them have to resolve them to this machine.
            host: Instead of the usual one, another of this machine's loopback addresses: Linux has all of 127.0.0.0/8.
            port: Instead of a free one.
            options: postgres's own, beyond ours; for example `{"log_statement": "all"}`.
            programs: Instead of those that are found or fetched.

        Raises:
            Problem: There is no server, or it does not start. No process and no file of it is left.
        """
        if port:
            make_sure_is_free(host, port)
        programs = programs or finder.programs(progress)
        source = pristine.folder(programs, progress)
        home = Home(folder, log="postgres.log", socket=LONGEST_SOCKET, temporary=temporary)
        try:
            certificate = home.furnish(source, authority, (*names, host))
            access_file(home.folder).write_text(ACCESS)
            unprivileged.hand_over(home.data)
            options = {**TUNED, **(options or {}), **network(home, certificate, host)}
            return on_a_free_port(
                host, port, lambda free: cls._start(programs, home, authority, administrator, options, host, free)
            )
        except BaseException:
            home.abandon()
            raise

    @classmethod
    def _start(
        cls,
        programs: Programs,
        home: Home,
        authority: Authority,
        administrator: Credentials | None,
        options: Options,
        host: str,
        port: int,
    ) -> Self:
        server = cls(programs, home, authority, host, port, _run(programs, home, {**options, "port": port}))
        try:
            server._wait_until_ready(programs)
            if administrator:
                server.admit(administrator)
        except BaseException:
            server._end(signal.SIGQUIT)
            raise
        return server

    def replicate(
        self, folder: Path, *, authority: Authority, temporary: bool, host: str, port: int, progress: Progress = silent
    ) -> Self:
        """
        Start a server that has all that this one has, a little later, and takes no writes.

        The arguments are those of `start`.

        Raises:
            Problem: It does not start, or cannot follow.
        """
        if not (folder / "data").exists():
            folder.mkdir(parents=True)
            with self._as_superuser(MAINTENANCE) as superuser:
                replication.copy_data(superuser, self.version, self._home.data, folder / "data")
        return type(self).start(
            folder,
            authority=authority,
            temporary=temporary,
            host=host,
            port=port,
            options=replication.options(self._home.sockets, self.port),
            progress=progress,
        )

    def connect(self, user: str, password: str, **options: Any) -> pg8000.native.Connection:
        """
        Log in over verified TLS, as any client would.

        Args:
            options: pg8000's own, such as `database`.

        Raises:
            pg8000.exceptions.DatabaseError: The server refuses; code 28P01 is a wrong password.
        """
        channel = socket.create_connection((self.host, self.port), timeout=10)
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or each login takes 40 ms more
        defaults = {"host": self.host, "sock": channel, "ssl_context": self._tls, "database": MAINTENANCE}
        try:
            return pg8000.native.Connection(user, password=password, **{**defaults, **options})
        except BaseException:
            channel.close()
            raise

    def execute(self, statement: str, *, database: str = MAINTENANCE, **arguments: Any) -> list[tuple[Any, ...]]:
        """Execute one statement as the superuser, outside a transaction, and return its rows; `:name` stands for an argument."""
        with self._as_superuser(database) as superuser:
            return [tuple(row) for row in superuser.run(statement, **arguments) or ()]

    def create_database(self, name: str, owner: str) -> None:
        """Create a database that belongs to a user, as the first one on RDS does."""
        quoted = pg8000.native.identifier
        self.execute(f"CREATE DATABASE {quoted(name)} OWNER {quoted(owner)}")

    def admit(self, administrator: Credentials) -> None:
        """Create the master user or, if there already is one of that name, give it this password; connections stay."""
        try:
            with self._as_superuser(MAINTENANCE) as superuser:
                master.create(superuser, administrator, self.version)
        except pg8000.exceptions.DatabaseError as error:
            # Its words may repeat a verifier.
            raise Problem(f"PostgreSQL refuses the master user {administrator.user!r}: error {code(error)}") from None

    def counted(self) -> Counted | None:
        """How many connections there have been beside our own; None when the server does not answer, or is too old to count them."""
        ours = self._own_connections
        try:
            [(sessions,)] = self.execute("SELECT sum(sessions)::bigint FROM pg_stat_database")
        except (pg8000.exceptions.Error, OSError):
            return None
        return Counted(max(0, int(sessions or 0) - ours), len(REFUSED.findall(text(self.log))))

    def stop(self) -> None:
        """End it; cleanly, unless its folder is temporary and goes with it."""
        self._end(signal.SIGQUIT if self._home.temporary else signal.SIGINT)
        self._home.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _as_superuser(self, database: str) -> pg8000.native.Connection:
        self._own_connections += 1
        return pg8000.native.Connection(
            pristine.SUPERUSER, unix_sock=str(self.socket), database=database, ssl_context=False
        )

    def _end(self, farewell: signal.Signals) -> None:
        """Not by SIGKILL, if possible: it would leave a piece of System V's shared memory."""
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.kill(self._child.pid, farewell)
            self._child.wait(GRACE)
        self._child.kill()

    def _wait_until_ready(self, programs: Programs) -> None:
        def explained() -> Problem:
            return PortTaken(self.port) if port_was_taken(self.log) else explain(self.log, self._home.folder, programs)

        wait(self._child, f"PostgreSQL {self.version}", is_ready=self._is_ready, explain=explained)

    def _is_ready(self) -> bool:
        """What the server says of itself in its file, of which a former server may have left one."""
        try:
            lines = (self._home.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(self._child.pid) and lines[7].strip() == "ready"


def code(error: pg8000.exceptions.DatabaseError) -> str:
    """The error's code, e.g. `28P01`."""
    fields = error.args[0] if error.args else {}
    return str(fields.get("C", "unknown")) if isinstance(fields, dict) else "unknown"


def _run(programs: Programs, home: Home, options: Options) -> guard.Child:
    # While one that was killed still ends, its shared memory is in use; the lock of the folder says that it has ended.
    with contextlib.suppress(FileNotFoundError):
        (home.data / "postmaster.pid").unlink()
    try:
        with home.log.open("wb") as log:
            return guard.start(
                [*unprivileged.command(), programs.path, "-D", home.data, *arguments(options)],
                env=programs.environment,
                stdout=log,
                stderr=log,
                pass_fds=(home.lock,),
                grace=GRACE,
                parting=signal.SIGQUIT if home.temporary else signal.SIGINT,
                remove=tuple(home.to_remove),
            )
    except OSError as error:
        raise Problem(f"{programs.path} cannot be run: {error.strerror}") from None
