"""The drill, shortened: it finds nothing in the rotation, and something in rotations that lock people out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from drill.__main__ import drill
from drill.crashes import Matrix, matrix
from drill.engines import ENGINES
from drill.load import Loaded
from drill.result import Result, as_data, as_table
from keyturn.rotation.mysql_account import Change, MySQLAccount
from keyturn.rotation.secret import Login
from keyturn.up import picture
from keyturn.up.screen import Screen
from processes import PATIENCE, naming
from servers import Database

ROOT = Path(__file__).resolve().parent.parent


def test_a_short_drill_locks_nobody_out_and_notices_who_does(tmp_path: Path) -> None:
    result = drill("mysql", tmp_path, Screen(), seconds=1, every=40)
    assert result.faults == ()
    assert result.matrix.injected >= 6
    assert result.load.rotations >= 1
    assert result.load.logins.tried > 20
    assert result.load.logins.failed == 0
    assert len({login.client for login in result.load.logins.records}) == 8
    assert {name for _, name in result.load.marks} == {
        "createSecret", "setSecret", "testSecret", "finishSecret", "discard",
    }  # fmt: skip
    assert result.naive.logins.failed > 0
    assert result.naive.outage > 0
    told = as_data([result])
    assert told["ok"]
    assert told["engines"][0]["violations"] == []
    assert as_table([result]).row_count == 10
    drawn = picture.draw(result.load.logins, result.load.marks, "mysql")
    assert "0 failed" in drawn
    ET.fromstring(drawn)


def test_the_matrix_notices_a_rotation_that_does_not_retain(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetting(self: MySQLAccount, pending: Login) -> list[Change]:
        return [Change(row, pending, retain=False) for row in self.rows if not row.leads_with(pending)]

    monkeypatch.setattr(MySQLAccount, "admitting", forgetting)
    found = matrix(database, lambda progress: None, every=60)
    assert found.violations
    assert "second" in found.violations[0]
    assert Result("mysql", found, Loaded(), Loaded()).faults


def test_a_drill_that_notices_nothing_proves_nothing() -> None:
    faults = Result("mysql", Matrix(), Loaded(), Loaded()).faults
    assert "mysql: nothing was tried" in faults
    assert any("not noticed a naive rotation" in fault for fault in faults)
    assert not as_data([Result("mysql", Matrix(), Loaded(), Loaded())])["ok"]


def test_its_engines_are_those_of_the_contract() -> None:
    assert list(ENGINES) == ["mysql", "mariadb", "postgresql"]


def start(tmp_path: Path, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "drill", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_an_engine_that_there_is_not_is_misuse(tmp_path: Path) -> None:
    process = start(tmp_path, "--engine", "oracle")
    _, errors = process.communicate()
    assert process.returncode == 2
    assert "invalid choice" in errors


def test_interrupted_it_leaves_nothing(tmp_path: Path) -> None:
    """In the middle of the load, with its clients and its server running."""
    process = start(tmp_path, "--engine", "mysql", "--seconds", "60", "--every", "1000")
    assert process.stderr
    for line in process.stderr:
        if "rotation 1" in line:
            break
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, errors
    assert output == ""
    assert "drill: interrupted" in errors
    assert "Traceback" not in errors
    deadline = time.monotonic() + PATIENCE
    while naming(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert naming(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
