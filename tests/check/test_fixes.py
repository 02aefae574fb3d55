"""`--fix`, `--diff` and `--unsafe-fixes`: what is mended, what is not, and that nothing else is touched."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from keyturn.edit import mend
from keyturn.read import Options, read

EXAMPLES = Path(__file__).parent.parent / "checks"
FILES = [*sorted(EXAMPLES.glob("*/bad.yaml")), *sorted(EXAMPLES.glob("kms-*/bad*.json"))]
"""Others differ from these in what is found, not in how it is mended."""


def name_of(path: Path) -> str:
    return str(path.relative_to(EXAMPLES))


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_mending_is_done_once_and_undone_by_its_diff(check, folder: Path, path: Path) -> None:
    """Laws: a second `--fix` changes nothing; `--diff` says what the first does, and turns its result back again."""
    file = folder / path.name
    shutil.copy(path, file)
    before = file.read_bytes()
    check(file.name, "--all", "--as-of", "2026-11-24", "--fix", "--unsafe-fixes")
    once = file.read_bytes()
    check(file.name, "--all", "--as-of", "2026-11-24", "--fix", "--unsafe-fixes")
    assert file.read_bytes() == once
    file.write_bytes(before)
    told = check(file.name, "--all", "--as-of", "2026-11-24", "--diff", "--unsafe-fixes")
    assert file.read_bytes() == before
    assert bool(told.out) == (once != before)
    if told.out:
        (folder / "fix.diff").write_text(told.out)
        subprocess.run(["git", "apply", "-p0", "fix.diff"], cwd=folder, check=True)
        check(file.name, "--all", "--as-of", "2026-11-24", "--fix", "--unsafe-fixes")
        assert file.read_bytes() == once, "what is left to mend once the first is mended is mended next"


WEAK = """Resources:
  Db:
    Type: AWS::RDS::DBInstance
    Properties:
      DBInstanceClass: db.t4g.micro
      Engine: mysql
      EngineVersion: '8.0.40'
      StorageEncrypted: false
      PubliclyAccessible: true
"""


def test_what_carries_a_risk_is_made_only_when_asked_for_and_the_risk_is_told(check, folder) -> None:
    (folder / "t.yaml").write_text(WEAK)
    told = check("t.yaml", "--all", "--fix")
    assert (folder / "t.yaml").read_text() == WEAK
    assert "; `keyturn check --fix --unsafe-fixes` writes it, but a database that is there is replaced" in told.out
    assert check("t.yaml", "--all", "--diff").out == ""
    check("t.yaml", "--all", "--fix", "--unsafe-fixes")
    mended = (folder / "t.yaml").read_text()
    assert "StorageEncrypted: true" in mended
    assert "PubliclyAccessible: false" in mended


def test_what_is_not_told_is_not_mended(check, template) -> None:
    text = template.read_text().replace("  Logs:", "  Logs: # keyturn: ignore[kms-key-denies-logs] by hand")
    template.write_text(text)
    assert check("template.yaml", "--fix").code == 0
    assert template.read_text() == text


def test_what_is_done_is_told_and_what_is_left_decides_the_code(check, template) -> None:
    told = check("template.yaml", "--fix")
    assert (told.code, told.out) == (0, "")
    assert told.err == "template.yaml:2:3: allow logs.us-east-1.amazonaws.com, for this log group only\n"
    assert check("template.yaml", "--fix") == type(told)(0, "", "")


def test_a_diff_alone_is_on_standard_output(check, template) -> None:
    before = template.read_text()
    told = check("template.yaml", "--diff")
    assert told.out.startswith("--- template.yaml\n+++ template.yaml\n@@ ")
    assert (told.code, told.err) == (1, "")
    assert template.read_text() == before
    assert check("template.yaml", "--diff", "--fix").out == told.out
    assert template.read_text() == before


def test_a_last_line_without_an_end_is_told_as_patch_has_it(check, template) -> None:
    template.write_text(
        "Resources:\n  Logs:\n    Type: AWS::Logs::LogGroup\n    Properties:\n      LogGroupName: /app\n"
        "      KmsKeyId: !GetAtt Key.Arn\n  Key:\n    Type: AWS::KMS::Key"
    )
    told = check("template.yaml", "--diff").out
    assert "\n\\ No newline at end of file\n" in told
    Path("fix.diff").write_text(told)
    subprocess.run(["git", "apply", "-p0", "fix.diff"], check=True)
    assert check("template.yaml").out == ""


def as_json(indent: int | str | None) -> str:
    group = {"LogGroupName": "/app", "KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}
    logs = {"Type": "AWS::Logs::LogGroup", "Properties": group}
    return json.dumps({"Resources": {"Key": {"Type": "AWS::KMS::Key"}, "Logs": logs}}, indent=indent)


@pytest.mark.parametrize(
    "written",
    [
        lambda yaml: as_json(None),
        lambda yaml: as_json("\t"),
        lambda yaml: as_json(2).replace("\n", "\r\n"),
        lambda yaml: "\ufeff" + yaml,
        lambda yaml: yaml.replace("\n", "\r\n"),
    ],
    ids=["one line", "tabs", "line ends", "byte order mark", "line ends in YAML"],
)
def test_however_a_file_is_written_its_diff_is_what_fix_does(check, folder, template, written) -> None:
    text = written(template.read_text())
    file = folder / "template.yaml"
    file.write_bytes(text.encode())
    (folder / "fix.diff").write_bytes(check("template.yaml", "--diff").out.encode())
    assert check("template.yaml", "--fix").code == 0
    mended = file.read_bytes()
    file.write_bytes(text.encode())
    subprocess.run(["git", "apply", "-p0", "fix.diff"], check=True)
    assert file.read_bytes() == mended
    assert len(mended) > len(text.encode())


def test_of_a_long_line_all_that_is_meant_is_shown(check, folder) -> None:
    (folder / "t.json").write_text(as_json(None))
    shown = [line for line in check("t.json").out.splitlines() if line.startswith("  1 | ")]
    assert len(shown) == 2
    assert '"KmsKeyId"' in shown[1]


def test_a_file_that_changes_meanwhile_is_left_as_it_is(folder, template) -> None:
    (graph,) = read("template.yaml")
    from keyturn.check import run
    from keyturn.checks.kms_key_denies_logs import kms_key_denies_logs

    ((_, finding),) = run((kms_key_denies_logs,), graph).findings
    texts = {"template.yaml": template.read_text()}
    changed = template.read_text() + "# a thought of another\n"
    template.write_text(changed)
    assert mend(graph, [finding.fix], texts) == ["template.yaml: not mended: it has changed since it was read"]
    assert template.read_text() == changed


def test_a_link_and_a_mode_are_kept_and_what_may_not_be_written_is_told(check, folder, template) -> None:
    (folder / "real").mkdir()
    template.rename(folder / "real" / "t.yaml")
    template.symlink_to(Path("real") / "t.yaml")
    (folder / "real" / "t.yaml").chmod(0o640)
    assert check("template.yaml", "--fix").code == 0
    assert template.is_symlink()
    assert stat.S_IMODE((folder / "real" / "t.yaml").stat().st_mode) == 0o640
    assert os.listdir(folder / "real") == ["t.yaml"]  # noqa: PTH208


def test_a_template_that_two_programs_use_is_mended_once(check, folder, template) -> None:
    (folder / "parent.yaml").write_text(
        "Resources:\n  Nested:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: template.yaml}\n"
    )
    assert check(".", "--fix").code == 0
    assert template.read_text().count("Sid: AllowCloudWatchLogs") == 1


def test_standard_input_is_not_written(check, folder, monkeypatch, template) -> None:
    import io
    import sys

    class Input:
        buffer = io.BytesIO(template.read_bytes())

    monkeypatch.setattr(sys, "stdin", Input)
    told = check("-", "--diff")
    assert told.code == 1
    assert told.err == "standard input: not mended: it is not a file\n"


def test_graphs_are_read_as_they_were(folder, template) -> None:
    """The options of the first reading hold for that of the mended file, too."""
    template.write_text(
        "Parameters: {Env: {Type: String}}\n" + template.read_text().replace("/app", "!Sub '/app/${Env}'")
    )
    (graph,) = read("template.yaml", Options(parameters={"Env": "prod"}))
    from keyturn.check import run
    from keyturn.checks.kms_key_denies_logs import kms_key_denies_logs

    fixes = [finding.fix for _, finding in run((kms_key_denies_logs,), graph).findings]
    assert len(mend(graph, fixes)) == 1
    assert "log-group:/app/${Env}" in template.read_text()
