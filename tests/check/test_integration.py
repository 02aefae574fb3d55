"""What others run: the script of the GitHub Action, the hooks of pre-commit."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from keyturn import cli

ROOT = Path(__file__).parent.parent.parent


def action(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    keyturn = folder / "keyturn"
    keyturn.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m keyturn "$@"\n')
    keyturn.chmod(0o755)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("INPUT_")},
        "KEYTURN": str(keyturn),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        **{f"INPUT_{name.upper()}": value for name, value in inputs.items()},
    }
    command = ["bash", str(ROOT / "tools" / "action.sh")]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_the_action_annotates_sums_up_and_fails(folder, template) -> None:
    told = action(folder, paths="template.yaml", arguments="--all", sarif="out.sarif")
    assert told.returncode == 1, told.stderr
    lines = told.stdout.splitlines()
    assert lines[0].startswith("::error file=template.yaml,line=2,")
    assert (folder / "output").read_text() == f"findings={len(lines)}\nsarif=out.sarif\n"
    assert (folder / "summary").read_text().startswith("# Deployment findings\n")
    assert json.loads((folder / "out.sarif").read_text())["version"] == "2.1.0"


def test_the_action_passes_when_nothing_is_found(folder) -> None:
    told = action(folder)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    assert (folder / "output").read_text() == "findings=0\n"
    assert (folder / "summary").read_text() == ""


@pytest.mark.parametrize(
    "path", ["a b.yaml", "$(touch pwned).yaml", "`touch pwned`.yaml", "'; touch pwned; '.yaml", "*.yaml"]
)
def test_the_action_takes_paths_for_what_they_are(folder, template, path: str) -> None:
    template.rename(folder / path)
    (folder / "other.yml").write_text("Resources: [")
    told = action(folder, paths=f"\n  {path}  \n\n")
    assert told.returncode == 1, told.stderr
    assert (folder / "output").read_text() == "findings=1\n"
    assert not (folder / "pwned").exists()


def test_the_action_ends_with_two_where_a_path_is_not_there_or_looks_like_an_option(folder) -> None:
    assert action(folder, paths="none.yaml").returncode == 2
    told = action(folder, paths="--help")
    assert told.returncode == 2
    assert "--help: no such file or folder" in told.stderr


def test_the_action_gives_the_script_what_it_reads() -> None:
    described = yaml.safe_load((ROOT / "action.yml").read_text())
    assert described["runs"]["using"] == "composite"
    step = next(each for each in described["runs"]["steps"] if each.get("id") == "check")
    script = (ROOT / "tools" / "action.sh").read_text()
    assert set(re.findall(r"INPUT_\w+", script)) == {name for name in step["env"] if name.startswith("INPUT_")}
    for name in described["inputs"]:
        assert f"inputs.{name}" in (ROOT / "action.yml").read_text().partition("runs:")[2], name
    for each in described["runs"]["steps"]:
        assert "${{" not in each.get("run", ""), "nothing of users' becomes part of a script"
    assert set(described["outputs"]) == set(re.findall(r"'(\w+)=%s", script))


@pytest.mark.skipif(shutil.which("bash") is None, reason="the script is bash's")
def test_the_script_is_well_formed() -> None:
    subprocess.run(["bash", "-n", str(ROOT / "tools" / "action.sh")], check=True)


def test_the_hooks_run_what_there_is(folder, template, capsys) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["id"] for hook in hooks] == ["keyturn", "keyturn-fix"]
    for hook, code in zip(hooks, (1, 0), strict=True):
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        assert re.search(hook["files"], "infra/template.yaml")
        assert not re.search(hook["files"], "README.md")
        command, *words = [*hook["entry"].split(), *hook["args"]]
        assert command == "keyturn"
        assert cli.main(words) == code
    assert "AllowCloudWatchLogs" in template.read_text()
    capsys.readouterr()


def test_every_option_and_setting_is_documented(capsys) -> None:
    assert cli.main(["check", "--help"]) == 0
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    page = (ROOT / "docs" / "check.md").read_text() + (ROOT / "docs" / "reports.md").read_text()
    assert {option for option in options if f"{option}" not in page} == set()
    for field in ("region", "account", "fail-on", "exclude", "baseline", "param-files", "params", "ignore"):
        assert re.search(rf"^    (\[+)?{field}\b", page, re.MULTILINE), field


def test_the_settings_in_the_documentation_are_understood(check, folder, template) -> None:
    page = (ROOT / "docs" / "check.md").read_text()
    block = page[page.index('    region = "eu-west-1"') : page.index("The same stands under")]
    (folder / "keyturn.toml").write_text("\n".join(line.removeprefix("    ") for line in block.splitlines()))
    (folder / "keyturn-baseline.json").write_text('{"version": 1, "findings": []}')
    (folder / "prod.json").write_text("{}")
    told = check("template.yaml")
    assert (told.code, told.err) == (1, "")
    assert "logs.eu-west-1.amazonaws.com" in told.out
