"""
The local AWS beside stock moto: its start, its calls per second, and a thousand rotations with what they leave in memory.

Both serve in processes of their own. Calls are made over connections that stay open, by a client that does no more than send and read, so
that the servers are measured and not the client. Rotations are real: the function runs in its own process, four steps for each secret;
moto runs functions in Docker only, so there is nothing to put beside them.
"""

from __future__ import annotations

import http.client
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SECONDS = 5.0
"""For which calls are made, for each number of clients."""
CLIENTS = (1, 4)
SECRETS = 1000
TOLD_EVERY = 250
PATIENCE = 60.0
"""Seconds after which a server that has not started will not."""

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=BENCH/20261124/us-east-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0"
)
FUNCTION = """
    import json

    import boto3

    secrets = boto3.client("secretsmanager")


    def handler(event, context):
        name, token = event["SecretId"], event["ClientRequestToken"]
        if event["Step"] == "createSecret":
            secrets.put_secret_value(
                SecretId=name, ClientRequestToken=token, SecretString=token, VersionStages=["AWSPENDING"]
            )
        elif event["Step"] == "finishSecret":
            stages = secrets.describe_secret(SecretId=name)["VersionIdsToStages"]
            current = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
            secrets.update_secret_version_stage(
                SecretId=name, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current
            )
"""
"""Two of its steps make calls; what a database takes is not ours to measure."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that runs: where, as which process, and how long its start took in seconds."""

    url: str
    pid: int
    started: float


def main() -> None:
    servers = {"keyturn": [sys.executable, "-m", "keyturn", "local", "--port", "0"], **_stock()}
    print(f"{'':32}" + "".join(f"{name:>16}" for name in servers))
    rows: dict[str, list[str]] = {}
    for command in servers.values():
        with _serving(command) as server:
            _add(rows, "start, seconds", f"{server.started:.2f}")
            _create(server.url)
            for clients in CLIENTS:
                calls = _calls_per_second(server.url, clients)
                _add(rows, f"GetSecretValue/s, {clients} client{'s' if clients > 1 else ''}", f"{calls:.0f}")
            _add(rows, "memory after that, MB", f"{_megabytes(server.pid):.0f}")
    for told, cells in rows.items():
        print(f"{told:32}" + "".join(f"{cell:>16}" for cell in cells))
    with _serving(servers["keyturn"]) as server:
        _rotate(server)


def _stock() -> dict[str, list[str]]:
    beside = Path(sys.executable).with_name("moto_server")
    command = str(beside) if beside.exists() else shutil.which("moto_server")
    return {"stock moto": [command, "-H", "127.0.0.1", "-p", "0"]} if command else {}


def _add(rows: dict[str, list[str]], told: str, cell: str) -> None:
    rows.setdefault(told, []).append(cell)


@contextmanager
def _serving(command: list[str]) -> Iterator[Serving]:
    """Start a server and wait until it says where it is."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "TMPDIR": folder, "PYTHONUNBUFFERED": "1"},
        )
        try:
            url = _said(process)
            started = time.perf_counter() - begun
            threading.Thread(target=_swallow, args=(process,), daemon=True).start()
            yield Serving(url, process.pid, started)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    for line in process.stdout:
        if found := re.search(r"(?:ready at|Running on) (http://127\.0\.0\.1:\d+)", line):
            return found[1]
    raise SystemExit(f"bench: error: {process.args!r} did not start")


def _swallow(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    for _ in process.stdout:
        pass


class _Client:
    """Sends and reads, over one connection."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port)

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call; once more after a moment when there were too many calls, as AWS's clients do."""
        while (status := self._called(operation, parameters))[0] == 400 and "Throttling" in status[1].get("__type", ""):
            time.sleep(0.02)
        if status[0] != 200:
            raise SystemExit(f"bench: error: {operation}: {status[1]}")
        return status[1]

    def _called(self, operation: str, parameters: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        headers = {
            "Authorization": AUTHORIZATION,
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"secretsmanager.{operation}",
        }
        self._connection.request("POST", "/", json.dumps(parameters), headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())


def _create(url: str) -> None:
    _Client(url).call("CreateSecret", Name="bench", SecretString="value", ClientRequestToken="0" * 32)


def _calls_per_second(url: str, clients: int) -> float:
    until = time.perf_counter() + SECONDS
    counts = [0] * clients

    def run(number: int) -> None:
        client = _Client(url)
        while time.perf_counter() < until:
            client.call("GetSecretValue", SecretId="bench")
            counts[number] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def _rotate(server: Serving) -> None:
    """A thousand secrets, one after the other."""
    function = _deploy(server.url)
    client = _Client(server.url)
    for number in range(SECRETS):
        client.call("CreateSecret", Name=f"s{number}", SecretString="first", ClientRequestToken=f"{number:032}")
    before, begun = _megabytes(server.pid), time.perf_counter()
    print(f"\n{'rotated':>8}{'per second':>12}{'memory, MB':>12}   (before the first: {before:.0f} MB)")
    for number in range(SECRETS):
        asked = client.call(
            "RotateSecret", SecretId=f"s{number}", RotationLambdaARN=function, ClientRequestToken=f"{number:036}"
        )
        _wait(lambda asked=asked: _is_current(client, asked["ARN"], asked["VersionId"]))  # type: ignore[misc]
        if (number + 1) % TOLD_EVERY == 0:
            speed = (number + 1) / (time.perf_counter() - begun)
            print(f"{number + 1:8}{speed:12.1f}{_megabytes(server.pid):12.0f}", flush=True)
    grown = (_megabytes(server.pid) - before) * 1024 / SECRETS
    print(
        f"{grown:.1f} kB for each rotation: its version, and its lines in logs and journal, of which the newest are kept"
    )


def _is_current(client: _Client, secret: str, version: str) -> bool:
    stages = client.call("DescribeSecret", SecretId=secret)["VersionIdsToStages"]
    return bool(stages.get(version) == ["AWSCURRENT"])


def _wait(done: Callable[[], bool]) -> None:
    until = time.perf_counter() + PATIENCE
    while not done():
        if time.perf_counter() > until:
            raise SystemExit("bench: error: a rotation does not come to its end")
        time.sleep(0.005)


def _deploy(url: str) -> str:
    import boto3

    session = boto3.Session("bench", "bench", region_name="us-east-1")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    rights = {"Effect": "Allow", "Action": ["secretsmanager:*", "logs:*"], "Resource": "*"}
    iam, functions = session.client("iam", endpoint_url=url), session.client("lambda", endpoint_url=url)
    role = iam.create_role(RoleName="bench", AssumeRolePolicyDocument=_policy(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName="bench", PolicyName="bench", PolicyDocument=_policy(rights))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("index.py", textwrap.dedent(FUNCTION))
    made = functions.create_function(
        FunctionName="bench",
        Role=role,
        Runtime="python3.12",
        Handler="index.handler",
        Timeout=30,
        Code={"ZipFile": archive.getvalue()},
    )
    functions.add_permission(
        FunctionName="bench",
        StatementId="1",
        Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
    )
    arn: str = made["FunctionArn"]
    return arn


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _megabytes(pid: int) -> float:
    """What a process has in memory now."""
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout
    return int(told) / 1024
