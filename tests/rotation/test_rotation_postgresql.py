"""What is PostgreSQL's own in a rotation: roles and what they own, members, limits, standbys, logs."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pg8000.native import Connection, identifier, literal

from keyturn.local import mysql, postgresql
from keyturn.rotation import postgresql_verifier as verifier
from keyturn.rotation.errors import ConnectionLost, Postponed, Refused, Rejected, Unreachable, Unsupported
from keyturn.rotation.postgresql_account import Mark, PostgreSQLAccount, Role, Standing
from keyturn.rotation.postgresql_server import PostgreSQLServer
from keyturn.rotation.report import Report
from keyturn.rotation.secret import Login
from kinds import POSTGRESQL, drop_database
from secretsmanager import ARN, CURRENT, PENDING, PREVIOUS
from servers import Database
from sinks import found
from world import DAY, HOUR, World, make, stop_before


@pytest.fixture
def database(postgresql_database: Database) -> Database:
    return postgresql_database


def sql(world: World, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement as the superuser; `{user}`, `{a}` and `{b}` stand for the owner and its login roles."""
    user = world.user
    return POSTGRESQL.sql(world, statement.format(user=f'"{user}"', a=f'"{user}_a"', b=f'"{user}_b"'))


def dba(world: World, statement: str) -> None:
    """Run a statement as a DBA does; names stand as for `sql`."""
    user = world.user
    POSTGRESQL.by_the_master(world, statement.format(user=f'"{user}"', a=f'"{user}_a"', b=f'"{user}_b"'))


def version(world: World) -> int:
    """Which PostgreSQL it is."""
    [(number,)] = sql(world, "SELECT current_setting('server_version_num')::int / 10000")
    return int(number)


@contextmanager
def application(world: World) -> Iterator[Connection]:
    """A connection as the application makes it, with what AWSCURRENT says."""
    value = json.loads(world.manager.value(CURRENT) or "")
    with world.database.server.connect(value["username"], value["password"], database=value["dbname"]) as connection:
        yield cast(Connection, connection)


def attributes(world: World) -> dict[str, bool]:
    """Which of the roles may log in."""
    names = ", ".join(literal(name) for name in world.configuration.logins)
    return dict(sql(world, f"SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname IN ({names})"))  # type: ignore[arg-type]


# What the application may do


def test_each_password_has_a_role_of_its_own_over_one_that_does_not_log_in(world: World) -> None:
    world.rotate()
    world.rotate()
    user = world.user
    assert attributes(world) == {user: False, f"{user}_a": True, f"{user}_b": True}
    assert json.loads(world.manager.value(PREVIOUS) or "")["username"] == f"{user}_a"
    assert json.loads(world.manager.value(CURRENT) or "")["username"] == f"{user}_b"
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    assert attributes(world) == {user: False, f"{user}_a": False, f"{user}_b": True}
    assert len(world.verifiers()) == 1


def test_what_one_role_makes_the_other_can_use(database: Database) -> None:
    """Both act as the owner, so there is one owner of everything: nothing is lost with a password."""
    world = make(database, DB_PRIVILEGES="SELECT, INSERT, UPDATE, DELETE, CREATE, TEMPORARY, EXECUTE")
    world.rotate()
    with application(world) as before:
        before.run("CREATE TABLE orders (id int)")
        before.run("INSERT INTO orders VALUES (1)")
    world.rotate()
    with application(world) as after:
        after.run("ALTER TABLE orders ADD COLUMN paid bool")
        assert after.run("SELECT count(*) FROM orders") == [[1]]
    assert sql(world, "SELECT tableowner FROM pg_tables WHERE tablename = 'orders'") == [(world.user,)]


def test_it_may_use_what_the_administrator_makes_and_no_more(world: World) -> None:
    master = world.database.administrator
    with world.database.server.connect(master.user, master.password, database=world.database.schema) as administrator:
        administrator.run("CREATE TABLE made_before (id serial)")
        world.rotate()
        administrator.run("CREATE TABLE made_after (id serial)")
    with application(world) as client:
        for table in ("made_before", "made_after"):
            client.run(f"INSERT INTO {table} DEFAULT VALUES")
            assert client.run(f"SELECT count(*) FROM {table}") == [[1]]
        with pytest.raises(Exception, match="42501"):
            client.run("TRUNCATE made_before")
        if version(world) >= 15:  # Before, everybody may make tables in `public`.
            with pytest.raises(Exception, match="42501"):
                client.run("CREATE TABLE public.own (id int)")


def test_privileges_that_are_the_owners_are_left_as_they_are(world: World) -> None:
    for statement in (
        "CREATE SCHEMA books; CREATE TABLE books.ledger (id int)",
        "CREATE ROLE {user} NOLOGIN",
        "GRANT USAGE ON SCHEMA books TO {user}; GRANT SELECT ON books.ledger TO {user}",
    ):
        dba(world, statement)
    for _ in range(2):
        world.rotate()
    with application(world) as client:
        assert client.run("SELECT count(*) FROM books.ledger") == [[0]]
        with pytest.raises(Exception, match="42501"):
            client.run("INSERT INTO books.ledger VALUES (1)")


@pytest.mark.parametrize("name", ["we ird", 'qu"oted', "UPPER", "o'clock", "sl\\ash", "ünï"])
def test_users_and_databases_of_any_name(postgresql_server: postgresql.Server, database: Database, name: str) -> None:
    postgresql_server.create_database(name, database.administrator.user)
    try:
        world = make(Database(cast("mysql.Server", postgresql_server), name), DB_USER=f"{name} {database.schema}")
        world.user = world.configuration.user
        world.rotate()
        world.rotate()
        world.assert_invariant()
        world.assert_nothing_leaked()
    finally:
        drop_database(postgresql_server, name)


# What a DBA, or a snapshot, does to the roles


def test_a_password_that_has_expired_is_given_again(world: World) -> None:
    world.rotate()
    sql(world, "ALTER ROLE {a} VALID UNTIL '2020-01-01'")
    world.tick()
    assert world.runs()[-1]["repaired"] == ["AWSCURRENT did not log in"]
    assert world.runs()[-1]["logins"]["refused"] == 0, "what has expired is not tried"
    world.assert_invariant()


def test_a_server_that_bans_who_fails_too_often_sees_no_failed_login(world: World) -> None:
    """As the extension credcheck does: not even the old password is tried after its discard."""
    world.rotate()
    world.rotate()
    sql(world, f"ALTER DATABASE {world.database.schema} SET credcheck.max_auth_failure = '3'")
    assert world.ask("discard")["logins"]["refused"] == 0
    sql(world, f"ALTER DATABASE {world.database.schema} RESET credcheck.max_auth_failure")


def test_an_application_that_may_not_connect_keeps_its_password(world: World) -> None:
    """A refusal that says nothing of the password is none to repair."""
    world.rotate()
    before = world.verifiers()
    sql(world, f"REVOKE CONNECT ON DATABASE {world.database.schema} FROM PUBLIC, {{user}}")
    with pytest.raises(Refused, match="no access to the database"):
        world.tick()
    assert world.verifiers() == before


def test_what_others_have_put_into_the_database_is_not_called(world: World) -> None:
    """Whoever may make functions could give one a name that PostgreSQL's own have, and so act as the administrator."""
    sql(
        world,
        "CREATE FUNCTION public.shobj_description(oid, name) RETURNS text LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'hostile'; END $$",
    )
    sql(world, f"ALTER DATABASE {world.database.schema} SET search_path = public, pg_catalog")
    world.rotate()
    world.rotate()
    world.assert_invariant()


def test_a_password_whose_role_does_not_act_as_the_owner_does_not_become_current(world: World) -> None:
    world.rotate()
    current = world.password()
    stop_before(world, "finishSecret")
    dba(world, "ALTER ROLE {b} RESET role")
    with pytest.raises(Unsupported, match="does not act as"):
        world.handle({"Step": "finishSecret", "SecretId": ARN, "ClientRequestToken": world.manager.holder(PENDING)})
    assert world.password() == current
    world.recover()
    world.assert_invariant()


@pytest.mark.parametrize("loss", ["REVOKE {user} FROM {a}", "ALTER ROLE {a} RESET role"])
def test_a_role_that_no_longer_acts_as_the_owner_does_so_again(world: World, loss: str) -> None:
    world.rotate()
    dba(world, loss)
    world.tick()
    assert world.runs()[-1]["repaired"]
    world.assert_invariant()


def test_the_limit_of_connections_goes_with_the_application(world: World) -> None:
    world.rotate()
    sql(world, "ALTER ROLE {a} CONNECTION LIMIT 7")
    world.rotate()
    assert sql(world, f"SELECT rolconnlimit FROM pg_roles WHERE rolname = '{world.user}_b'") == [(7,)]


SETTINGS = """
    ALTER ROLE {role} SET search_path = "$user", public, "My ""Schema", "a, b";
    ALTER ROLE {role} IN DATABASE {database} SET statement_timeout = '7s';
    ALTER ROLE {role} SET datestyle = 'ISO, DMY';
    ALTER ROLE {role} SET application_name = 'the shop''s';
"""


def settings_of(world: World, role: str) -> set[str]:
    """What has been set for a role, but for whom it acts as."""
    of_the_role = f"SELECT setdatabase, unnest(setconfig) FROM pg_db_role_setting WHERE setrole = '{role}'::regrole"
    return {f"{where} {what}" for where, what in sql(world, of_the_role) if not what.startswith("role=")}


def test_what_has_been_set_for_a_role_goes_with_the_application(world: World) -> None:
    """From a role that is older than the secret to the first of ours, and from there to the next."""
    user, database = world.user, identifier(world.database.schema)
    dba(world, f"CREATE ROLE {identifier(user)} LOGIN PASSWORD 'its own'")
    dba(world, SETTINGS.format(role=identifier(user), database=database))
    before = settings_of(world, user)
    assert len(before) == 4
    for role in (f"{user}_a", f"{user}_b"):
        world.rotate()
        assert settings_of(world, role) == before
        world.manager.pass_time(DAY + HOUR)
        world.tick()
    dba(world, f"ALTER ROLE {identifier(user)}_b".replace('"_b', '_b"') + " RESET application_name")
    world.rotate()
    assert settings_of(world, f"{user}_a") == settings_of(world, f"{user}_b") < before
    with application(world) as client:
        assert client.run("SHOW statement_timeout") == [["7s"]]


def test_what_only_a_superuser_may_set_does_not_stop_it(world: World) -> None:
    world.rotate()
    sql(world, "ALTER ROLE {a} SET log_min_messages = 'panic'")
    world.rotate()
    assert settings_of(world, f"{world.user}_b") == set()
    world.assert_invariant()


def test_a_role_that_a_dba_has_made_keeps_its_password_for_the_grace_period(world: World) -> None:
    world.rotate()
    dba(world, "CREATE ROLE {b} LOGIN PASSWORD 'by hand'")
    with pytest.raises(Postponed, match="keep working"):
        world.rotate()
    assert POSTGRESQL.verifiers(world)
    world.manager.pass_time(DAY + HOUR)
    world.recover()
    world.assert_invariant_of_current()


@pytest.mark.parametrize("owner", [False, True])
@pytest.mark.parametrize("name", ["a", "b"])
def test_a_role_of_somebody_else_is_not_taken_from_him(world: World, name: str, owner: bool) -> None:
    """By chance it is called as one of ours would be."""
    dba(world, f"CREATE ROLE {{{name}}} LOGIN PASSWORD 'of somebody else'")
    if owner:
        dba(world, "CREATE ROLE {user} LOGIN PASSWORD 'its own, of old'")
    with pytest.raises(Unsupported, match=f"there is a role {world.user}_{name} already.* rename or drop it"):
        world.rotate()
    server = world.database.server
    server.connect(f"{world.user}_{name}", "of somebody else", database=world.database.schema).close()
    dba(world, f"DROP ROLE {{{name}}}")
    world.recover()
    world.assert_invariant()


def test_a_snapshot_older_than_the_secret_is_brought_up_to_date(world: World) -> None:
    """The second role is not there yet, and the first is still said to be the newest."""
    world.rotate()
    [(comment,)] = sql(world, f"SELECT shobj_description('{world.user}_a'::regrole, 'pg_authid')")
    world.rotate()
    sql(world, "DROP ROLE {b}")
    sql(world, f"COMMENT ON ROLE {{a}} IS '{comment}'")
    world.tick()
    assert world.runs()[-1]["repaired"] == ["AWSCURRENT did not log in"]
    world.assert_invariant()


def test_an_owner_that_was_dropped_is_made_again_for_the_roles_that_are_left(world: World) -> None:
    world.rotate()
    sql(world, "DROP OWNED BY {user}")
    sql(world, "DROP ROLE {user}")
    world.tick()
    world.assert_invariant()


def test_a_comment_that_is_not_ours_is_no_evidence(world: World) -> None:
    world.rotate()
    sql(world, "COMMENT ON ROLE {a} IS 'the shop'")
    world.tick()
    world.rotate()
    world.assert_invariant()


def test_awscurrent_moved_back_during_a_rotation_does_not_cost_that_password(world: World) -> None:
    """The pending password is for the very role that AWSCURRENT names by now; setting it would end the current one's life."""
    world.rotate()
    world.rotate()
    world.manager.pass_time(DAY + HOUR)
    stop_before(world, "setSecret")
    world.manager.move_back()
    current = world.password()
    with pytest.raises(Rejected, match=r"which was to get the new one.*AWSPENDING"):
        world.recover()
    assert world.logs_in(current or "")
    world.manager.cancel()
    world.tick()
    world.assert_invariant()
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    world.rotate()
    assert world.password(PREVIOUS) == current
    world.assert_invariant()


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        (["CREATE ROLE {user} SUPERUSER"], "superuser"),
        (["CREATE ROLE {user} LOGIN PASSWORD 'x'", "GRANT rds_iam TO {user}"], "IAM or a directory"),
    ],
)
def test_an_account_that_cannot_be_rotated_is_left_alone(world: World, statements: list[str], says: str) -> None:
    for statement in statements:
        sql(world, statement)
    before = world.verifiers()
    with pytest.raises(Unsupported, match=says):
        world.rotate()
    assert world.verifiers() == before


def test_an_administrator_who_may_not_is_told_what_is_missing(world: World) -> None:
    sql(world, f"CREATE ROLE {world.user}_clerk LOGIN PASSWORD 'clerk'")
    world.manager.administrator = json.dumps({"username": f"{world.user}_clerk", "password": "clerk"})
    with pytest.raises(Unsupported, match="CREATEROLE, ADMIN OPTION"):
        world.rotate()
    assert attributes(world) == {}


# When it acts


def test_a_database_that_is_read_only_is_not_changed(world: World) -> None:
    world.rotate()
    sql(world, f"ALTER DATABASE {world.database.schema} SET default_transaction_read_only = on")
    with pytest.raises(Postponed, match="read-only, so it is not the writer"):
        world.rotate()
    world.database.server.execute(f"ALTER DATABASE {world.database.schema} RESET default_transaction_read_only")
    world.recover()
    world.assert_invariant()


def test_a_standby_is_not_changed_and_can_be_observed(
    start_postgresql: Callable[..., postgresql.Server], tmp_path: Path
) -> None:
    """A writer that became a reader: PostgreSQL itself, in recovery for ever."""
    writer = start_postgresql(tmp_path / "server", temporary=False)
    writer.create_database("shop", "admin")
    world = make(Database(cast("mysql.Server", writer), "shop"))
    world.rotate()
    writer.stop()
    (tmp_path / "server" / "data" / "standby.signal").touch()
    standby = start_postgresql(tmp_path / "server", temporary=False, administrator=None, port=writer.port)
    with pytest.raises(Postponed, match="read-only, so it is not the writer"):
        world.rotate()
    administrator = Login(world.database.administrator.user, world.database.administrator.password)
    current = Login(f"{world.user}_a", world.password() or "", world.manager.holder(CURRENT) or "")
    account = world.container._engine(Report("test")).observe(administrator, standby.host)
    assert account
    assert account.leads_with(current)


def test_a_lock_in_the_server_is_given_up(world: World) -> None:
    """A DBA changes the role and does not commit; the change waits behind that, but not for ever."""
    world.rotate()
    world.rotate()
    world.manager.pass_time(DAY + HOUR)
    superuser = Connection(
        "rdsadmin", unix_sock=str(world.database.server.socket), ssl_context=False, database="postgres"
    )
    with superuser:
        superuser.run("BEGIN")
        superuser.run(f'ALTER ROLE "{world.user}_a" NOREPLICATION')
        with pytest.raises(Postponed):
            world.rotate()
        superuser.run("ROLLBACK")
    world.recover()
    world.assert_invariant_of_current()


def test_a_role_without_a_connection_left_is_tried_later(world: World) -> None:
    world.rotate()
    sql(world, "ALTER ROLE {a} CONNECTION LIMIT 1")
    with application(world), pytest.raises(Postponed, match="no connection left"):
        world.rotate()
    sql(world, "ALTER ROLE {a} CONNECTION LIMIT -1")
    world.recover()
    world.assert_invariant()


def test_a_session_that_is_ended_under_its_change_is_got_over(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.rotate()
    run, ended = PostgreSQLServer.run, []

    def run_and_end(self: PostgreSQLServer, kind: str, statements: str) -> Any:
        if kind == "alter role" and not ended:
            ended.append(kind)
            [(pid,)] = sql(world, "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted ORDER BY pid DESC")[
                :1
            ]
            sql(world, f"SELECT pg_terminate_backend({pid})")
            with pytest.raises(ConnectionLost):
                run(self, kind, statements)
            raise ConnectionLost("the connection ended")
        return run(self, kind, statements)

    monkeypatch.setattr(PostgreSQLServer, "run", run_and_end)
    world.rotate()
    assert ended
    world.assert_invariant()


def test_a_wrong_administrator_and_a_missing_database_are_told_apart(world: World, database: Database) -> None:
    with pytest.raises(Refused, match="no such database"):
        make(database, DB_NAME="nowhere").rotate()
    world.manager.administrator = json.dumps({"username": "admin", "password": "wrong"})
    with pytest.raises(Refused, match=r"admin may not log in .*access denied"):
        world.rotate()


@pytest.mark.parametrize(("version", "old"), [(110022, True), (120000, False), (180001, False)])
def test_versions(version: int, old: bool) -> None:
    server = object.__new__(PostgreSQLServer)
    server._host = "db"
    server._configuration = cast("Any", type("Configuration", (), {"user": "app"}))
    server.run = lambda *_: [[version, False, "off", None]]  # type: ignore[method-assign,assignment]
    if old:
        with pytest.raises(Unsupported, match="PostgreSQL 11 is too old"):
            server.enter()
    else:
        server.enter()


# Whom it talks to


@contextmanager
def rogue(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A server that gives this answer to a request for TLS; with everything it was sent."""
    received: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        client, _ = listener.accept()
        with client:
            received.append(client.recv(4096))
            client.sendall(answer)
            while data := client.recv(4096):
                received.append(data)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        yield listener.getsockname()[1], received
        thread.join()


@pytest.mark.parametrize(("answer", "says"), [(b"N", "does not offer TLS"), (b"E", "does not speak PostgreSQL")])
def test_a_postgresql_without_tls_is_sent_nothing(database: Database, answer: bytes, says: str) -> None:
    with rogue(answer) as (port, received), pytest.raises(Unreachable, match=says):
        make(database, DB_PORT=str(port)).rotate()
    assert received == [b"\0\0\0\x08\x04\xd2\x16\x2f"], "more than the request for TLS"


def test_a_postgresql_with_another_name_is_sent_nothing(database: Database) -> None:
    with pytest.raises(Unreachable, match="did not prove its identity"):
        make(database, DB_HOST="127.1").rotate()


# What it stores


def test_a_server_that_would_use_md5_is_given_scram(world: World) -> None:
    sql(world, f"ALTER DATABASE {world.database.schema} SET password_encryption = 'md5'")
    world.rotate()
    world.rotate()
    assert all(stored.startswith("SCRAM-SHA-256$4096:") for stored in world.verifiers())
    world.assert_invariant()


def test_a_user_and_an_administrator_from_the_days_of_md5(world: World) -> None:
    """As PostgreSQL 13 and older ones make them: both log in, and what the user is given from now on is SCRAM's."""
    clerk, own = f"{world.user}_clerk", "As old as MD5"
    world.in_clear.add(own)
    for statement in (
        f"CREATE ROLE {clerk} LOGIN CREATEROLE PASSWORD {literal(own)}",
        f"GRANT CREATE ON SCHEMA public TO {clerk}",
        f"CREATE ROLE {world.user} LOGIN PASSWORD {literal(own)} ADMIN {clerk}",
    ):
        sql(world, f"SET password_encryption = 'md5'; {statement}")
    assert sql(world, f"SELECT left(rolpassword, 3) FROM pg_authid WHERE rolname ~ '^{world.user}'") == [("md5",)] * 2
    world.manager.administrator = json.dumps({"username": clerk, "password": own})
    world.rotate()
    assert world.logs_in(own)
    assert world.logs_in(world.password() or "")
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    assert not world.logs_in(own)
    world.rotate()
    world.assert_invariant()
    assert all(stored.startswith("SCRAM-SHA-256$") for stored in world.verifiers())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30))
@example("I\u00adX")  # RFC 4013, section 3: mapped to nothing
@example("\u00aa")  # normalised
@example("\u2168")
@example("a\u00a0b")  # mapped to a space
@example("\u0627\u0031")  # not allowed: taken as it stands
@example("\u0007")
def test_the_verifier_is_the_one_that_the_server_makes(postgresql_server: postgresql.Server, password: str) -> None:
    postgresql_server.execute("DROP ROLE IF EXISTS made")
    making = f"CREATE ROLE made PASSWORD {literal(password)}"
    postgresql_server.execute(f"SET password_encryption = 'scram-sha-256'; {making}")
    [(stored,)] = postgresql_server.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'made'")
    postgresql_server.execute("DROP ROLE made")
    iterations, salt = stored.split("$")[1].split(":")
    assert verifier.scram(password, base64.b64decode(salt), int(iterations)) == stored


LOGINS = {name: Login(f"app_{name}", name, name) for name in "ab"}


@pytest.mark.parametrize("comment", [None, "", "the shop", "keyturn: best password", "keyturn: newest password, of x"])
def test_a_comment_that_is_not_a_mark(comment: str | None) -> None:
    assert Mark.read(comment) is None


@pytest.mark.parametrize("mark", [Mark(standing, version) for standing in Standing for version in ("", "3f0c-1")])
def test_a_mark_is_read_as_it_was_written(mark: Mark) -> None:
    assert Mark.read(str(mark)) == mark


def test_a_password_is_tried_only_where_the_mark_says_that_it_is_the_right_one() -> None:
    tried: list[Login] = []

    def prove(login: Login) -> bool:
        tried.append(login)
        return True

    for mark, can_log_in, whole, expected in [
        (Mark(Standing.NEWEST, "a"), True, True, True),
        (Mark(Standing.RETAINED, "a"), True, True, True),
        (None, True, True, True),
        (Mark(Standing.NEWEST, "b"), True, True, False),
        (Mark(Standing.DISCARDED), True, True, False),
        (Mark(Standing.NEWEST, "a"), False, True, False),
        (Mark(Standing.NEWEST, "a"), True, False, False),
    ]:
        tried.clear()
        account = PostgreSQLAccount((Role("app_a", mark, can_log_in, whole),), True, prove)
        assert account.admits(LOGINS["a"]) is expected
        assert bool(tried) is expected
        assert account.leads_with(LOGINS["a"]) is (expected and mark == Mark(Standing.NEWEST, "a"))


# What others could read

TALKATIVE = {
    "log_statement": "all",
    "log_min_duration_statement": 0,
    "log_connections": True,
    "log_disconnections": True,
    "log_min_messages": "debug1",
    "shared_preload_libraries": "pg_stat_statements,auto_explain",
    "pg_stat_statements.track": "all",
    "auto_explain.log_min_duration": 0,
    "wal_level": "logical",
    "track_activities": True,
}


def test_no_log_and_no_table_has_a_password(start_postgresql: Callable[..., postgresql.Server], tmp_path: Path) -> None:
    """As with MySQL: the server's own logs of statements have verifiers, where they are on, and never a password."""
    server = start_postgresql(tmp_path / "server", options=TALKATIVE)
    if server.version.major >= 13:
        server.execute("ALTER SYSTEM SET log_parameter_max_length_on_error = -1")
        server.execute("SELECT pg_reload_conf()")
    server.create_database("shop", "admin")
    server.execute("CREATE EXTENSION pg_stat_statements", database="shop")
    world = make(Database(cast("mysql.Server", server), "shop"))
    verifiers: set[str] = set()
    for act in (world.rotate, world.rotate):
        act()
        world.assert_invariant()
        verifiers |= set(world.verifiers())
    with pytest.raises(Postponed):
        world.rotate()
    world.password(PENDING)
    world.manager.pass_time(DAY + HOUR)
    world.recover()
    world.tick()
    world.kind.lock(world)
    with pytest.raises(Unsupported):
        world.rotate()
    world.kind.unlock(world)
    world.kind.drop(world)
    world.tick()
    world.assert_invariant_of_current()
    assert len(world.passwords) >= 3
    assert len(verifiers) >= 2

    assert world.secrets() >= {*world.passwords, world.database.administrator.password}
    statements = "\n".join(str(row) for row in server.execute("SELECT query FROM pg_stat_statements", database="shop"))
    activity = "\n".join(str(row) for row in server.execute("SELECT query FROM pg_stat_activity"))
    comments = "\n".join(str(row) for row in server.execute("SELECT description FROM pg_shdescription"))
    log = server.log.read_text(errors="replace")
    assert "ALTER ROLE" in statements, "pg_stat_statements is not on"
    assert "ALTER ROLE" in log, "the log of statements is not on"
    assert "newest password" in comments
    for text in (statements, activity, comments, log):
        assert found(world.secrets(), text) == []
    assert [stored for stored in verifiers if stored in comments + world.written.getvalue()] == []
    plain = [password.encode() for password in world.passwords]
    for path in (tmp_path / "server").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert [path for password in plain if password in content] == []
    world.assert_nothing_leaked()
