"""The search after every test finds what has leaked: each sink is given a password on purpose."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import quote

import pytest

from keyturn.local import mysql
from keyturn.rotation.redact import Redactor
from keyturn.rotation.upkeep import Upkeep
from secretsmanager import ARN
from servers import Database
from sinks import searched
from world import World, make

WORD = "What the application has had"


@contextmanager
def leak() -> Iterator[list[str]]:
    """What is done meanwhile is found out; what the search says is in the list then."""
    said: list[str] = []
    with pytest.raises(AssertionError) as caught, searched():
        yield said
    said += str(caught.value).removeprefix("a password has leaked: ").splitlines()


def careless(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    """Have setSecret also send a statement that has the new password in clear."""
    admit, is_mysql = world.kind.server.admit, isinstance(world.database.server, mysql.Server)

    def admit_and_tell(self: Any, pending: Any) -> Any:
        send = self._connection.cursor().execute if is_mysql else self._connection.run
        send(f"SELECT '{pending.password}'")
        return admit(self, pending)

    monkeypatch.setattr(world.kind.server, "admit", admit_and_tell)


def test_a_password_in_a_statement_is_found(any_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with leak() as said:
        world = make(any_database)
        world.rotate()
        careless(monkeypatch, world)
        world.rotate()
    for name in ("general.log", "slow.log") if isinstance(any_database.server, mysql.Server) else ("postgres.log",):
        assert f"{name}: {world.password()}" in said


@pytest.fixture(params=["database", "mariadb_database"])
def any_mysql(request: pytest.FixtureRequest) -> Database:
    database: Database = request.getfixturevalue(request.param)
    return database


def has_a_user_made_in_clear(database: Database) -> World:
    world = make(database)
    world.kind.make(world, WORD)
    world.manager.put_by_hand(json.dumps({"username": world.user, "password": WORD}))
    return world


def test_what_a_test_says_that_it_has_put_into_a_statement_is_allowed(any_database: Database) -> None:
    with searched():
        world = has_a_user_made_in_clear(any_database)
    assert world.in_clear == {WORD}


@pytest.mark.parametrize("kind", ["mariadb_database", "postgresql_database"])
def test_what_a_test_does_not_say_is_found(request: pytest.FixtureRequest, kind: str) -> None:
    """MySQL would hide this one."""
    with leak() as said:
        has_a_user_made_in_clear(request.getfixturevalue(kind)).in_clear.clear()
    assert said[0] in (f"general.log: {WORD}", f"postgres.log: {WORD}")


def has_a_password(database: Database) -> World:
    world = make(database)
    world.manager.put_by_hand(json.dumps({"password": WORD}))
    return world


SAID = f"SELECT '{WORD}'"
OF_MYSQL = {
    "binary log": f"CREATE TABLE {{schema}}.leak (word text COMMENT '{WORD}')",
    "prepared_statements_instances": f'PREPARE leak FROM "{SAID}"',
    "general.log": SAID,
    "slow.log": SAID,
    "events_statements_history_long": SAID,
}
"""Which statement leaves a password in which sink."""
SAYING = {
    "mysql": {**OF_MYSQL, "events_statements_summary_by_digest": SAID},
    "mariadb": OF_MYSQL,  # It keeps no sample with a digest.
    "postgresql": {
        "write-ahead log": f"COMMENT ON DATABASE {{schema}} IS '{WORD}'",
        "pg_stat_statements": f"COMMENT ON DATABASE {{schema}} IS '{WORD}'",
        "comments": f"COMMENT ON DATABASE {{schema}} IS '{WORD}'",
        "postgres.log": SAID,
        "pg_stat_activity": SAID,
    },
}


def test_a_password_that_a_server_writes_or_remembers_is_found(any_database: Database) -> None:
    with ExitStack() as meanwhile, leak() as said:
        saying = SAYING[has_a_password(any_database).kind.engine.removeprefix("aurora-")]
        execute = meanwhile.enter_context(holding(any_database))
        for statement in dict.fromkeys(saying.values()):
            execute(statement.format(schema=any_database.schema))
    assert {f"{place}: {WORD}" for place in saying} <= set(said)


@contextmanager
def holding(database: Database) -> Iterator[Callable[[str], Any]]:
    """A session that stays: some of what a server remembers ends with it."""
    server: Any = database.server
    with server._as_root() if isinstance(server, mysql.Server) else server._as_superuser("postgres") as session:
        yield session.cursor().execute if isinstance(server, mysql.Server) else session.run


@pytest.mark.parametrize("text", [WORD, WORD.encode().hex(), base64.b64encode(WORD.encode()).decode(), quote(WORD)])
def test_a_password_in_what_we_say_is_found_in_every_form(database: Database, text: str) -> None:
    with leak() as said:
        world = has_a_password(database)
        world.written.write(text)
        world.raised.append(text)
        world.answered.append(text)
    assert {each.partition(":")[0] for each in said} == {"the function's log", "its exceptions", "its answers"}


def test_what_the_function_answers_is_searched(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Upkeep, "run", lambda self, operation: self._custody.report.conclude("done", WORD))
    monkeypatch.setattr(Redactor, "clean", lambda self, text: text)
    with leak() as said:
        has_a_password(database).ask("status")
    assert said == [f"the function's log: {WORD}", f"its answers: {WORD}"]


def test_a_password_in_an_event_is_found(database: Database) -> None:
    with leak() as said:
        manager = has_a_password(database).manager
        token = manager.holder("AWSCURRENT") or ""
        manager.update_secret_version_stage(SecretId=ARN, VersionStage=WORD, MoveToVersionId=token)
    assert said == [f"Secrets Manager's events: {WORD}"]


def test_a_password_in_a_log_of_errors_is_found_also_if_the_test_has_said_it(any_mysql: Database) -> None:
    with leak() as said:
        has_a_password(any_mysql).in_clear.add(WORD)
        with any_mysql.server.log.open("a") as log:
            log.write(f"[Warning] {WORD}\n")
    assert said == [f"mysqld.log: {WORD}"]


LAST_PIECE = re.compile(r"[./\w]{43}$|[0-9A-F]{40}$|[\w+/]{43}=$")


def test_a_piece_of_a_verifier_is_found_where_none_may_be(any_database: Database) -> None:
    """What a server stores of a password has been in its log of statements; of it, not even a digest is told."""
    with leak() as said:
        world = make(any_database)
        world.rotate()
        piece = LAST_PIECE.findall(world.verifiers()[0])[0]
        world.written.write(piece)
        world.raised.append(piece)
        world.answered.append(piece)
        world.manager.events.append(piece)
        if isinstance(any_database.server, mysql.Server):
            with any_database.server.log.open("a") as log:
                log.write(piece)
    places = {"the function's log", "its exceptions", "its answers", "Secrets Manager's events"}
    assert {each.partition(":")[0] for each in said} - {"mysqld.log"} == places
    assert ("mysqld.log" in said[0]) is isinstance(any_database.server, mysql.Server)
