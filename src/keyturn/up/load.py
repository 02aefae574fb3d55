"""The load of logins as its owner sees it: started, told to refresh, stopped, and summed up."""

from __future__ import annotations

import itertools
import json
import statistics
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from keyturn.problem import Problem
from keyturn.up.clients import Login

CLIENTS = {"fresh": 3, "cached": 4, "boot": 1}


@dataclass(frozen=True, slots=True)
class Logins:
    """All logins of a run, in the order of time."""

    records: tuple[Login, ...]

    @property
    def tried(self) -> int:
        return len(self.records)

    @property
    def failed(self) -> int:
        return sum(1 for login in self.records if login.error)

    @property
    def errors(self) -> dict[str, int]:
        """How often each error came."""
        return dict(Counter(login.error for login in self.records if login.error))

    def percentile(self, percent: int) -> float:
        """How many milliseconds that share of the logins took at the most."""
        times = sorted(login.milliseconds for login in self.records)
        if len(times) < 2:
            return times[0] if times else 0.0
        return statistics.quantiles(times, n=100, method="inclusive")[percent - 1]

    @property
    def longest_gap(self) -> float:
        """The longest time, in seconds, that any client went without a login that worked."""
        worked: dict[str, list[float]] = {}
        for login in self.records:
            if not login.error:
                worked.setdefault(login.client, []).append(login.at)
        return max(
            (later - earlier for times in worked.values() for earlier, later in itertools.pairwise(times)),
            default=0.0,
        )

    def between(self, start: float, end: float) -> Logins:
        """Those that began in a span of time, given in seconds since the epoch."""
        return Logins(tuple(login for login in self.records if start <= login.at < end))


class Load:
    """Clients logging in, in a process of their own that ends with this object or with its owner."""

    def __init__(
        self, *, secret: str, endpoint: str | None, region: str, ca_file: Path, environment: dict[str, str]
    ) -> None:
        self._settings = {
            "secret": secret,
            "endpoint": endpoint,
            "region": region,
            "ca_file": str(ca_file),
            "clients": CLIENTS,
        }
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "keyturn.up.clients"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self._environment,
        )
        self._send(json.dumps(self._settings))
        if self._pipe("stdout").readline() != "ready\n":
            self._process.kill()
            raise Problem(f"the clients could not start: {_last_line(self._process.communicate()[1])}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.communicate()

    def refresh(self) -> None:
        """Make the clients that read the secret only at boot read it again, as a restart would."""
        self._send("refresh")

    def stop(self) -> Logins:
        """End the run; all logins that were tried."""
        assert self._process
        output, errors = self._process.communicate("stop\n")
        if self._process.returncode:
            raise Problem(f"the clients ended early: {_last_line(errors)}")
        records = sorted((Login(**record) for record in json.loads(output)), key=lambda login: login.at)
        return Logins(tuple(records))

    def _send(self, line: str) -> None:
        pipe = self._pipe("stdin")
        pipe.write(line + "\n")
        pipe.flush()

    def _pipe(self, name: str) -> IO[str]:
        pipe: IO[str] | None = getattr(self._process, name)
        assert pipe
        return pipe


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no reason given"])[-1]
