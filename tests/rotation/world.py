"""One secret, its service, its function and a real server: everything a rotation needs, to be broken at any point."""

from __future__ import annotations

import contextlib
import io
import json
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pymysql
import pytest

from keyturn.rotation.configuration import Configuration
from keyturn.rotation.handler import Container
from keyturn.rotation.mysql import trust
from keyturn.rotation.redact import forms
from mariadb import MariaDB
from secretsmanager import ADMIN_ARN, ARN, CURRENT, PENDING, PREVIOUS, SecretsManager
from servers import Database

TICK = {"source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-01-01T00:00:00Z"}
HOUR, DAY = 3600, 86400
ACCESS_DENIED = 1045


class Crash(BaseException):
    """The process is gone: nothing catches this."""


@dataclass
class World:
    """The parts, and what they have written."""

    database: Database
    user: str
    manager: SecretsManager
    configuration: Configuration
    container: Container = field(init=False)
    written: io.StringIO = field(default_factory=io.StringIO)
    raised: list[str] = field(default_factory=list)
    passwords: set[str] = field(default_factory=set)
    remaining: int = 60_000
    """Milliseconds that the function is told it has left."""

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A fresh process of the function, as after a crash."""
        self.container = Container(self.configuration, self.manager, trust(self.configuration.ca_bundle))

    def handle(self, event: dict[str, Any]) -> dict[str, Any]:
        """Call the function; what it prints and what it raises are searched for secrets in the end."""
        with contextlib.redirect_stdout(self.written):
            try:
                return self.container.handle(event, lambda: self.remaining)
            except Exception as error:
                self.raised += [*traceback.format_exception(error), repr(error), repr(error.args)]
                raise

    def ask(self, operation: str) -> dict[str, Any]:
        """What an operator may ask of the function."""
        return self.handle({"keyturn": operation, "SecretId": ARN})

    def rotate(self) -> str:
        return self.manager.rotate(self.handle)

    @property
    def rotating(self) -> bool:
        """Whether a version is pending that is not the current one."""
        return self.manager.holder(PENDING) not in (None, self.manager.holder(CURRENT))

    def recover(self) -> None:
        """The service tries again after a failure, in a fresh process and with the same token, if a version is still pending."""
        self.restart()
        if self.rotating:
            self.manager.reattempt(self.handle)

    def tick(self) -> None:
        self.handle(TICK)

    def password(self, stage: str = CURRENT) -> str | None:
        value = self.manager.value(stage)
        password = json.loads(value).get("password") if value else None
        if password:
            self.passwords.add(password)
        return password

    def logs_in(self, password: str) -> bool:
        try:
            self.database.server.connect(self.user, password).close()
        except pymysql.err.OperationalError as error:
            if error.args[0] != ACCESS_DENIED:
                raise
            return False
        return True

    def assert_invariant(self) -> None:
        """AWSCURRENT logs in, and AWSPREVIOUS, whose grace is not over in any test that asks."""
        for stage in (CURRENT, PREVIOUS):
            if password := self.password(stage):
                assert self.logs_in(password), f"{stage} does not log in"

    def assert_invariant_of_current(self) -> None:
        """AWSCURRENT logs in; what was before it has had its time."""
        assert self.logs_in(self.password() or "")

    def runs(self) -> list[dict[str, Any]]:
        """The lines of the function's log."""
        return [json.loads(line) for line in self.written.getvalue().splitlines()]

    def assert_nothing_leaked(self) -> None:
        """Nothing secret was printed or raised: no password in any form, no verifier that the server has now."""
        passwords = {form for password in {*self.passwords, *self._values()} if password for form in forms(password)}
        wanted = passwords | set(self.verifiers())
        text = self.written.getvalue() + "".join(self.raised)
        assert not [form for form in wanted if form in text]

    def verifiers(self) -> list[str]:
        """What the server stores for the user now."""
        if self.configuration.engine == "mariadb":
            rows = self.database.server.execute("SELECT Priv FROM mysql.global_priv WHERE user = %s", (self.user,))
            return [found for (stored,) in rows for found in re.findall(r"\*[0-9A-F]{40}", stored)]
        rows = self.database.server.execute(
            "SELECT authentication_string, User_attributes->>'$.additional_password' FROM mysql.user WHERE user = %s",
            (self.user,),
        )
        return [verifier for row in rows for verifier in row if verifier]

    def _values(self) -> Iterator[str]:
        for version in self.manager.versions.values():
            if version.value:
                yield json.loads(version.value).get("password", "")


def make(database: Database, **variables: str) -> World:
    """A world whose secret has no value yet."""
    user = database.new_name()
    administrator = {"username": database.administrator.user, "password": database.administrator.password}
    environment = {
        "SECRET_ARN": ARN,
        "ADMIN_SECRET_ARN": ADMIN_ARN,
        "ENGINE": "mariadb" if isinstance(database.server, MariaDB) else "aurora-mysql",
        "DB_HOST": database.server.host,
        "DB_PORT": str(database.server.port),
        "DB_NAME": database.schema,
        "DB_USER": user,
        "CA_BUNDLE": str(database.server.ca_file),
        **variables,
    }
    return World(database, user, SecretsManager(json.dumps(administrator)), Configuration.from_environment(environment))


@contextmanager
def boundaries(world: World, monkeypatch: pytest.MonkeyPatch, reached: Callable[[str, str], None]) -> Iterator[None]:
    """Tell `reached(when, what)` before and after every API call and every SQL statement, logins among them."""
    query, connect = pymysql.connections.Connection.query, pymysql.connections.Connection.connect

    @contextmanager
    def around(what: str) -> Iterator[None]:
        reached("before", what)
        yield
        reached("after", what)

    def watched_query(self: Any, *words: Any, **options: Any) -> Any:
        with around("statement"):
            return query(self, *words, **options)

    def watched_connect(self: Any, *words: Any, **options: Any) -> Any:
        with around("login"):
            return connect(self, *words, **options)

    with monkeypatch.context() as patch:
        patch.setattr(pymysql.connections.Connection, "query", watched_query)
        patch.setattr(pymysql.connections.Connection, "connect", watched_connect)
        patch.setattr(world.manager, "around", around)
        yield
