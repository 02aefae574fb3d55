"""`keyturn check` as its users run it, in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from keyturn import cli

TEMPLATE = """Resources:
  Key:
    Type: AWS::KMS::Key
  Logs:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /app
      KmsKeyId: !GetAtt Key.Arn
"""
"""One finding: CloudWatch Logs may not use the key."""


@dataclass(frozen=True)
class Told:
    """What the command says."""

    code: int
    out: str
    err: str


Check = Callable[..., Told]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, the root of a repository."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def check(folder: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Run `keyturn check` there."""

    def run(*words: str) -> Told:
        code = cli.main(["check", *words])
        told = capsys.readouterr()
        return Told(code, told.out, told.err)

    return run


@pytest.fixture
def template(folder: Path) -> Path:
    file = folder / "template.yaml"
    file.write_text(TEMPLATE)
    return file
