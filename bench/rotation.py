"""
Calls, statements, logins and times of a rotation on every engine, beside AWS's template; and how fast its function starts.

A rotation is one of a secret in use, by a function that is warm, with its server on the same machine and Secrets Manager in memory: the
times are the function's and the server's, without any network. What AWS's template for a single MySQL user does was counted on
MySQL 9.7, with `ssl` in the secret and without it (aws-samples/aws-secrets-manager-rotation-lambdas, read 2026-11); it is not run here.
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drill.engines import ENGINES  # first: it lets tests' worlds be imported
from keyturn import stack
from keyturn.local.tls import Authority
from world import DAY, HOUR, World, make

RUNS = 7
ROTATIONS = 10
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
TEMPLATE = ("AWS's template", "14", "", "3-4", "1-2")
"""Secrets Manager calls, statements (not counted), logins, logins that fail."""
AIMS = {"megabytes": 15.0, "seconds": 0.3}

VARIABLES = {
    "SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:app-AbCdEf",
    "ADMIN_SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-AbCdEf",
    "DB_HOST": "db.example",
    "DB_NAME": "shop",
    "DB_USER": "app",
    "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
}
START = """
import sys, time
sys.modules["cryptography"] = None  # Lambda's Python has none.
began, busy, before = time.perf_counter(), time.process_time(), set(sys.modules)
from rotation import handler
print(time.perf_counter() - began, time.process_time() - busy, len(set(sys.modules) - before))
"""
"""What Lambda does before the first event is served: imports, the client, the certificates, the driver."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one rotation, the median of several."""

    api: int
    statements: int
    accepted: int
    refused: int
    milliseconds: dict[str, float]


def main() -> None:
    head = ("", "Secrets Manager", "statements", "logins", "failed", *STEPS)
    print(_row(head))
    with tempfile.TemporaryDirectory() as name:
        authority = Authority.open(Path(name) / "authority")
        for engine, start in ENGINES.items():
            with start(Path(name) / engine, authority) as database:
                cost = _cost(make(database))
            cells = (cost.api, cost.statements, cost.accepted + cost.refused, cost.refused)
            times = (f"{cost.milliseconds[step]:.1f} ms" for step in STEPS)
            print(_row((engine, *map(str, cells), *times)), flush=True)
        print(_row((*TEMPLATE, *("" for _ in STEPS))))
        print()
        _start(Path(name) / "package")


def _row(cells: tuple[str, ...]) -> str:
    return f"{cells[0]:<16}" + "".join(f"{cell:>16}" for cell in cells[1:])


def _cost(world: World) -> Cost:
    """Rotate again and again, each time after the grace period of the one before."""
    world.rotate()
    rotations: list[list[dict[str, Any]]] = []
    for _ in range(ROTATIONS):
        world.manager.pass_time(DAY + HOUR)
        world.tick()
        seen = len(world.runs())
        world.rotate()
        rotations.append(world.runs()[seen:])
    counted = [sum((Counter(run["sql"]) for run in runs), Counter()) for runs in rotations]
    return Cost(
        api=round(statistics.median(sum(sum(run["api"].values()) for run in runs) for runs in rotations)),
        statements=round(statistics.median(sum(count.values()) - count["login"] for count in counted)),
        accepted=round(statistics.median(sum(run["logins"]["accepted"] for run in runs) for runs in rotations)),
        refused=max(sum(run["logins"]["refused"] for run in runs) for runs in rotations),
        milliseconds={
            step: statistics.median(run["milliseconds"] for runs in rotations for run in runs if run["step"] == step)
            for step in STEPS
        },
    )


def _start(folder: Path) -> None:
    """The function's package unpacked, and started as Lambda starts it."""
    package = stack.package()
    zipfile.ZipFile(io.BytesIO(package.data)).extractall(folder)
    print(f"package: {len(package.data) / 1e6:.2f} MB (aim: at most {AIMS['megabytes']:g} MB)")
    for engine in ("mysql", "postgres"):
        environment = {**os.environ, **VARIABLES, "ENGINE": engine}
        command = [sys.executable, "-c", START]
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)  # compiles it
        told = [
            subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout
            for _ in range(RUNS)
        ]
        seconds, busy, modules = (
            statistics.median(values) for values in zip(*(map(float, line.split()) for line in told), strict=True)
        )
        print(
            f"cold start, {engine}: {seconds:.2f} s, {busy:.2f} s of a processor's time, {modules:.0f} modules"
            f" (aim: at most {AIMS['seconds']:g} s)",
            flush=True,
        )


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"{time.monotonic() - began:.0f} s")
