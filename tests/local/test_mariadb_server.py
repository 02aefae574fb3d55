"""The MariaDB server: what of it is not MySQL's. The folder, the ports and its end are the same code, tested with MySQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pymysql
import pytest

from keyturn.local import mariadb
from keyturn.local.mysql import Credentials
from keyturn.local.servers.trouble import Unsuitable
from keyturn.local.tls import Authority
from keyturn.problem import Problem
from servers import ADMINISTRATOR


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[mariadb.Server]:
    try:
        mariadb.binary()
    except Problem as problem:
        pytest.skip(f"no MariaDB server: {problem}")
    folder = tmp_path_factory.mktemp("mariadb")
    with mariadb.Server.start(folder, authority=authority, administrator=ADMINISTRATOR, temporary=True) as started:
        yield started


MASTER = (ADMINISTRATOR.user, ADMINISTRATOR.password)


def refusal(connect: object) -> int:
    with pytest.raises(pymysql.MySQLError) as refused:
        connect()  # type: ignore[operator]
    return int(refused.value.args[0])


def test_a_client_logs_in_over_tls_or_not_at_all(server: mariadb.Server) -> None:
    with server.connect(*MASTER) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT VERSION()")
        assert "MariaDB" in cursor.fetchone()[0]
        cursor.execute("SHOW STATUS LIKE 'Ssl_version'")
        assert cursor.fetchone()[1].startswith("TLSv1.")
    assert refusal(lambda: server.connect(*MASTER, ssl_disabled=True)) == 1045  # where MySQL says why


def test_root_comes_through_the_socket_only_and_nobody_else_is_there(server: mariadb.Server) -> None:
    assert set(server.execute("SELECT User, Host FROM mysql.user")) >= {
        ("root", "localhost"),
        ("mariadb.sys", "localhost"),
    }
    assert {host for user, host in server.execute("SELECT User, Host FROM mysql.user") if user in ("", "root")} == {
        "localhost"
    }
    assert refusal(lambda: server.connect("root", "")) == 1045
    assert refusal(lambda: server.connect("anyone", "")) == 1045


@pytest.mark.parametrize(
    "statement",
    ["SHUTDOWN", "SET GLOBAL general_log = ON", "SELECT * FROM mysql.user INTO OUTFILE '/tmp/users'"],
)  # fmt: skip
def test_the_master_user_may_no_more_than_on_rds(server: mariadb.Server, statement: str) -> None:
    with (
        server.connect(*MASTER) as connection,
        connection.cursor() as cursor,
        pytest.raises(pymysql.MySQLError) as refused,
    ):
        cursor.execute(statement)
    assert refused.value.args[0] in (1045, 1095, 1227)


def test_it_counts_the_logins_of_others(server: mariadb.Server) -> None:
    before = server.counted()
    server.connect(*MASTER).close()
    refusal(lambda: server.connect(ADMINISTRATOR.user, "another"))
    after = server.counted()
    assert before
    assert after
    assert (after.connections - before.connections, after.refused - before.refused) == (2, 1)


def test_its_data_are_there_for_the_next_one(server: mariadb.Server, tmp_path: Path, authority: Authority) -> None:
    with mariadb.Server.start(tmp_path / "kept", authority=authority, administrator=ADMINISTRATOR) as first:
        first.create_database("shop", ADMINISTRATOR.user)
    with mariadb.Server.start(tmp_path / "kept", authority=authority) as second:
        second.connect(*MASTER, database="shop").close()


def test_a_master_user_that_cannot_be_made_is_told_without_the_password(
    server: mariadb.Server, tmp_path: Path, authority: Authority
) -> None:
    long = Credentials("n" * 200, "never to be told")
    with pytest.raises(Problem, match=r"^MariaDB \S+ refuses the master user") as refused:
        mariadb.Server.start(tmp_path / "new", authority=authority, administrator=long)
    assert "never" not in str(refused.value)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("says", "because"),
    [
        ("mysqld  Ver 9.7.4 for Linux", "is not MariaDB: mysqld  Ver 9.7.4"),
        ("mariadbd  Ver 10.4.34-MariaDB for Linux", "is MariaDB 10.4.34, older than 10.5.2"),
    ],
)
def test_a_program_that_is_named_but_does_not_suit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str, because: str
) -> None:
    program = tmp_path / "mariadbd"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    monkeypatch.setenv("KEYTURN_MARIADBD", str(program))
    with pytest.raises(Unsuitable) as refused:
        mariadb.binary()
    assert refused.value.message.startswith("KEYTURN_MARIADBD: ")
    assert because in refused.value.message
