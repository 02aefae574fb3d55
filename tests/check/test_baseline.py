"""Known findings are not told, new ones are, and those that are gone are told of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

GROUP = """  Logs{n}:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: /app/{n}
      KmsKeyId: !GetAtt Key.Arn
"""


@pytest.fixture
def known(check, template) -> Path:
    """A baseline that knows the one finding."""
    told = check("template.yaml", "--write-baseline", "known.json")
    assert (told.code, told.out, told.err) == (0, "", "known.json: 1 finding written\n")
    return Path("known.json")


def test_what_is_known_is_not_told(check, known) -> None:
    assert check("template.yaml", "--baseline", "known.json").out == ""
    (told,) = json.loads(check(".", "--baseline", "known.json", "--format", "json").out)["suppressed"]
    assert told["suppression"]["by"] == "baseline"
    assert check("template.yaml").code == 1


def test_lines_may_move_and_words_may_change(check, template, known) -> None:
    template.write_text("# moved\n\n" + template.read_text().replace("/app", "/another"))
    assert check("template.yaml", "--baseline", "known.json", "--region", "eu-west-1").out == ""


def test_another_of_the_same_is_new(check, template, known) -> None:
    template.write_text(template.read_text() + GROUP.format(n=2))
    told = check("template.yaml", "--baseline", "known.json")
    assert told.code == 1
    assert "for the log group Logs2 [kms-key-denies-logs]" in told.out
    assert told.out.endswith("1 refused, 1 ignored, 1 file checked\n")


def test_what_is_mended_is_told_of_as_stale_and_written_no_more(check, template, known) -> None:
    assert check("template.yaml", "--fix").code == 0
    told = check("template.yaml", "--baseline", "known.json")
    assert told.code == 1
    assert told.out.startswith(
        "known.json: template.yaml: Key: no longer found: kms-key-denies-logs\n  hint: `--write-baseline`"
    )
    assert check("template.yaml", "--write-baseline", "known.json").err == "known.json: 0 findings written\n"
    assert check("template.yaml", "--baseline", "known.json").out == ""


def test_entries_of_files_that_were_not_checked_are_not_stale_unless_those_are_gone(
    check, folder, template, known
) -> None:
    (folder / "other.yaml").write_text("Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n")
    assert check("other.yaml", "--baseline", "known.json").out == ""
    template.unlink()
    assert "known.json: template.yaml: Key: no longer found" in check("other.yaml", "--baseline", "known.json").out


def test_files_are_named_from_the_folder_of_the_baseline(check, folder, template, monkeypatch) -> None:
    (folder / "known").mkdir()
    check(".", "--write-baseline", "known/all.json")
    assert [each["file"] for each in json.loads((folder / "known" / "all.json").read_text())["findings"]] == [
        "../template.yaml"
    ]
    monkeypatch.chdir(folder / "known")
    assert check("../template.yaml", "--baseline", "all.json").out == ""
    assert check(str(template), "--baseline", str(folder / "known" / "all.json")).out == ""


def test_the_settings_may_name_it_and_the_command_line_wins(check, folder, template, known) -> None:
    (folder / "keyturn.toml").write_text('baseline = "known.json"\n')
    assert check("template.yaml").out == ""
    (folder / "none.json").write_text('{"version": 1, "findings": []}')
    assert check("template.yaml", "--baseline", "none.json").code == 1
    assert check("template.yaml", "--write-baseline", "known.json").err == "known.json: 1 finding written\n"


def test_a_weak_one_that_is_known_is_not_stale_where_weak_ones_are_not_told(check, template) -> None:
    check("template.yaml", "--all", "--write-baseline", "known.json")
    assert check("template.yaml", "--baseline", "known.json").out == ""
    assert check("template.yaml", "--all", "--baseline", "known.json").out == ""


def test_it_is_the_same_file_whatever_the_order(check, folder, template) -> None:
    (folder / "b.yaml").write_text(template.read_text())
    check("template.yaml", "b.yaml", "--write-baseline", "1.json")
    check("b.yaml", "template.yaml", "--jobs", "2", "--write-baseline", "2.json")
    assert (folder / "1.json").read_text() == (folder / "2.json").read_text()
    assert check(".", "--jobs", "2", "--baseline", "1.json").out == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not a baseline: not JSON"),
        ("[]", "not a baseline: `keyturn check --write-baseline` makes one"),
        ('{"version": 1}', "not a baseline: `keyturn check --write-baseline` makes one"),
        ('{"version": 2, "findings": []}', "a baseline of version 2, not 1"),
        ('{"version": 1, "findings": [{"file": 1}]}', "not a baseline: `keyturn check --write-baseline` makes one"),
        (
            '{"version": 1, "findings": [{"file": "a", "check": "b", "resource": "c", "property": "d", "count": 0}]}',
            "not a baseline: `keyturn check --write-baseline` makes one",
        ),
        ("\udcff", "not a baseline: not JSON"),
    ],
)
def test_what_is_no_baseline_is_refused_in_one_line(check, folder, template, text, message) -> None:
    (folder / "bad.json").write_bytes(text.encode(errors="surrogateescape"))
    told = check("template.yaml", "--baseline", "bad.json")
    assert (told.code, told.out, told.err) == (2, "", f"keyturn: error: bad.json: {message}\n")


def test_what_is_known_is_kept_where_nothing_can_be_read(check, folder, template) -> None:
    check("template.yaml", "--write-baseline", "known.json")
    known = (folder / "known.json").read_text()
    told = check("tempalte.yaml", "--write-baseline", "known.json")
    assert (told.code, told.err) == (2, "keyturn: error: tempalte.yaml: no such file or folder\n")
    assert (folder / "known.json").read_text() == known


def test_one_that_is_not_there_or_cannot_be_written(check, template) -> None:
    told = check("template.yaml", "--baseline", "none.json")
    assert told.err.startswith("keyturn: error: none.json: no such file or directory\n  hint: ")
    told = check("template.yaml", "--write-baseline", "no/such/known.json")
    assert (told.code, told.err) == (2, "keyturn: error: no/such/known.json: no such file or directory\n")
    assert check("template.yaml", "--baseline", "a", "--write-baseline", "b").code == 2
