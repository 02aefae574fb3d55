"""A real PostgreSQL server: it takes nothing but TLS, keeps to its folder, is never root, and never outlives who started it."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pg8000
import pytest

from keyturn.local import postgresql
from keyturn.local.postgresql import postgres as postgres
from keyturn.local.postgresql import unprivileged
from keyturn.local.postgresql.fetch import WANTED
from keyturn.local.postgresql.postgres import Programs, Version, installed
from keyturn.local.postgresql.server import code
from keyturn.local.servers import home, ports
from keyturn.local.servers.apt import Source
from keyturn.local.servers.credentials import Credentials
from keyturn.local.servers.fetch import sources
from keyturn.local.servers.trouble import FolderInUse, PortTaken, Unsuitable
from keyturn.local.tls import Authority
from keyturn.problem import Problem
from processes import eventually, kill, read_line, running, start_owner
from servers import ADMINISTRATOR

Start = Callable[..., postgresql.Server]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[postgresql.Server]:
    folder = tmp_path_factory.mktemp("postgresql")
    with postgresql.Server.start(
        folder, authority=authority, administrator=ADMINISTRATOR, temporary=True, names=["dev-001.cluster-c1.example"]
    ) as server:
        yield server


def refusal(server: postgresql.Server, user: str, password: str, **options: object) -> str:
    with pytest.raises(pg8000.exceptions.DatabaseError) as refused:
        server.connect(user, password, **options)
    return code(refused.value)


class TestAClient:
    def test_logs_in_over_tls(self, server: postgresql.Server):
        with server.connect(ADMINISTRATOR.user, ADMINISTRATOR.password) as connection:
            shown = connection.run("SELECT current_user, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert shown == [[ADMINISTRATOR.user, "TLSv1.3"]]

    def test_without_tls_is_refused(self, server: postgresql.Server):
        assert refusal(server, ADMINISTRATOR.user, ADMINISTRATOR.password, ssl_context=False) == "28000"

    def test_with_another_password_is_refused(self, server: postgresql.Server):
        assert refusal(server, ADMINISTRATOR.user, "another") == "28P01"

    def test_of_another_authority_does_not_trust_it(self, server: postgresql.Server, tmp_path: Path):
        stranger = Authority.open(tmp_path).client_context()
        with pytest.raises(OSError, match="certificate verify failed"):
            server.connect(ADMINISTRATOR.user, ADMINISTRATOR.password, ssl_context=stranger)

    def test_that_is_the_superuser_comes_through_the_socket_only(self, server: postgresql.Server):
        assert refusal(server, "rdsadmin", "") == "28000"
        assert server.execute("SELECT current_user") == [("rdsadmin",)]

    def test_from_elsewhere_finds_nobody(self, server: postgresql.Server):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", server.port), timeout=5)


class TestTheMaster:
    @pytest.mark.parametrize(
        "statement",
        ["SELECT rolpassword FROM pg_authid", "ALTER SYSTEM SET work_mem = '1MB'", "CREATE ROLE r SUPERUSER"],
    )
    def test_may_no_more_than_on_rds(self, server: postgresql.Server, statement: str):
        with (
            server.connect(ADMINISTRATOR.user, ADMINISTRATOR.password) as connection,
            pytest.raises(pg8000.exceptions.DatabaseError) as refused,
        ):
            connection.run(statement)
        assert code(refused.value) == "42501"

    def test_owns_the_database_that_is_made_for_it(self, server: postgresql.Server):
        server.create_database("the shop", ADMINISTRATOR.user)
        with server.connect(ADMINISTRATOR.user, ADMINISTRATOR.password, database="the shop") as connection:
            connection.run("CREATE ROLE customer NOLOGIN")
            connection.run('GRANT CONNECT ON DATABASE "the shop" TO customer')

    def test_that_cannot_be_created_is_reported_without_the_password(self, tmp_path: Path, authority: Authority):
        master = Credentials("pg_reserved", "Very-Secret-1")
        with pytest.raises(Problem, match="master user 'pg_reserved': error 42939") as refused:
            postgresql.Server.start(tmp_path / "pg", authority=authority, administrator=master)
        assert "Very-Secret-1" not in refused.value.message
        assert not (tmp_path / "pg").exists()


class TestTheFolder:
    def test_is_open_to_its_owner_only(self, server: postgresql.Server):
        assert stat.S_IMODE(server.log.parent.stat().st_mode) == 0o700

    def test_keeps_the_data_for_the_next_server(self, start_postgresql: Start, tmp_path: Path):
        first = start_postgresql(tmp_path / "pg", temporary=False)
        first.execute("CREATE TABLE kept AS SELECT 'here' AS word")
        first.stop()
        second = start_postgresql(tmp_path / "pg", temporary=False)
        os.kill(second.pid, signal.SIGKILL)
        second.stop()
        assert start_postgresql(tmp_path / "pg").execute("SELECT word FROM kept") == [("here",)]

    def test_that_is_temporary_goes_with_the_server(self, start_postgresql: Start, tmp_path: Path):
        server = start_postgresql(tmp_path / "pg")
        assert shared_memory(server)
        server.stop()
        assert not (tmp_path / "pg").exists()
        assert not running(server.pid)
        assert not shared_memory(server)

    def test_with_a_long_path_has_its_socket_elsewhere(self, start_postgresql: Start, tmp_path: Path):
        server = start_postgresql(tmp_path / ("long" * 30))
        assert server.execute("SELECT 1") == [(1,)]
        server.stop()
        assert not server.socket.parent.exists()

    def test_serves_one_server_at_a_time(self, start_postgresql: Start, tmp_path: Path, monkeypatch):
        monkeypatch.setattr(home, "PREDECESSOR_ENDS_WITHIN", 0.1)
        first = start_postgresql(tmp_path / "pg")
        with pytest.raises(FolderInUse):
            start_postgresql(tmp_path / "pg")
        assert first.execute("SELECT 1") == [(1,)]


def shared_memory(server: postgresql.Server) -> list[str]:
    """The pieces of System V's shared memory that the server has made, where this system tells."""
    table = Path("/proc/sysvipc/shm")
    lines = table.read_text().splitlines()[1:] if table.exists() else []
    return [line for line in lines if line.split()[4] == str(server.pid)]


@pytest.mark.skipif(os.geteuid() != 0, reason="we are not root")
def test_it_is_not_root_where_we_are(server: postgresql.Server):
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_where_root_cannot_become_another_it_says_so(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(unprivileged.shutil, "which", lambda _: None)
    with pytest.raises(Problem, match="does not run as root"):
        unprivileged.command()


class TestThePort:
    def test_that_is_asked_for_but_not_free_is_reported(self, start_postgresql: Start, tmp_path: Path):
        with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(PortTaken):
            start_postgresql(tmp_path / "pg", port=other.getsockname()[1])
        assert not (tmp_path / "pg").exists()

    def test_that_somebody_snatches_is_replaced(self, start_postgresql: Start, monkeypatch):
        free = ports.free_port
        with socket.create_server(("127.0.0.1", 0)) as other:
            chosen = iter([other.getsockname()[1]])
            monkeypatch.setattr(ports, "free_port", lambda host: next(chosen, None) or free(host))
            assert start_postgresql().port != other.getsockname()[1]


class TestOptions:
    def test_are_postgress_own_but_cannot_open_what_we_keep_shut(self, start_postgresql: Start):
        server = start_postgresql(options={"max_connections": 17, "listen_addresses": "*", "ssl": False})
        names = "'max_connections', 'listen_addresses', 'ssl'"
        shown = server.execute(f"SELECT setting FROM pg_settings WHERE name IN ({names}) ORDER BY name")
        assert shown == [("127.0.0.1",), ("17",), ("on",)]

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            ({"no_such_thing": 1}, r"^PostgreSQL [\d.]+ knows no option no_such_thing$"),
            ({"shared_preload_libraries": "nowhere"}, r"did not start in .*/pg: .*nowhere"),
        ],
    )
    def test_that_are_wrong_are_reported(self, start_postgresql: Start, tmp_path: Path, options, says):
        with pytest.raises(Problem, match=says):
            start_postgresql(tmp_path / "pg", options=options)
        assert not (tmp_path / "pg").exists()


OWNER = """
import sys
from pathlib import Path
from keyturn.local import postgresql
from keyturn.local.tls import Authority
folder = Path(sys.argv[1])
authority = Authority.open(folder / "authority")
server = postgresql.Server.start(folder / "pg", authority=authority, temporary={temporary})
print(server.pid, flush=True)
{then}
"""


class TestTheOwner:
    @pytest.fixture
    def owner(self, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
        started: list[subprocess.Popen[str]] = []

        def start(*, temporary: bool = True, then: str = "import time; time.sleep(1000)") -> subprocess.Popen[str]:
            started.append(start_owner(OWNER.format(temporary=temporary, then=then), tmp_path))
            return started[-1]

        yield start
        for process in started:
            kill(process)

    def test_killed_takes_the_server_and_its_folder_along(self, owner, tmp_path: Path):
        process = owner()
        pid = int(read_line(process))
        kill(process)
        assert eventually(lambda: not running(pid) and not (tmp_path / "pg").exists())

    def test_killed_leaves_data_that_is_to_be_kept(self, owner, tmp_path: Path, start_postgresql: Start):
        process = owner(temporary=False)
        read_line(process)
        kill(process)
        assert start_postgresql(tmp_path / "pg").execute("SELECT 1") == [(1,)]

    def test_ending_without_a_word_takes_the_server_along(self, owner, tmp_path: Path):
        process = owner(then="raise RuntimeError")
        pid = int(read_line(process))
        process.wait()
        assert eventually(lambda: not running(pid) and not (tmp_path / "pg").exists())


def program(folder: Path, says: str) -> Path:
    """A `postgres` that says this of its version, with an `initdb` beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "initdb").touch()
    (folder / "postgres").write_text(f"#!/bin/sh\necho '{says}'\n")
    (folder / "postgres").chmod(0o755)
    return folder / "postgres"


class TestTheProgram:
    @pytest.mark.parametrize(
        ("says", "version"),
        [
            ("postgres (PostgreSQL) 12.0", Version(12, 0)),
            ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", Version(15, 18)),
        ],
    )
    def test_that_is_new_enough_is_accepted(self, tmp_path, says, version):
        assert Programs.at(program(tmp_path, says)).version == version

    @pytest.mark.parametrize(
        ("says", "because"),
        [
            ("postgres (PostgreSQL) 11.22", "is PostgreSQL 11.22, older than 12.0"),
            ("postgres (PostgreSQL) 9.6.24", "is PostgreSQL 9.6, older than 12.0"),
            ("something else 15.1", "is not PostgreSQL: something else"),
            ("", "is not PostgreSQL: it says nothing about its version"),
        ],
    )
    def test_that_is_anything_else_is_refused_by_the_name_it_was_given(self, tmp_path, monkeypatch, says, because):
        monkeypatch.setenv("KEYTURN_POSTGRES", str(program(tmp_path, says)))
        with pytest.raises(Unsuitable, match=because) as refused:
            postgresql.programs()
        assert refused.value.message.startswith("KEYTURN_POSTGRES: ")

    def test_on_path_comes_first_then_the_newest_in_a_usual_place(self, tmp_path, monkeypatch):
        monkeypatch.delenv("KEYTURN_POSTGRES", raising=False)
        monkeypatch.setattr(postgres, "USUAL_PLACES", (f"{tmp_path}/lib/*/postgres",))
        for major in (9, 14, 13):
            program(tmp_path / "lib" / str(major), f"postgres (PostgreSQL) {major}.1")
        monkeypatch.setenv("PATH", f"{tmp_path}/bin:/nonexistent")
        found = installed()
        assert found
        assert found.version == Version(14, 1)
        program(tmp_path / "bin", "postgres (PostgreSQL) 12.3")
        found = installed()
        assert found
        assert found.version == Version(12, 3)

    def test_is_fetched_from_the_releases_own_repositories(self):
        configured = [
            Source(uri, suite, "main", "amd64", Path("/keys"))
            for uri, suite in (
                ("http://third.party/debian", "bookworm"),
                ("http://mirror/debian", "bookworm"),
                ("http://mirror/debian", "bookworm-updates"),
                ("http://security/debian", "bookworm-security"),
            )
        ]
        chosen = sources(WANTED, {"ID": "debian", "VERSION_CODENAME": "bookworm"}, configured)
        assert [(source.uri, source.suite) for source in chosen] == [
            ("http://mirror/debian", "bookworm"),
            ("http://mirror/debian", "bookworm-updates"),
            ("http://security/debian", "bookworm-security"),
        ]
