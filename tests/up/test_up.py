"""The main job as its user runs it: a process of its own, from the command to the proof, and nothing left behind."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import searched_clouds
from keyturn.local.cloud import Cloud
from keyturn.problem import Problem
from keyturn.stack import Arguments
from keyturn.up.run import preflight
from keyturn.up.scratch import LOCK, scratch
from keyturn.up.screen import Screen
from sinks import searched

pytestmark = pytest.mark.timeout(240)


def start(tmp_path: Path, *words: str, **variables: str) -> subprocess.Popen[str]:
    """`keyturn up`, with a temporary folder of its own so that what it leaves can be seen."""
    temporary = tmp_path / "tmp"
    temporary.mkdir(exist_ok=True)
    environment = {**os.environ, "TMPDIR": str(temporary), "KEYTURN_TEST_MARK": str(tmp_path), **variables}
    command = [sys.executable, "-m", "keyturn", "up", *words]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    )


def left_behind(tmp_path: Path) -> list[str]:
    """Files and processes of a run that should have ended."""
    files = [str(path) for path in (tmp_path / "tmp").iterdir()]
    deadline = time.monotonic() + 10
    while (processes := marked(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return files + processes


def marked(tmp_path: Path) -> list[str]:
    """The processes that have our mark in their environment."""
    mark, found = f"KEYTURN_TEST_MARK={tmp_path}\0".encode(), []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes() and (entry / "cmdline").read_bytes():
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


@pytest.mark.parametrize(("engine", "readers"), [("aurora-mysql", "replica"), ("postgres", "same")])
def test_the_main_job(tmp_path: Path, engine: str, readers: str) -> None:
    picture = tmp_path / "logins.svg"
    words = ("--engine", engine, "--readers", readers, "--format", "json", "--picture", str(picture))
    process = start(tmp_path, *words)
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    proof = json.loads(output)
    assert proof["ok"]
    assert [claim for claim in proof["claims"] if claim["held"] is not True] == []
    assert {claim["claim"] for claim in proof["claims"]} >= {
        "no login failed",
        "the old password logged in until its grace ended",
        "the old password is refused after the discard",
        "the function's log is encrypted with our key",
        "no password is anywhere but in the secret",
    }
    assert proof["logins"]["failed"] == 0
    assert proof["logins"]["clients"] >= 8
    assert proof["logins"]["tried"] > 100
    assert len(proof["rotations"]) == 2
    for rotation in proof["rotations"]:
        assert [step["step"] for step in rotation["steps"]] == [
            "createSecret",
            "setSecret",
            "testSecret",
            "finishSecret",
        ]
        assert rotation["api_calls"] <= 9
    types = {resource["type"] for resource in proof["deployed"]["resources"]}
    assert {
        "AWS::RDS::DBInstance" if engine == "postgres" else "AWS::RDS::DBCluster",
        "AWS::SecretsManager::RotationSchedule",
        "AWS::Lambda::Function",
        "AWS::Logs::LogGroup",
    } <= types
    assert proof["deployed"]["outputs"].keys() >= {
        "SecretArn",
        "VpcId",
        "ClusterEndpoint",
        "FunctionName",
        "LogsKeyArn",
    }
    assert ET.parse(picture).getroot().tag.endswith("svg")
    assert left_behind(tmp_path) == []


def test_the_same_path_leads_to_aws(tmp_path: Path) -> None:
    """`--target aws` knows nothing of the local AWS; here its credentials and endpoint happen to lead to one."""
    with Cloud.start(tmp_path / "cloud") as cloud, searched():
        held = searched_clouds.begin(cloud)
        process = start(tmp_path, "--target", "aws", "--format", "json", **cloud.environment)
        output, errors = process.communicate()
        held.said.extend((output, errors))
        assert process.returncode == 0, errors
        proof = json.loads(output)
        assert proof["target"] == "aws"
        assert proof["ok"]
        assert [claim["claim"] for claim in proof["claims"] if claim["held"] is None] == [
            "no login failed",
            "the old password is refused after the discard",
        ]
        assert "left in us-east-1: bucket keyturn-" in errors
        stacks = cloud.client("cloudformation").describe_stacks()["Stacks"]
        assert [stack["StackStatus"] for stack in stacks] == ["CREATE_COMPLETE"]
        assert len(held.secrets()) >= 3  # the administrator's, and one of each rotation
        assert list(held.files()) == []


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_an_end_in_the_middle_leaves_nothing(tmp_path: Path, how: signal.Signals) -> None:
    process = start(tmp_path)
    time.sleep(random.uniform(0.5, 10))
    process.send_signal(how)
    _, errors = process.communicate(timeout=60)
    if how != signal.SIGKILL:
        assert process.returncode in (0, 130), errors
        assert "Traceback" not in errors
        assert left_behind(tmp_path) == []
    else:
        assert [each for each in left_behind(tmp_path) if not each.startswith(str(tmp_path))] == [], (
            "no process outlives its owner"
        )
        finished = start(tmp_path, "--suffix", "dev-002")
        finished.communicate(timeout=120)
        assert left_behind(tmp_path) == [], "the next run sweeps up"


def test_two_at_once_do_not_meet(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    both = [start(tmp_path / name, "--format", "json") for name in "ab"]
    for process in both:
        output, errors = process.communicate()
        assert process.returncode == 0, errors
        assert json.loads(output)["ok"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--suffix", "Dev_001"], "environment suffix"),
        (["--instance-class", "db.t3.small"], "does not offer db.t3.small"),
        (["--engine-version", "8.0.mysql_aurora.3.04.9"], "is not offered"),
        (["--region", "mars-1"], "is not the name of a region"),
        (["--picture", "/nonexistent/folder/logins.svg"], "cannot write"),
        (["--readers", "replica", "--target", "aws"], "--readers is for the AWS on this machine"),
    ],
)
def test_bad_input_is_one_clear_line(tmp_path: Path, words: list[str], says: str) -> None:
    process = start(tmp_path, *words)
    output, errors = process.communicate()
    assert process.returncode == 2
    assert output == ""
    assert "Traceback" not in errors
    assert says in errors
    assert left_behind(tmp_path) == []


def test_what_no_check_can_decide_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """A version newer than our lists may exist, or not."""
    preflight(Screen(), Arguments("dev-001", engine_version="8.0.mysql_aurora.3.99.0"))
    told = capsys.readouterr().err
    assert "0 findings; undecided: aurora-mysql 8.0.mysql_aurora.3.99.0 may be newer than the list of" in told


def test_a_folder_that_cannot_be_written_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc/self")
    with pytest.raises(Problem, match="cannot make a temporary folder"), scratch():
        pass


def test_what_a_killed_run_has_left_is_swept_by_the_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with scratch() as running:
        left = running.parent / "left"
        left.mkdir()
        (left / LOCK).write_text("")
        with scratch():
            assert not left.exists()
            assert running.exists()
    assert list(tmp_path.iterdir()) == []


def test_no_database_server_to_be_had_is_one_clear_line(tmp_path: Path) -> None:
    """No package client, no server: told before anything is deployed."""
    process = start(
        tmp_path, PATH="/nonexistent", KEYTURN_CACHE=str(tmp_path / "cache"), KEYTURN_MYSQLD="/nonexistent/mysqld"
    )
    output, errors = process.communicate()
    assert (process.returncode, output) == (1, "")
    assert "deploy" not in errors
    assert "keyturn: error: KEYTURN_MYSQLD: /nonexistent/mysqld cannot be run" in errors
    assert left_behind(tmp_path) == []
