"""`keyturn local`: it says how clients are pointed at it, serves until it is interrupted, and leaves nothing."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from processes import PATIENCE, naming

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def start(scratch: Path) -> Iterator[Start]:
    """Starts `keyturn local` on a free port."""
    started: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "keyturn", "local", "--port", "0", *arguments],
            env={**environment, "TMPDIR": str(scratch)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def directions(process: subprocess.Popen[str]) -> list[str]:
    """What it says up to the line that it is ready."""
    assert process.stdout
    said: list[str] = []
    for line in process.stdout:
        said.append(line.rstrip("\n"))
        if line.startswith("keyturn local: ready at "):
            return said
    raise AssertionError(process.communicate()[1])


def exported(said: list[str]) -> dict[str, str]:
    pairs = (line.removeprefix("export ").partition("=") for line in said if line.startswith("export "))
    return {name: value for name, _, value in pairs}


def test_what_it_exports_is_all_that_a_client_needs(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    said = directions(start())
    for name, value in exported(said).items():
        monkeypatch.setenv(name, value)
    assert boto3.client("sts").get_caller_identity()["Account"] == "123456789012"
    assert (
        said[-1] == f"keyturn local: ready at {os.environ['AWS_ENDPOINT_URL']}, region us-east-1, account 123456789012"
    )


def test_another_region(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in exported(directions(start("--region", "eu-central-1"))).items():
        monkeypatch.setenv(name, value)
    secret = boto3.client("secretsmanager").create_secret(Name="one", SecretString="value")
    assert secret["ARN"].startswith("arn:aws:secretsmanager:eu-central-1:")


def test_users_are_held_to_their_policies_when_asked(start: Start) -> None:
    environment = exported(directions(start("--enforce-iam")))
    settings = {"endpoint_url": environment["AWS_ENDPOINT_URL"], "region_name": "us-east-1"}
    owner = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    iam = boto3.client("iam", **settings, **owner)
    iam.create_user(UserName="alice")
    key = iam.create_access_key(UserName="alice")["AccessKey"]
    alice = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    with pytest.raises(iam.exceptions.ClientError, match="AccessDenied"):
        boto3.client("iam", **settings, **alice).list_users()


def test_readers_have_a_server_of_their_own_when_asked(start: Start) -> None:
    environment = exported(directions(start("--readers", "replica")))
    owner = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    rds = boto3.client("rds", endpoint_url=environment["AWS_ENDPOINT_URL"], region_name="us-east-1", **owner)
    cluster = rds.create_db_cluster(
        DBClusterIdentifier="cluster",
        Engine="aurora-postgresql",
        MasterUsername="clusteradmin",
        MasterUserPassword="The-first-Passw0rd",
    )["DBCluster"]
    for host in (cluster["Endpoint"], cluster["ReaderEndpoint"]):
        socket.create_connection((host, cluster["Port"]), timeout=PATIENCE).close()
    assert cluster["ReaderEndpoint"] != cluster["Endpoint"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_ends_well_and_leaves_nothing(start: Start, scratch: Path, number: signal.Signals) -> None:
    process = start()
    environment = exported(directions(process))
    boto3.client(
        "rds",
        endpoint_url=environment["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    ).create_db_cluster(
        DBClusterIdentifier="cluster",
        Engine="aurora-mysql",
        EngineVersion="8.0.mysql_aurora.3.04.0",
        MasterUsername="administrator",
        MasterUserPassword="a-long-password",
    )
    assert naming(scratch)
    process.send_signal(number)
    _, told = process.communicate(timeout=PATIENCE)
    assert (process.returncode, [line for line in told.splitlines() if "mysql" not in line.lower()]) == (0, [])
    assert naming(scratch) == []
    assert not any(scratch.iterdir())


def test_killed_it_leaves_nothing(start: Start, scratch: Path) -> None:
    process = start()
    environment = exported(directions(process))
    owner = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    boto3.client(
        "rds", endpoint_url=environment["AWS_ENDPOINT_URL"], region_name="us-east-1", **owner
    ).create_db_cluster(
        DBClusterIdentifier="cluster",
        Engine="aurora-postgresql",
        MasterUsername="clusteradmin",
        MasterUserPassword="The-first-Passw0rd",
    )
    assert naming(scratch)
    process.kill()
    process.wait(PATIENCE)
    end = time.monotonic() + PATIENCE
    while (naming(scratch) or any(scratch.iterdir())) and time.monotonic() < end:
        time.sleep(0.05)
    assert naming(scratch) == []
    assert not any(scratch.iterdir())


def test_a_port_that_is_taken(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start("--port", str(port))
        said, told = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (1, "")
    assert told.splitlines() == [
        f"keyturn: error: port {port} cannot be used: Address already in use",
        "  hint: stop what uses it, or give another with --port",
    ]


def test_a_port_that_is_none(start: Start) -> None:
    process = start("--port", "http")
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert told.endswith("argument --port: `http` is not a port\n")


def test_a_region_that_is_none(start: Start) -> None:
    process = start("--region", "us-east-1/../x")
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert told.endswith("us-east-1/../x is not the name of a region, as us-east-1 is one\n")


def test_a_state_folder_that_cannot_be_one(start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for path, why in (("file", "file exists"), ("file/below", "not a directory")):
        process = start("--state", str(tmp_path / path))
        _, told = process.communicate(timeout=PATIENCE)
        assert process.returncode == 1
        assert told == f"keyturn: error: {tmp_path / path} cannot be written: {why}\n"


def test_its_state_is_kept_and_forgotten(start: Start, scratch: Path, tmp_path: Path) -> None:
    owner = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    folder = tmp_path / "kept"

    def names(*arguments: str, make: str = "") -> list[str]:
        process = start("--state", str(folder), *arguments)
        endpoint = exported(directions(process))["AWS_ENDPOINT_URL"]
        sqs = boto3.client("sqs", endpoint_url=endpoint, **owner)
        if make:
            sqs.create_queue(QueueName=make)
        found = [url.rpartition("/")[2] for url in sqs.list_queues().get("QueueUrls", [])]
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
        return found

    assert names(make="one") == ["one"]
    assert names(make="two") == ["one", "two"]
    assert names("--fresh") == []
    assert not any(scratch.iterdir())


def test_a_state_folder_in_use(start: Start, tmp_path: Path) -> None:
    directions(start("--state", str(tmp_path / "kept")))
    process = start("--state", str(tmp_path / "kept"))
    _, told = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert told.splitlines() == [
        f"keyturn: error: {tmp_path / 'kept'} is in use by another local AWS",
        "  hint: stop it, or give another --state",
    ]


def test_fresh_alone(start: Start) -> None:
    process = start("--fresh")
    _, told = process.communicate(timeout=PATIENCE)
    assert (process.returncode, told) == (
        2,
        "keyturn: error: --fresh is for --state: without it every start is fresh\n",
    )
