"""`keyturn can`: questions to a planned world."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.cli import main

FAILING = Path(__file__).resolve().parent.parent / "examples" / "failing" / "kms-key-denies-logs" / "template.yaml"
GOOD = Path(__file__).parent / "checks" / "kms-key-denies-logs" / "good.yaml"
LOGS = "logs.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (
            [LOGS, "kms:Encrypt", "LogsKmsKey", "--in", str(FAILING), "--for", "RotationLogGroup"],
            1,
            "implicitly denied",
        ),
        ([LOGS, "kms:Encrypt", "Key", "--in", str(GOOD), "--for", "/app/web"], 0, "allowed"),
        ([LOGS, "kms:Encrypt", "Key", "--in", str(GOOD)], 1, "kms:EncryptionContext:aws:logs:arn"),
        (
            [LOGS, "kms:CreateGrant", "Key", "--in", str(GOOD), "--for", "Group"],
            1,
            "Action does not name kms:CreateGrant",
        ),
        (["arn:aws:iam::123456789012:root", "kms:Decrypt", "Key", "--in", str(GOOD)], 0, "allowed"),
    ],
)
def test_it_answers_and_says_why(words: list[str], code: int, says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["can", *words]) == code
    assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([LOGS, "kms:Encrypt", "Kye", "--in", str(GOOD)], "declares no resource `Kye`"),
        ([LOGS, "Encrypt", "Key", "--in", str(GOOD)], "not of the form service:Action"),
        ([LOGS, "kms:Encrypt", "Key", "--in", "nowhere.yaml"], "nowhere.yaml"),
        ([LOGS, "kms:Encrypt", "Key", "--in", str(GOOD), "--context", "nonsense"], "not of the form NAME=VALUE"),
    ],
)
def test_misuse_is_one_line(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["can", *words]) == 2
    assert says in capsys.readouterr().err
