"""One secret, its service, its function and a real server: everything a rotation needs, to be broken at any point."""

from __future__ import annotations

import contextlib
import io
import json
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

import sinks
from keyturn.rotation.configuration import Configuration
from keyturn.rotation.handler import Container
from keyturn.rotation.redact import forms
from keyturn.rotation.tls import trust
from kinds import Kind, kind_of, told
from secretsmanager import ADMIN_ARN, ARN, CURRENT, PENDING, PREVIOUS, SecretsManager
from servers import Database

TICK = {"source": "aws.events", "detail-type": "Scheduled Event", "time": "2026-01-01T00:00:00Z"}
HOUR, DAY = 3600, 86400


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
    answered: list[str] = field(default_factory=list)
    in_clear: set[str] = field(default_factory=set)
    """Passwords that a test itself has put into a statement: a server's log of statements may have these."""
    usernames: dict[str, str] = field(default_factory=dict)
    """Whose each password is."""
    remaining: int = 60_000
    """Milliseconds that the function is told it has left."""

    def __post_init__(self) -> None:
        self.restart()
        sinks.begin(self)

    @property
    def kind(self) -> Kind:
        return kind_of(self.database.server)

    @property
    def passwords(self) -> set[str]:
        """All that were looked at."""
        return set(self.usernames)

    def restart(self) -> None:
        """A fresh process of the function, as after a crash."""
        self.container = Container(self.configuration, self.manager, trust(self.configuration.ca_bundle))

    def handle(self, event: dict[str, Any]) -> dict[str, Any]:
        """Call the function; what it prints, answers and raises is searched for secrets in the end."""
        with contextlib.redirect_stdout(self.written):
            try:
                answer = self.container.handle(event, lambda: self.remaining)
            except Exception as error:
                self.raised += [*traceback.format_exception(error), repr(error), repr(error.args)]
                raise
        self.answered.append(json.dumps(answer))
        return answer

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
        value = json.loads(self.manager.value(stage) or "{}")
        password = value.get("password")
        if password:
            self.usernames[password] = value.get("username") or self.user
        return str(password) if password else None

    def logs_in(self, password: str) -> bool:
        """Whether a password logs in: that of the user it was seen with in the secret."""
        return self.kind.logs_in(self, self.usernames.get(password, self.user), password)

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
        return self.kind.verifiers(self)

    def secrets(self) -> set[str]:
        """Every password that was looked at, and that a version has or the service was ever given; the administrator's too."""
        values = [version.value for version in self.manager.versions.values() if version.value]
        return self.passwords | {
            password
            for value in (*values, *self.manager.stored, self.manager.administrator)
            for password in _passwords(value)
        }

    def servers(self) -> list[object]:
        return [self.database.server]

    def told(self) -> dict[str, str]:
        """What the function has said, in every way that it has, and what the service has told of it."""
        return {
            "the function's log": self.written.getvalue(),
            "its exceptions": "".join(self.raised),
            "its answers": "\n".join(self.answered),
            "Secrets Manager's events": "\n".join(self.manager.events),
        }

    def _values(self) -> Iterator[str]:
        for version in self.manager.versions.values():
            if version.value:
                yield json.loads(version.value).get("password", "")


def _passwords(value: str) -> Iterator[str]:
    """What a secret's value has, if it is the JSON that it should be."""
    with contextlib.suppress(ValueError):
        fields = json.loads(value)
        if isinstance(fields, dict) and isinstance(fields.get("password"), str):
            yield fields["password"]


def make(database: Database, **variables: str) -> World:
    """A world whose secret has no value yet."""
    user = database.new_name()
    administrator = {"username": database.administrator.user, "password": database.administrator.password}
    environment = {
        "SECRET_ARN": ARN,
        "ADMIN_SECRET_ARN": ADMIN_ARN,
        "ENGINE": kind_of(database.server).engine,
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
    with monkeypatch.context() as patch:
        around = partial(told, reached)
        world.kind.watched(patch, around)
        patch.setattr(world.manager, "around", around)
        yield


def stop_before(world: World, step: str) -> None:
    """Begin a rotation that stops before this step, as when the service is interrupted."""

    def handle(event: dict[str, object]) -> None:
        if event["Step"] == step:
            raise InterruptedError
        world.handle(event)

    with pytest.raises(InterruptedError):
        world.manager.rotate(handle)
