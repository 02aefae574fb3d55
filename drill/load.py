"""Rotations under logins that do not pause: keyturn's, which nobody may notice, and a naive one, which must be noticed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from drill import naive
from drill.clients import Clients, Server
from keyturn.up.load import Logins
from secretsmanager import CURRENT
from servers import Database
from world import DAY, HOUR, World, make

CALM = 0.5
"""Seconds of logins before, between and after what happens."""


@dataclass
class Loaded:
    """
    What a load has seen.

    Attributes:
        marks: When steps ended, in seconds since the epoch, and their names.
        longest: The step that took longest, and its milliseconds.
    """

    logins: Logins = field(default_factory=lambda: Logins(()))
    rotations: int = 0
    marks: list[tuple[float, str]] = field(default_factory=list)
    longest: tuple[str, float] = ("", 0.0)

    @property
    def per_second(self) -> float:
        records = self.logins.records
        span = records[-1].at - records[0].at if len(records) > 1 else 0.0
        return self.logins.tried / span if span else 0.0

    @property
    def outage(self) -> float:
        """Seconds from the first login that failed to the last one."""
        failed = [login.at for login in self.logins.records if login.error]
        return failed[-1] - failed[0] if failed else 0.0


def rotating(engine: str, database: Database, seconds: float, say: Callable[[str], None]) -> Loaded:
    """Rotate, let the grace period go by and discard, again and again for so many seconds."""
    world, loaded = make(database), Loaded()
    world.rotate()
    with Clients(_server(engine, world), _value(world)) as clients:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            time.sleep(CALM)
            world.manager.rotate(lambda event: _step(loaded, clients, world, event, world.handle))
            loaded.rotations += 1
            time.sleep(CALM)
            clients.refresh()
            world.manager.pass_time(DAY + HOUR)
            _timed(loaded, "discard", world.tick)
            say(f"rotation {loaded.rotations}")
        time.sleep(CALM)
        loaded.logins = clients.stop()
    return loaded


def naively(engine: str, database: Database, say: Callable[[str], None]) -> Loaded:
    """Rotate once, naively."""
    world, loaded = make(database), Loaded()
    naive.provision(world)
    with Clients(_server(engine, world), _value(world)) as clients:
        time.sleep(CALM)
        say("a naive rotation")
        world.manager.rotate(lambda event: _step(loaded, clients, world, event, lambda each: naive.handle(world, each)))
        loaded.rotations += 1
        time.sleep(CALM)
        clients.refresh()
        time.sleep(CALM)
        loaded.logins = clients.stop()
    return loaded


def _step(
    loaded: Loaded, clients: Clients, world: World, event: dict[str, Any], handle: Callable[[dict[str, Any]], Any]
) -> None:
    _timed(loaded, event["Step"], lambda: handle(event))
    clients.publish(_value(world))


def _timed(loaded: Loaded, name: str, work: Callable[[], Any]) -> None:
    started = time.perf_counter()
    work()
    spent = (time.perf_counter() - started) * 1000
    loaded.longest = max(loaded.longest, (name, spent), key=lambda step: step[1])
    loaded.marks.append((time.time(), name))


def _server(engine: str, world: World) -> Server:
    configuration = world.configuration
    return Server(engine, configuration.host, configuration.port, configuration.database, str(configuration.ca_bundle))


def _value(world: World) -> str:
    """What a client is given: AWSCURRENT's login, and which version it is from."""
    value = json.loads(world.manager.value(CURRENT) or "{}")
    login = {"username": value.get("username", world.user), "password": value["password"]}
    return json.dumps({**login, "version": world.manager.holder(CURRENT)})
