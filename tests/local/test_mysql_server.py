"""A real MySQL server: it takes nothing but TLS, keeps to its folder, and never outlives who started it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql
import pytest

from keyturn.local import mysql
from keyturn.local.servers import home, ports
from keyturn.local.tls import Authority
from keyturn.problem import Problem
from processes import eventually, kill, naming, read_line, running, start_owner
from servers import ADMINISTRATOR, Database

Start = Callable[..., mysql.Server]


class TestAClient:
    def test_logs_in_over_tls(self, database: Database):
        user = database.new_user()
        with database.server.connect(user.user, user.password, database=database.schema) as connection:
            rows = (
                query(connection, "SELECT current_user(), database()"),
                query(connection, "SHOW STATUS LIKE 'Ssl_version'"),
            )
        assert rows == ([(f"{user.user}@%", database.schema)], [("Ssl_version", "TLSv1.3")])

    def test_may_use_the_servers_names(self, start_mysql: Start):
        server = start_mysql(names=["dev-001.cluster-c1.example"])
        for name in ("127.0.0.1", "localhost"):
            server.connect(ADMINISTRATOR.user, ADMINISTRATOR.password, host=name).close()
        tls = ssl.create_default_context(cafile=server.ca_file)
        assert name_is_verified(server, tls, "dev-001.cluster-c1.example")
        assert not name_is_verified(server, tls, "dev-002.cluster-c1.example")

    def test_without_tls_is_refused(self, database: Database):
        user = database.new_user()
        database.server.connect(user.user, user.password).close()
        with pytest.raises(pymysql.err.OperationalError) as refused:
            database.server.connect(user.user, user.password, ssl=None, ssl_disabled=True)
        assert refused.value.args[0] == 3159  # ER_SECURE_TRANSPORT_REQUIRED

    def test_with_tls_that_is_too_old_is_refused(self, database: Database):
        tls = ssl.create_default_context(cafile=database.server.ca_file)
        tls.set_ciphers("DEFAULT:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1_1"):
            tls.minimum_version = tls.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(pymysql.err.OperationalError):
            database.server.connect(ADMINISTRATOR.user, ADMINISTRATOR.password, ssl=tls)

    def test_of_another_authority_does_not_trust_it(self, database: Database, tmp_path: Path):
        stranger = Authority.open(tmp_path).client_context()
        with pytest.raises(pymysql.err.OperationalError, match="certificate verify failed"):
            database.server.connect(ADMINISTRATOR.user, ADMINISTRATOR.password, ssl=stranger)

    def test_that_is_root_comes_through_the_socket_only(self, database: Database):
        with pytest.raises(pymysql.err.OperationalError) as refused:
            database.server.connect("root", "")
        assert refused.value.args[0] in (1045, 1130)

    def test_from_elsewhere_finds_nobody(self, database: Database):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.2", database.server.port), timeout=5)


def query(connection: pymysql.Connection, statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def name_is_verified(server: mysql.Server, tls: ssl.SSLContext, name: str) -> bool:
    """Whether a client that finds the server under this name would log in."""
    tls.wrap_socket, wrap = lambda plain, server_hostname: wrap(plain, server_hostname=name), tls.wrap_socket
    try:
        server.connect(ADMINISTRATOR.user, ADMINISTRATOR.password, ssl=tls).close()
    except pymysql.err.OperationalError as error:
        return "certificate verify failed" not in str(error)
    finally:
        del tls.wrap_socket
    return True


class TestTheMaster:
    def test_may_keep_a_users_old_password(self, database: Database):
        user = database.new_user()
        with database.server.connect(ADMINISTRATOR.user, ADMINISTRATOR.password) as connection:
            query(connection, f"ALTER USER {user.user} IDENTIFIED BY 'The 2nd one' RETAIN CURRENT PASSWORD")
        for password in (user.password, "The 2nd one"):
            database.server.connect(user.user, password).close()

    @pytest.mark.parametrize(
        "statement",
        [
            "SHUTDOWN",
            "SET PERSIST max_connections = 5",
            "SET GLOBAL general_log = ON",
            "CREATE RESOURCE GROUP r TYPE = USER",
        ],
    )
    def test_may_no_more_than_auroras(self, database: Database, statement: str):
        with (
            database.server.connect(ADMINISTRATOR.user, ADMINISTRATOR.password) as connection,
            pytest.raises(pymysql.err.MySQLError) as refused,
        ):
            query(connection, statement)
        assert refused.value.args[0] in (1142, 1227)  # ER_TABLEACCESS_DENIED_ERROR, ER_SPECIFIC_ACCESS_DENIED_ERROR

    def test_that_cannot_be_created_is_reported_without_the_password(self, tmp_path: Path, authority: Authority):
        master = mysql.Credentials("x" * 33, "Very-Secret-1")
        with pytest.raises(Problem, match="master user") as refused:
            mysql.Server.start(tmp_path / "mysql", authority=authority, administrator=master)
        assert "Very-Secret-1" not in refused.value.message + repr(master)
        assert not (tmp_path / "mysql").exists()


def _opened(pid: int) -> Iterator[str]:
    """What a process holds open; what it closes while this is asked, such as a connection, is left out."""
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            yield str(link.readlink())


class TestTheFolder:
    def test_holds_all_that_the_server_writes(self, start_mysql: Start, tmp_path: Path):
        server = start_mysql(tmp_path / "mysql", options={"general_log": True, "log_bin": True})
        server.execute("CREATE DATABASE somewhere")
        files = [path for path in _opened(server.pid) if path.startswith("/") and not path.startswith("/dev/")]
        assert files
        assert [path for path in files if not path.startswith(f"{tmp_path}/mysql/")] == []
        assert "CREATE DATABASE somewhere" in (tmp_path / "mysql" / "general.log").read_text()

    def test_is_open_to_its_owner_only(self, start_mysql: Start, tmp_path: Path):
        (tmp_path / "mysql").mkdir(mode=0o755)
        start_mysql(tmp_path / "mysql")
        assert stat.S_IMODE((tmp_path / "mysql").stat().st_mode) == 0o700

    def test_keeps_the_data_for_the_next_server(self, start_mysql: Start, tmp_path: Path):
        first = start_mysql(tmp_path / "mysql", temporary=False)
        first.execute("CREATE TABLE mysql.kept (word TEXT)")
        first.execute("INSERT INTO mysql.kept VALUES ('here')")
        first.stop()
        assert start_mysql(tmp_path / "mysql").execute("SELECT word FROM mysql.kept") == [("here",)]

    def test_keeps_what_was_committed_when_the_server_is_killed(self, start_mysql: Start, tmp_path: Path):
        first = start_mysql(tmp_path / "mysql", temporary=False)
        first.execute("CREATE TABLE mysql.kept (word TEXT)")
        first.execute("INSERT INTO mysql.kept VALUES ('here')")
        os.kill(first.pid, signal.SIGKILL)
        first.stop()
        assert start_mysql(tmp_path / "mysql").execute("SELECT word FROM mysql.kept") == [("here",)]

    def test_that_is_temporary_goes_with_the_server(self, start_mysql: Start, tmp_path: Path):
        server = start_mysql(tmp_path / "mysql")
        server.stop()
        assert not (tmp_path / "mysql").exists()
        assert not running(server.pid)

    def test_with_a_long_path_has_its_socket_elsewhere(self, start_mysql: Start, tmp_path: Path):
        server = start_mysql(tmp_path / ("long" * 30), temporary=False)
        assert not server.socket.is_relative_to(tmp_path)
        server.stop()
        assert not server.socket.parent.exists()

    def test_serves_one_server_at_a_time(self, start_mysql: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(home, "PREDECESSOR_ENDS_WITHIN", 0.1)
        first = start_mysql(tmp_path / "mysql")
        with pytest.raises(mysql.FolderInUse, match=f"another server runs in {tmp_path}/mysql"):
            start_mysql(tmp_path / "mysql")
        assert first.execute("SELECT 1") == [(1,)]

    def test_that_cannot_be_written_is_reported(self, start_mysql: Start, tmp_path: Path):
        (tmp_path / "file").touch()
        with pytest.raises(Problem, match=f"^cannot write {tmp_path}/file/mysql: not a directory$"):
            start_mysql(tmp_path / "file" / "mysql")

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    def test_that_may_not_be_written_is_reported(self, start_mysql: Start, tmp_path: Path):
        (tmp_path / "locked").mkdir(mode=0o555)
        with pytest.raises(Problem, match=f"^cannot write {tmp_path}/locked/mysql: permission denied$"):
            start_mysql(tmp_path / "locked" / "mysql")

    def test_without_room_is_reported(self, start_mysql: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(home, "ROOM", 1 << 60)
        with pytest.raises(Problem, match=f"^no space left in {tmp_path}/mysql$"):
            start_mysql(tmp_path / "mysql")
        assert not (tmp_path / "mysql").exists()


class TestThePort:
    def test_that_is_asked_for_is_taken(self, start_mysql: Start):
        port = ports.free_port(ports.HOST)
        assert start_mysql(port=port).port == port

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux has more than one loopback address")
    def test_is_free_at_another_loopback_address(self, start_mysql: Start):
        first = start_mysql()
        second = start_mysql(host="127.66.0.1", port=first.port)
        assert (second.host, second.port) == ("127.66.0.1", first.port)
        with second.connect(ADMINISTRATOR.user, ADMINISTRATOR.password) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT @@bind_address")
            assert cursor.fetchall() == (("127.66.0.1",),)

    def test_that_is_asked_for_but_not_free_is_reported(self, start_mysql: Start, tmp_path: Path):
        with listening() as port, pytest.raises(mysql.PortTaken, match=f"^port {port} is taken$"):
            start_mysql(tmp_path / "mysql", port=port)
        assert not (tmp_path / "mysql").exists()

    def test_that_somebody_snatches_is_replaced(self, start_mysql: Start, monkeypatch: pytest.MonkeyPatch):
        free = ports.free_port
        with listening() as port:
            chosen = iter([port, port])
            monkeypatch.setattr(ports, "free_port", lambda host: next(chosen, None) or free(host))
            assert start_mysql().port != port


@contextmanager
def listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


class TestOptions:
    def test_are_mysqlds_own(self, start_mysql: Start):
        options = {"performance_schema": True, "log_bin": True, "max_connections": 17}
        shown = start_mysql(options=options).execute(
            "SELECT @@performance_schema, @@log_bin, @@max_connections, @@require_secure_transport"
        )
        assert shown == [(1, 1, 17, 1)]

    def test_cannot_open_what_we_keep_shut(self, start_mysql: Start):
        options = {
            "bind_address": "0.0.0.0",
            "require_secure_transport": "OFF",
            "skip_name_resolve": False,
            "datadir": "/tmp/x",
        }
        shown = start_mysql(options=options).execute(
            "SELECT @@bind_address, @@require_secure_transport, @@skip_name_resolve"
        )
        assert shown == [("127.0.0.1", 1, 1)]

    def test_that_do_not_exist_are_reported(self, start_mysql: Start, tmp_path: Path):
        with pytest.raises(Problem, match=r"^MySQL [\d.]+ knows no option no-such-thing$"):
            start_mysql(tmp_path / "mysql", options={"no_such_thing": 1})
        assert not (tmp_path / "mysql").exists()

    def test_that_are_wrong_are_reported(self, start_mysql: Start, tmp_path: Path):
        with pytest.raises(Problem, match=r"did not start in .*/mysql: .*no-such-engine"):
            start_mysql(tmp_path / "mysql", options={"default_storage_engine": "no-such-engine"})
        assert not (tmp_path / "mysql").exists()

    def test_that_are_wrong_leave_the_data_of_a_former_server(self, start_mysql: Start, tmp_path: Path):
        start_mysql(tmp_path / "mysql", temporary=False).stop()
        with pytest.raises(Problem):
            start_mysql(tmp_path / "mysql", temporary=False, options={"no_such_thing": 1})
        assert start_mysql(tmp_path / "mysql").execute("SELECT 1") == [(1,)]


OWNER = """
import sys
from pathlib import Path
from keyturn.local import mysql
from keyturn.local.tls import Authority
folder = Path(sys.argv[1])
authority = Authority.open(folder / "authority")
print("starting", flush=True)
server = mysql.Server.start(folder / "mysql", authority=authority, temporary={temporary})
print(server.pid, server.socket, flush=True)
{then}
"""


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a process that starts a server, prints the server's process id and socket, and then does something."""
    started: list[subprocess.Popen[str]] = []

    def start(*, temporary: bool = True, then: str = "import time; time.sleep(1000)") -> subprocess.Popen[str]:
        started.append(start_owner(OWNER.format(temporary=temporary, then=then), tmp_path))
        assert read_line(started[-1]) == "starting"
        return started[-1]

    yield start
    for process in started:
        kill(process)


class TestTheOwner:
    def test_killed_takes_the_server_and_its_folder_along(self, owner, tmp_path: Path):
        process = owner()
        pid = int(read_line(process).split()[0])
        kill(process)
        assert eventually(lambda: not running(pid) and not (tmp_path / "mysql").exists())

    def test_killed_leaves_data_that_is_to_be_kept_and_no_socket(self, owner, tmp_path: Path, start_mysql: Start):
        process = owner(temporary=False)
        pid = int(read_line(process).split()[0])
        kill(process)
        assert eventually(lambda: not running(pid))
        assert start_mysql(tmp_path / "mysql").execute("SELECT 1") == [(1,)]

    def test_killed_makes_way_for_the_next_at_once(self, owner, tmp_path: Path, start_mysql: Start):
        process = owner(temporary=False)
        read_line(process)
        kill(process)
        assert start_mysql(tmp_path / "mysql").execute("SELECT 1") == [(1,)]

    @pytest.mark.parametrize("then", ["raise RuntimeError", "sys.exit(0)"])
    def test_ending_without_a_word_takes_the_server_along(self, owner, tmp_path: Path, then: str):
        process = owner(then=then)
        pid = int(read_line(process).split()[0])
        process.wait()
        assert eventually(lambda: not running(pid) and not (tmp_path / "mysql").exists())

    @pytest.mark.parametrize("seconds", [0, 0.1, 0.3, 0.5])
    @pytest.mark.parametrize("temporary", [True, False])
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
    def test_interrupted_while_it_starts_leaves_no_process(self, owner, tmp_path: Path, number, temporary, seconds):
        process = owner(temporary=temporary)
        time.sleep(seconds)
        process.send_signal(number)
        said, _ = process.communicate()
        assert eventually(lambda: not naming(tmp_path))
        kept = said and not temporary
        if number == signal.SIGINT and not kept:
            assert eventually(lambda: not (tmp_path / "mysql").exists())
