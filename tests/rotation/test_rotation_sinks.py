"""The search after every test here finds what has leaked: each sink is given a password on purpose."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from keyturn.local import mysql
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


@pytest.mark.parametrize("text", [WORD, WORD.encode().hex()])
def test_a_password_in_the_functions_lines_is_found(database: Database, text: str) -> None:
    with leak() as said:
        world = make(database)
        world.manager.put_by_hand(json.dumps({"password": WORD}))
        world.written.write(text)
    assert said == [f"the function: {text}"]


def test_a_password_in_an_event_is_found(database: Database) -> None:
    with leak() as said:
        manager = make(database).manager
        token = manager.put_by_hand(json.dumps({"password": WORD}))
        manager.update_secret_version_stage(SecretId=ARN, VersionStage=WORD, MoveToVersionId=token)
    assert said == [f"Secrets Manager's events: {WORD}"]
