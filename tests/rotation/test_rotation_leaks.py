"""
No password in anything that anybody writes while it rotates, and no verifier of one in anything that we write.

Every log of the server is on. Verifiers stand in `mysql.user` and in the binary log, which is what they are for, and MySQL also writes
them, unlike passwords, into its logs of statements where those are on: to log in, one needs the password.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.stub import Stubber

from keyturn.local import mysql
from keyturn.rotation import handler
from keyturn.rotation.errors import RotationError
from secretsmanager import ADMIN_ARN, ARN
from servers import Database
from sinks import found
from world import DAY, HOUR, World, make

TALKATIVE = {
    "general_log": True,
    "slow_query_log": True,
    "long_query_time": 0,
    "log_error_verbosity": 3,
    "log_bin": True,
    "server_id": 1,
    "performance_schema": True,
    "performance_schema_consumer_events_statements_history_long": True,
    "performance_schema_consumer_events_statements_current": True,
}


@pytest.fixture
def talkative(start_mysql: Callable[..., mysql.Server], tmp_path: Path) -> Database:
    server = start_mysql(tmp_path / "server", options=TALKATIVE)
    server.execute("CREATE DATABASE shop")
    return Database(server, "shop")


def live(world: World) -> set[str]:
    """Everything that happens to a secret in its life, the failures too; the verifiers that the server has had."""
    seen: set[str] = set()

    def look() -> None:
        seen.update(world.verifiers())
        world.password()

    world.rotate()
    look()
    world.rotate()
    look()
    with pytest.raises(RotationError):
        world.rotate()  # Within the grace period.
    world.manager.pass_time(DAY + HOUR)
    world.recover()
    look()
    world.manager.pass_time(DAY + HOUR)
    world.tick()
    look()
    world.database.server.execute("ALTER USER %s@'%%' ACCOUNT LOCK", (world.user,))
    with pytest.raises(RotationError):
        world.rotate()
    world.database.server.execute("ALTER USER %s@'%%' ACCOUNT UNLOCK", (world.user,))
    world.recover()
    world.database.server.execute("DROP USER %s@'%%'", (world.user,))
    world.tick()
    look()
    return seen


def pieces(verifiers: set[str]) -> Iterator[str]:
    """A verifier, its salt and its digest, as text and in hexadecimal."""
    for verifier in verifiers:
        for piece in (verifier, verifier[7:27], verifier[27:]):
            yield from (piece, piece.encode().hex(), piece.encode().hex().upper())


def test_no_sink_has_a_password_or_a_verifier(talkative: Database, tmp_path: Path) -> None:
    world = make(talkative)
    verifiers = live(world)
    assert len(verifiers) >= 3
    assert len(world.passwords) >= 3
    passwords = world.secrets()

    statements = "\n".join(
        str(text)
        for table in ("history_long", "history", "current")
        for row in talkative.server.execute(
            f"SELECT SQL_TEXT, DIGEST_TEXT, MESSAGE_TEXT FROM performance_schema.events_statements_{table}"
        )
        for text in row
    )
    assert "RETAIN CURRENT PASSWORD" in statements, "the performance schema is not on"
    logs = {path.name: path.read_text(errors="replace") for path in (tmp_path / "server").rglob("*.log")}
    assert "RETAIN CURRENT PASSWORD" in logs["general.log"]
    assert "RETAIN CURRENT PASSWORD" in logs["slow.log"]
    for text in (statements, *logs.values()):
        assert found(passwords, text) == []

    ours = (world.written.getvalue(), talkative.server.log.read_text(errors="replace"))
    for text in ours:
        assert found(passwords, text) == []
        assert [piece for piece in pieces(verifiers) if piece in text] == []

    # Whatever else the server keeps: tables, undo and redo logs, binary logs.
    plain = [password.encode() for password in world.passwords]
    for path in (tmp_path / "server").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert [path for password in plain if password in content] == []


def test_the_sdk_is_kept_from_logging_answers_even_at_debug_level(
    monkeypatch: pytest.MonkeyPatch, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """botocore writes the body of each answer at level DEBUG, and Lambda's settings can set that level for everybody."""
    for name, value in {
        "SECRET_ARN": ARN,
        "ADMIN_SECRET_ARN": ADMIN_ARN,
        "ENGINE": "mysql",
        "DB_HOST": database.server.host,
        "DB_NAME": "shop",
        "DB_USER": "app",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }.items():
        monkeypatch.setenv(name, value)
    handler._container.cache_clear()
    levels = {name: logging.getLogger(name).level for name in handler.TALKATIVE}
    try:
        container = handler._container()
        with Stubber(container.client) as stubber, caplog.at_level(logging.DEBUG):
            stubber.add_client_error("describe_secret", "AccessDeniedException", "hunter2")
            with pytest.raises(RotationError):
                container.handle(
                    {"Step": "createSecret", "SecretId": ARN, "ClientRequestToken": "t" * 32}, lambda: 60_000
                )
        assert not [record for record in caplog.records if record.name.startswith(handler.TALKATIVE)]
        assert "hunter2" not in caplog.text
    finally:
        handler._container.cache_clear()
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
