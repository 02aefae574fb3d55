"""
Applications that log in without pause: the witnesses of a rotation.

    python -m keyturn.up.clients < settings.json

Runs in a process of its own, as applications do. The first line of standard input is a JSON object: `secret` (ARN), `endpoint` (URL of
Secrets Manager, or null for AWS), `region`, `ca_file`, and `clients` (how many of each kind). Then commands, a word a line: `refresh` makes
the clients that read the secret only at boot read it again, `stop` (or the end of input) ends the run. Standard output: a line `ready` when
every client has logged in once, and after `stop` a JSON array with a record for each login. Never a password, not even a piece of one.

Three kinds:
    fresh   reads AWSCURRENT before each login
    cached  through AWS's own caching library, refreshed every two seconds here (every hour by default)
    boot    reads the secret when it starts, and never again until it is told to
"""

from __future__ import annotations

import json
import ssl
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

import boto3
from aws_secretsmanager_caching import SecretCache, SecretCacheConfig

from keyturn.up.login import TIMEOUT_SECONDS, Failed, log_in

CACHE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Login:
    """
    One attempt to log in.

    Attributes:
        client: Which client, e.g. `cached-2`.
        at: When it began, in seconds since the epoch.
        milliseconds: How long connecting, TLS, authentication and one query took together.
        password: Which password it used: 1 for the first that any client has seen, and so on.
        error: None when it worked, else the server's error number or the driver's exception.
    """

    client: str
    at: float
    milliseconds: float
    password: int
    error: str | None


class Source(Protocol):
    """Where a client has its credentials from."""

    def read(self) -> str: ...

    def refresh(self) -> None: ...


@dataclass
class Fresh:
    """Asks Secrets Manager each time."""

    manager: Any
    secret: str

    def read(self) -> str:
        return str(self.manager.get_secret_value(SecretId=self.secret)["SecretString"])

    def refresh(self) -> None:
        """Always fresh."""


@dataclass
class Cached:
    """Asks AWS's caching library."""

    manager: Any
    secret: str
    cache: Any = field(init=False)

    def __post_init__(self) -> None:
        settings = SecretCacheConfig(secret_refresh_interval=CACHE_SECONDS)
        self.cache = SecretCache(config=settings, client=self.manager)

    def read(self) -> str:
        return str(self.cache.get_secret_string(self.secret))

    def refresh(self) -> None:
        """The library refreshes by itself."""


@dataclass
class Boot:
    """Asks once, as programs do that read their configuration when they start."""

    manager: Any
    secret: str
    value: str = field(default="", repr=False)

    def read(self) -> str:
        if not self.value:
            self.value = Fresh(self.manager, self.secret).read()
        return self.value

    def refresh(self) -> None:
        self.value = ""


KINDS: dict[str, Callable[[Any, str], Source]] = {"fresh": Fresh, "cached": Cached, "boot": Boot}


class Passwords:
    """Numbers passwords in the order in which they are first seen, so that a record can say which one was used."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._lock = threading.Lock()

    def number(self, password: str) -> int:
        with self._lock:
            return self._numbers.setdefault(password, len(self._numbers) + 1)


@dataclass
class Client:
    """One application: a thread that logs in, asks a question and leaves, until it is stopped."""

    name: str
    source: Source
    tls: ssl.SSLContext
    passwords: Passwords
    stop: threading.Event
    logins: list[Login] = field(default_factory=list)

    def run(self) -> None:
        while not self.stop.is_set():
            self.log_in()

    def log_in(self) -> None:
        password = 0
        at, started = time.time(), time.perf_counter()
        try:
            credentials = json.loads(self.source.read())
            password = self.passwords.number(credentials["password"])
            at, started = time.time(), time.perf_counter()
            log_in(credentials, self.tls)
            error = None
        except Failed as failure:
            error = failure.error
        except Exception as failure:  # noqa: BLE001 - a witness reports whatever happens to it
            error = type(failure).__name__
        self.logins.append(Login(self.name, at, (time.perf_counter() - started) * 1000, password, error))
        if error:
            time.sleep(0.05)


def clients(settings: dict[str, Any], stop: threading.Event) -> list[Client]:
    """The clients that the settings ask for, each with a Secrets Manager client of its own."""
    tls = ssl.create_default_context(cafile=settings["ca_file"])
    passwords = Passwords()
    session = boto3.Session(region_name=settings["region"])
    return [
        Client(f"{kind}-{number}", KINDS[kind](manager, settings["secret"]), tls, passwords, stop)
        for kind, count in settings["clients"].items()
        for number in range(1, count + 1)
        for manager in [session.client("secretsmanager", endpoint_url=settings["endpoint"])]
    ]


def main() -> None:
    settings = json.loads(sys.stdin.readline())
    stop = threading.Event()
    everyone = clients(settings, stop)
    threads = [threading.Thread(target=each.run, daemon=True) for each in everyone]
    for thread in threads:
        thread.start()
    while not all(each.logins for each in everyone):
        time.sleep(0.01)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for command in sys.stdin:
        if command.strip() == "stop":
            break
        for each in everyone:
            each.source.refresh()
    stop.set()
    for thread in threads:
        thread.join(TIMEOUT_SECONDS)
    json.dump([asdict(login) for each in everyone for login in each.logins], sys.stdout)


if __name__ == "__main__":
    main()
