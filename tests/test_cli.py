"""The command line as its users meet it: exit codes, and one line for what is wrong."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from keyturn import cli
from keyturn.cli.collecting import ALLOCATIONS


def keyturn(*words: str, cwd: Path | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run `keyturn` as a process of its own."""
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
    command = [sys.executable, "-m", "keyturn", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, input=stdin)


def test_version_and_help_end_with_zero() -> None:
    assert re.fullmatch(r"keyturn \d+\.\d+\.\d+\n", keyturn("--version").stdout)
    told = keyturn("--help")
    assert told.returncode == 0
    for command in cli.COMMANDS:
        assert command in told.stdout


@pytest.mark.parametrize("words", [(), ("nonsense",), ("check",), ("up", "--target", "moon")])
def test_misuse_ends_with_two_and_says_what_is_wrong(words: tuple[str, ...]) -> None:
    told = keyturn(*words)
    assert told.returncode == 2
    assert "error:" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_every_command_explains_itself(command: str) -> None:
    told = keyturn(command, "--help")
    assert (told.returncode, told.stderr) == (0, "")
    assert command in told.stdout


def test_a_command_imports_only_what_it_needs() -> None:
    """`keyturn --version` must not wait for an AWS SDK, a cloud or a terminal library."""
    script = "import sys; from keyturn.cli import main; main(['explain', '--help']); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"boto3", "moto", "pulumi", "rich", "flask", "pymysql"} & set(loaded)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_is_told_in_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(
            [sys.executable, "-m", "keyturn", "explain"], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert told.returncode == 2
    assert told.stderr == "keyturn: error: the output cannot be written: no space left on device\n"


def test_a_check_imports_what_its_template_needs(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text("Resources:\n  Logs: {Type: AWS::Logs::LogGroup}\n")
    program = """
import gc, sys
from keyturn.cli import main
main()
print(*sys.modules, gc.get_threshold()[0])
"""
    command = [sys.executable, "-c", program, "check", "template.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
    *modules, threshold = done.stdout.split()
    checks = {name for name in modules if name.startswith("keyturn.checks.")}
    assert "keyturn.checks.log_group_kept_forever" in checks
    assert "keyturn.checks.type_unknown" in checks
    assert not any("db_" in name or "rotation_" in name for name in checks)
    assert not {"boto3", "difflib", "moto", "rich", "tomllib", "zipfile"} & {*modules}
    assert int(threshold) == ALLOCATIONS


def test_python_does_not_look_for_garbage_when_all_is_done() -> None:
    program = """
import atexit, gc
from keyturn.cli.collecting import collect_seldom
atexit.register(lambda: print(gc.get_freeze_count() > 0))  # What is registered first is called last.
collect_seldom()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
