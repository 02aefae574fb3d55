"""The seed's two faults, mended by `keyturn check --fix`: then nothing is found, and they deploy."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

FAILING = Path(__file__).resolve().parent.parent.parent / "examples" / "failing"


def keyturn(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "keyturn", *words], capture_output=True, text=True)


@pytest.mark.parametrize("dialect", ["template.yaml", "pulumi"])
@pytest.mark.parametrize("example", ["kms-key-denies-logs", "db-class-not-offered"])
def test_a_mended_example_is_clean_and_deploys(example: str, dialect: str, tmp_path: Path) -> None:
    source, copy = FAILING / example / dialect, tmp_path / dialect
    if source.is_dir():
        shutil.copytree(source, copy)
    else:
        shutil.copy(source, copy)
    run = ["--run"] if source.is_dir() else []
    assert keyturn("check", *run, str(copy)).returncode == 1
    mended = keyturn("check", "--fix", *run, str(copy))
    assert mended.returncode == 0, mended.stdout + mended.stderr
    graph = copy
    if source.is_dir():
        graph = tmp_path / "planned.json"
        graph.write_text(template_of(copy))
    rehearsed = keyturn("rehearse", str(graph))
    assert rehearsed.returncode == 0, rehearsed.stdout + rehearsed.stderr


def template_of(program: Path) -> str:
    """A Pulumi program as the CloudFormation template that plans the same."""
    from keyturn.read import Options, read
    from keyturn.template import to_json

    (graph,) = read(str(program), Options(run_programs=True))
    return to_json(graph)
