"""A MySQL server of one's own: in a folder of its own, on this machine alone, and never outliving who started it."""

from __future__ import annotations

import contextlib
import socket
import subprocess
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pymysql

from keyturn.local import guard
from keyturn.local.mysql import finder, master, pristine, replication
from keyturn.local.mysql.options import TUNED, WITHOUT_KEYS, Options, arguments, private
from keyturn.local.mysql.trouble import explain, port_was_taken
from keyturn.local.servers.counted import Counted
from keyturn.local.servers.home import Home
from keyturn.local.servers.ports import HOST, make_sure_is_free, on_a_free_port
from keyturn.local.servers.progress import Progress, silent
from keyturn.local.servers.readiness import wait
from keyturn.local.servers.trouble import PortTaken
from keyturn.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pymysql.connections import Connection

    from keyturn.local.mysql.mysqld import Binary, Version
    from keyturn.local.servers.credentials import Credentials
    from keyturn.local.tls import Authority, Certificate

GREETED_WITHIN = 120  # seconds
GRACE = 10  # seconds to shut down cleanly where the data is kept; usually it takes one and a half


class Server:
    """
    A running server. It listens on a loopback address, takes no TCP connection without TLS, and ends when this process does.

    Attributes:
        host, port: Where it listens.
        ca_file: What its clients verify its certificate with.
        log: Its error log.
        pid: Its process.
        socket: Its Unix socket, for root@localhost, who has no password; the folder is open to its owner only.
        version: Its version.
    """

    privileges: ClassVar[str] = master.PRIVILEGES
    """What the master user may do."""
    followed: ClassVar[Options] = replication.FOLLOWED
    """Options of a server that is to have a replica."""

    def __init__(
        self, binary: Binary, home: Home, authority: Authority, host: str, port: int, child: guard.Child
    ) -> None:
        self.version: Version = binary.version
        self._name = str(binary)
        self._own_connections = 0
        self.host = host
        self.port = port
        self.pid = child.pid
        self.ca_file = authority.ca_file
        self.log = home.log
        self.socket = home.socket
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
        binary: Binary | None = None,
        progress: Progress = silent,
    ) -> Self:
        """
        Start a server that keeps all its files in `folder`, and return when it takes connections.

        Data that a former server left in the folder is used again.

        Args:
            administrator: The master user, with the privileges of Aurora's.
            temporary: The folder goes when the server does, even when this process is killed.
            names: Further names that its certificate bears; clients that use them have to resolve them to this machine.
            host: Instead of the usual one, another of this machine's loopback addresses: Linux has all of 127.0.0.0/8.
            port: Instead of a free one.
            options: mysqld's own, beyond ours; for example `{"general_log": True, "log_bin": True}`.
            binary: Instead of the one that is found or fetched.

        Raises:
            Problem: There is no server, or it does not start. No process and no file of it is left.
        """
        if port:
            make_sure_is_free(host, port)
        binary, source = cls._made_ready(binary, progress)
        home = Home(folder, log="mysqld.log", socket="mysql.sock", temporary=temporary)
        try:
            certificate = home.furnish(source, authority, (*names, host))
            options = {
                **TUNED,
                **WITHOUT_KEYS,
                **(options or {}),
                **private(home.folder, home.data),
                **cls._own(home.folder),
                **_network(home, authority, certificate, host),
            }
            return on_a_free_port(
                host, port, lambda free: cls._start(binary, home, authority, administrator, options, host, free)
            )
        except BaseException:
            home.abandon()
            raise

    @classmethod
    def _made_ready(cls, binary: Binary | None, progress: Progress) -> tuple[Binary, Path]:
        """The program to run, and the data folder of a new server."""
        binary = binary or finder.binary(progress)
        return binary, pristine.folder(binary, progress)

    @classmethod
    def _own(cls, folder: Path) -> Options:
        """Options that this kind of server reads otherwise than MySQL."""
        return {}

    @classmethod
    def _start(
        cls,
        binary: Binary,
        home: Home,
        authority: Authority,
        administrator: Credentials | None,
        options: Options,
        host: str,
        port: int,
    ) -> Self:
        server = cls(binary, home, authority, host, port, _run(binary, home, {**options, "port": port}))
        try:
            server._wait_until_ready(binary)
            if administrator:
                server.admit(administrator)
            so_far = server._connections().connections  # by nobody else, so early
            server._own_connections += so_far
        except BaseException:
            server._child.kill()
            raise
        return server

    def replicate(
        self, folder: Path, *, authority: Authority, temporary: bool, host: str, port: int, progress: Progress = silent
    ) -> Self:
        """
        Start a server that has all that this one has, a little later, and takes no writes. This one was started with `followed`.

        The arguments are those of `start`.

        Raises:
            Problem: It does not start, or cannot follow.
        """
        replica = type(self).start(
            folder,
            authority=authority,
            temporary=temporary,
            host=host,
            port=port,
            options=replication.FOLLOWING,
            progress=progress,
        )
        try:
            replication.follow(self, replica)
            self._own_connections += 1  # the replica's
            so_far = replica._connections().connections  # its own threads
            replica._own_connections += so_far
        except BaseException:
            replica.stop()
            raise
        return replica

    def connect(self, user: str, password: str, **options: Any) -> Connection[Any]:
        """
        Log in over verified TLS, as any client would.

        Args:
            options: PyMySQL's own, such as `database`.

        Raises:
            pymysql.err.OperationalError: The server refuses; 1045 is a wrong password.
        """
        defaults = {"host": self.host, "port": self.port, "ssl": self._tls, "autocommit": True, "connect_timeout": 10}
        secret: Any = password.encode()  # The driver would encode a text as Latin-1.
        return pymysql.connect(user=user, password=secret, **{**defaults, **options})

    def execute(
        self, statement: str, arguments: Sequence[Any] | Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        """Execute one statement as root and return its rows."""
        with self._as_root() as root, root.cursor() as cursor:
            cursor.execute(statement, arguments)
            return list(cursor.fetchall())

    def counted(self) -> Counted | None:
        """How many connections there have been beside our own; None when the server does not answer."""
        try:
            counted = self._connections()
        except pymysql.MySQLError:
            return None
        # Whoever asked whether it is ready went away without a password, which the server takes for a refused login.
        return counted._replace(refused=max(0, counted.refused - 1))

    def _connections(self) -> Counted:
        told = dict(self.execute("SHOW GLOBAL STATUS WHERE Variable_name IN ('Connections', 'Aborted_connects')"))
        return Counted(int(told["Connections"]) - self._own_connections, int(told["Aborted_connects"]))

    def stop(self) -> None:
        """End it; cleanly, unless its folder is temporary and goes with it."""
        if not self._home.temporary:
            self._child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(GRACE)
        self._child.kill()
        self._home.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _as_root(self) -> Connection[Any]:
        self._own_connections += 1
        # A socket is safe; the driver would ask for TLS there, too, and read all authorities of the system each time.
        return pymysql.connect(unix_socket=str(self.socket), user="root", autocommit=True, ssl_disabled=True)

    def create_database(self, name: str, owner: str) -> None:
        """Create a database; here a master user may do in it what it may anywhere, so `owner` is of no account."""
        self.execute(f"CREATE DATABASE `{name}`")

    def admit(self, administrator: Credentials) -> None:
        """Create the master user or, if there already is one of that name, give it this password; connections stay."""
        try:
            with self._as_root() as root:
                master.create(root, administrator, self.privileges)
        except pymysql.MySQLError as error:
            # Its words may repeat the password.
            raise Problem(
                f"{self._name} refuses the master user {administrator.user!r}: error {error.args[0]}"
            ) from None

    def _wait_until_ready(self, binary: Binary) -> None:
        def explained() -> Problem:
            return PortTaken(self.port) if port_was_taken(self.log) else explain(self.log, self._home.folder, binary)

        wait(self._child, self._name, is_ready=lambda: _answers(self.socket), explain=explained)


def _network(home: Home, authority: Authority, certificate: Certificate, host: str) -> Options:
    """Verified TLS to this machine's own address, and a socket for root. No option of the user's comes after these."""
    return {
        "bind_address": host,
        "loose_mysqlx": "OFF",
        "pid_file": str(home.folder / "mysqld.pid"),
        "require_secure_transport": "ON",
        "skip_name_resolve": True,  # or root@localhost, without a password, could come by TCP
        "socket": str(home.socket),
        "ssl_ca": str(authority.ca_file),
        "ssl_cert": str(certificate.certificate_file),
        "ssl_key": str(certificate.key_file),
        "tls_version": "TLSv1.2,TLSv1.3",
    }


def _run(binary: Binary, home: Home, options: Options) -> guard.Child:
    try:
        with home.log.open("wb") as log:
            return guard.start(
                [*binary.command, *arguments(options)],
                env={"LC_ALL": "C"},
                stdout=log,
                stderr=log,
                pass_fds=(home.lock,),
                grace=0 if home.temporary else GRACE,
                remove=tuple(home.to_remove),
            )
    except OSError as error:
        raise Problem(f"{binary.path} cannot be run: {error.strerror}") from None


def _answers(path: Path) -> bool:
    """Whether a server that listens on a Unix socket greets us."""
    with socket.socket(socket.AF_UNIX) as client, contextlib.suppress(OSError):
        client.settimeout(GREETED_WITHIN)
        client.connect(str(path))
        return bool(client.recv(1))
    return False
