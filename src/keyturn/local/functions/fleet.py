"""All environments: an idle one is used again, a busy one is joined by another, one of an older revision is ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from keyturn.local.functions.environment import Environment, Run
from keyturn.local.functions.function import Function

IDLE_SECONDS = 600
"""An environment that is not used for so long is ended when another is wanted."""


class Throttled(Exception):
    """All that the function may run at once are running."""


@dataclass(slots=True)
class _Idle:
    environment: Environment
    since: float = field(default_factory=time.monotonic)


class Fleet:
    """Runs invocations, each in an environment that is free."""

    def __init__(self, make: Callable[[Function], Environment]) -> None:
        self._make = make
        self._idle: list[_Idle] = []
        self._busy: dict[Environment, Function] = {}
        self._running: dict[str, int] = {}
        self._lock = threading.Lock()
        self._stopped = False

    def run(self, function: Function, payload: bytes, request_id: str) -> tuple[Environment, Run]:
        """
        Run one invocation and wait for its end.

        Raises:
            Throttled: Too many are running.
            zipfile.BadZipFile: The function's code is no zip file.
        """
        with self._lock:
            running = self._running.get(function.arn, 0)
            if self._stopped or (function.concurrency is not None and running >= function.concurrency):
                raise Throttled
            self._running[function.arn] = running + 1
        try:
            return self._run(function, payload, request_id)
        finally:
            with self._lock:
                self._running[function.arn] -= 1

    def _run(self, function: Function, payload: bytes, request_id: str) -> tuple[Environment, Run]:
        environment = self._take(function)
        run = None
        try:
            run = environment.invoke(payload, request_id)
        finally:
            self._give_back(environment, keep=run is not None and not run.exhausted)
        return environment, run

    def forget(self, arn: str) -> None:
        """End the idle environments of a function."""
        self._end(lambda each: each.environment.function.arn == arn)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            busy = tuple(self._busy)
        self._end(lambda each: True)
        for environment in busy:
            environment.interrupt()

    def _take(self, function: Function) -> Environment:
        stale = time.monotonic() - IDLE_SECONDS
        self._end(lambda each: each.since < stale or _outdated(each.environment.function, function))
        with self._lock:
            for each in self._idle:
                if each.environment.function.revision == function.revision:
                    self._idle.remove(each)
                    self._busy[each.environment] = function
                    return each.environment
        environment = self._make(function)
        with self._lock:
            self._busy[environment] = function
            stopped = self._stopped
        if stopped:
            environment.interrupt()
        return environment

    def _give_back(self, environment: Environment, keep: bool) -> None:
        with self._lock:
            del self._busy[environment]
            if keep and not self._stopped:
                self._idle.append(_Idle(environment))
                return
        environment.stop()

    def _end(self, which: Callable[[_Idle], bool]) -> None:
        with self._lock:
            ended = [each for each in self._idle if which(each)]
            self._idle = [each for each in self._idle if each not in ended]
        for each in ended:
            each.environment.stop()


def _outdated(idle: Function, wanted: Function) -> bool:
    return idle.arn == wanted.arn and idle.version == wanted.version and idle.revision != wanted.revision
