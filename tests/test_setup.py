"""Setting up on machines that lack something: one line says what to do."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "tools" / "setup.py"


@pytest.fixture
def setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("setup_script", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_an_old_python_is_told_which_one_is_needed(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(setup.shutil, "which", lambda name: None)
    with pytest.raises(setup.Problem, match=r"needs Python 3\.11 or newer.*make PYTHON="):
        setup.suitable_python()


def test_a_newer_python_on_the_path_is_used(setup: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(setup.shutil, "which", lambda name: sys.executable if name == "python3.11" else None)
    assert setup.suitable_python() == sys.executable


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    told = run(tmp_path / "venv")
    assert told.returncode == 2
    assert told.stderr.startswith("setup: error: cannot write beside")


def test_a_place_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = run(tmp_path / "file" / "venv")
    assert told.returncode == 2
    assert told.stderr.startswith("setup: error: cannot write beside")
    assert told.stderr.count("\n") == 1


def test_what_make_runs_is_compiled_only_once() -> None:
    """Images for containers often set the variable, and every start would compile some thousand modules."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = ["make", "--eval", "shown:\n\t@env", "shown"]
    shown = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=SCRIPT.parent.parent)
    assert shown.returncode == 0, shown.stderr
    assert "KEYTURN_VENV=" in shown.stdout
    assert "PYTHONDONTWRITEBYTECODE" not in shown.stdout


def run(venv: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "KEYTURN_VENV": str(venv)}
    return subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, env=environment)


def test_of_what_pip_says_its_error_is_told(setup: ModuleType) -> None:
    said = "WARNING: Retrying after NewConnectionError\nERROR: No matching distribution found for uv\n"
    told = setup.last_line(subprocess.CompletedProcess([], 1, "", said))
    assert told == "ERROR: No matching distribution found for uv"
