"""`keyturn explain`: a check's page, the list of all, and what was meant where a name is not right."""

from __future__ import annotations

import pytest

from keyturn import cli
from keyturn.checks import every


def test_a_check_is_explained_as_in_its_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "kms-key-denies-logs"]) == 0
    told = capsys.readouterr().out
    assert told.startswith(
        "# kms-key-denies-logs\n\nA log group is encrypted with a KMS key that CloudWatch Logs may not use. Verdict: **refused**."
    )
    for heading in ("Root cause", "Fix", "Why it matters", "Scope", "Noticed", "Recovery", "Source"):
        assert f"\n## {heading}\n" in told


def test_without_a_name_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines] == [[check.name, check.verdict] for check in every()]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("kms-key-denies-log", "did you mean `kms-key-denies-logs`?"),
        ("db_public", "did you mean `db-public`?"),
        ("qqq", "`keyturn explain` lists them"),
    ],
)
def test_one_that_there_is_not(capsys: pytest.CaptureFixture[str], name: str, hint: str) -> None:
    assert cli.main(["explain", name]) == 2
    assert capsys.readouterr().err == f"keyturn: error: there is no check `{name}`\n  hint: {hint}\n"
