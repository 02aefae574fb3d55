"""
A real MariaDB server for tests, fetched once into the user's cache as the MySQL server is.

Its packages come from the machine's own Debian or Ubuntu release. Where they cannot be had, `find` says so and tests are skipped.
"""

from __future__ import annotations

import platform
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql

from keyturn.local import guard
from keyturn.local.mysql import Credentials
from keyturn.local.servers import cache
from keyturn.local.servers.fetch import Wanted, fetch
from keyturn.local.servers.prefetch import main
from keyturn.local.servers.progress import Progress, silent
from keyturn.local.tls import Authority

WANTED = Wanted(
    name="MariaDB",
    packages=("mariadb-server-core",),
    suite=None,
    oldest="10.4",
    variable="KEYTURN_CACHE",
    program="/some/folder",
    commands={},
)
READY_WITHIN = 60  # seconds


def find(progress: Progress = silent) -> Path:
    """
    The folder that the server and all its libraries are unpacked in.

    Raises:
        Problem: They cannot be fetched.
    """
    return cache.once(
        cache.folder() / "mariadb" / f"server-{sys.platform}-{platform.machine()}",
        lambda prefix: fetch(prefix, WANTED, progress),
        waiting=lambda: None,
    )


@dataclass(frozen=True)
class MariaDB:
    """A running server, with the parts of `keyturn.local.mysql.Server` that the tests of rotation use."""

    host: str
    port: int
    ca_file: Path
    socket: Path
    authority: Authority

    def connect(self, user: str, password: str, **options: Any) -> Any:
        """Log in over verified TLS."""
        defaults = {"host": self.host, "port": self.port, "ssl": self.authority.client_context(), "autocommit": True}
        return pymysql.connect(user=user, password=password, **{**defaults, **options})

    def execute(self, statement: str, arguments: Any = None) -> list[tuple[Any, ...]]:
        """Execute one statement as root."""
        with (
            pymysql.connect(unix_socket=str(self.socket), user="root", autocommit=True) as root,
            root.cursor() as cursor,
        ):
            cursor.execute(statement, arguments)
            return list(cursor.fetchall())


@contextmanager
def running(folder: Path, authority: Authority, administrator: Credentials, port: int) -> Iterator[MariaDB]:
    """A server in this folder, with this administrator, until the block ends or this process does."""
    prefix = find()
    data, sock = folder / "data", folder / "s"
    data.mkdir(parents=True)
    certificate = authority.issue(folder)
    common = ["--no-defaults", f"--datadir={data}", f"--lc-messages-dir={prefix}/usr/share/mysql", "--user=root"]
    _bootstrap(prefix, common)
    options = [
        *common, f"--socket={sock}", f"--port={port}", "--bind-address=127.0.0.1", f"--pid-file={folder}/pid",
        f"--ssl-ca={authority.ca_file}", f"--ssl-cert={certificate.certificate_file}", f"--ssl-key={certificate.key_file}",
        "--skip-log-bin", "--general-log=1", f"--general-log-file={folder}/general.log", "--skip-name-resolve",
        "--innodb-buffer-pool-size=32M",
    ]  # fmt: skip
    with (
        (folder / "log").open("wb") as log,
        guard.start([*_command(prefix), *options], stdout=log, stderr=log) as child,
    ):
        server = MariaDB("127.0.0.1", port, authority.ca_file, sock, authority)
        deadline = time.monotonic() + READY_WITHIN
        while not _answers(sock):
            assert child.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        server.execute("CREATE USER %s@'%%' IDENTIFIED BY %s", (administrator.user, administrator.password))
        server.execute(
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, RELOAD, PROCESS, CREATE USER ON *.* TO %s@'%%'"
            " WITH GRANT OPTION",
            (administrator.user,),
        )
        yield server


def _answers(path: Path) -> bool:
    """Asked without the driver, which leaves its socket open when it is refused."""
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def _bootstrap(prefix: Path, common: list[str]) -> None:
    scripts = [
        prefix / "usr/share/mysql" / name for name in ("mysql_system_tables.sql", "mysql_system_tables_data.sql")
    ]
    text = "CREATE DATABASE mysql;\nUSE mysql;\n" + "".join(script.read_text() for script in scripts)
    subprocess.run([*_command(prefix), *common, "--bootstrap"], input=text.encode(), check=True, capture_output=True)


def _command(prefix: Path) -> list[str | Path]:
    """Run by the loader and with the libraries that came with it, whatever this system's are."""
    loader = next(path for path in prefix.rglob("ld-linux*.so.*"))
    libraries = sorted({path.parent for path in prefix.rglob("*.so.*") if path.is_file()})
    return [loader, "--library-path", ":".join(map(str, libraries)), prefix / "usr/sbin/mariadbd"]


if __name__ == "__main__":
    sys.exit(main("mariadb", lambda progress: find(progress) and "MariaDB"))
