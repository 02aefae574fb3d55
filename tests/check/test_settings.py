"""`keyturn.toml` and `[tool.keyturn]`: what they set, where they are found, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keyturn import cli
from keyturn.settings import Settings, nearest

PUBLIC = """Resources:
  Db:
    Type: AWS::RDS::DBInstance
    Properties:
      DBInstanceClass: db.t4g.micro
      Engine: mysql
      EngineVersion: '8.0.40'
      PubliclyAccessible: true
"""


def region_told(told) -> str:
    return next(word for word in told.out.split() if word.startswith("logs.")).split(".")[1]


def test_a_region_is_taken_from_the_command_line_then_the_settings_then_the_environment(
    check, folder, template, monkeypatch
) -> None:
    assert region_told(check("template.yaml")) == "us-east-1"
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    assert region_told(check("template.yaml")) == "eu-west-3"
    (folder / "keyturn.toml").write_text('region = "eu-north-1"\n')
    assert region_told(check("template.yaml")) == "eu-north-1"
    assert region_told(check("template.yaml", "--region", "ap-south-1")) == "ap-south-1"


def test_parameters_and_account(check, folder, template) -> None:
    text = template.read_text().replace("LogGroupName: /app", "LogGroupName: !Sub '/app/${Env}'")
    template.write_text("Parameters: {Env: {Type: String}, N: {Type: Number}}\n" + text)
    (folder / "keyturn.toml").write_text('account = "111122223333"\n[params]\nEnv = "prod"\nN = 3\n')
    assert ":111122223333:log-group:/app/prod'" in check("template.yaml").out
    assert ":111122223333:log-group:/app/dev'" in check("template.yaml", "--param", "Env=dev").out


@pytest.mark.parametrize(("file", "head"), [("keyturn.toml", ""), ("pyproject.toml", "[tool.keyturn]\n")])
def test_they_are_found_above_the_program_up_to_the_root_of_its_repository(check, folder, template, file, head) -> None:
    root = folder / "repository"
    inner = root / "a" / "b"
    inner.mkdir(parents=True)
    (root / ".git").mkdir()
    template.rename(inner / "t.yaml")
    (folder / "keyturn.toml").write_text("nonsense = 1\n")
    (root / "a" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (root / file).write_text(f"{head}region = 'eu-north-1'\n")
    assert region_told(check("repository/a")) == "eu-north-1"
    (root / "a" / "keyturn.toml").write_text("region = 'ca-central-1'\n")
    assert region_told(check("repository/a/b/t.yaml")) == "ca-central-1", "the nearest one holds, whole"
    assert region_told(check("repository")) == "ca-central-1", "also from above"


def test_a_damaged_project_file_that_is_not_about_keyturn_is_nothing_to_it(check, folder, template) -> None:
    (folder / "pyproject.toml").write_text("[project\n")
    assert check("template.yaml").code == 1


def test_the_least_verdict(check, folder) -> None:
    (folder / "t.yaml").write_text(PUBLIC)
    assert "db-public" not in check("t.yaml").out
    (folder / "keyturn.toml").write_text("fail-on = 'weak'\n")
    assert "db-public" in check("t.yaml").out
    assert "db-public" not in check("t.yaml", "--fail-on", "dead").out


def test_what_is_excluded_is_not_searched_but_checked_when_it_is_named(check, folder, template) -> None:
    (folder / "old" / "deep").mkdir(parents=True)
    template.rename(folder / "old" / "deep" / "t.yaml")
    (folder / "keyturn.toml").write_text('exclude = ["old"]\n')
    assert check(".").out == ""
    assert check("old").out == ""
    assert check("old/deep/t.yaml").code == 1


@pytest.mark.parametrize("path", ["t.yaml", "infra/*", "infra", "*.yaml", "infra/**"])
def test_findings_are_ignored_by_path_and_resource(check, folder, template, path) -> None:
    (folder / "infra").mkdir()
    template.rename(folder / "infra" / "t.yaml")
    entry = f"[[ignore]]\ncheck = 'kms-key-denies-logs'\npath = '{path}'\nreason = 'by hand'\n"
    (folder / "keyturn.toml").write_text(entry)
    assert check(".").out == ""
    (told,) = json.loads(check(".", "--format", "json").out)["suppressed"]
    assert told["suppression"] == {"by": "settings", "reason": "by hand", "file": "keyturn.toml", "line": 1}
    (folder / "keyturn.toml").write_text(entry + "resource = 'Logs'\n")
    assert check(".").out == ""
    (folder / "keyturn.toml").write_text(entry + "resource = 'Other'\n")
    assert check(".").code == 1


def test_an_ignore_that_nothing_needs_is_told_when_all_was_searched(check, folder, template) -> None:
    (folder / "keyturn.toml").write_text("\n[[ignore]]\ncheck = 'db-public'\npath = 'x'\nreason = 'a sandbox'\n")
    assert "keyturn.toml:2: nothing is found that `db-public` has to be ignored for" in check(".").out
    assert "db-public" not in check("template.yaml").out


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("regoin = 'x'\n", "1: `regoin` is not a setting", "did you mean `region`?"),
        ("\nfail_on = 'dead'\n", "2: `fail_on` is not a setting", "did you mean `fail-on`?"),
        ("qqq = 1\n", "1: `qqq` is not a setting", "there are region"),
        ("run = true\n", "1: `run` is not a setting", ""),
        ("region = 'moon'\n", "1: `region` is not a region: us-east-1", ""),
        ("region = 1\n", "1: `region` is not a region: us-east-1", ""),
        ("\naccount = 123456789012\n", "2: `account` is not an account: twelve digits, in quotes", ""),
        ("fail-on = 'bad'\n", "1: `fail-on` is not one of refused, dead, weak", ""),
        ("exclude = 'x'\n", "1: `exclude` is not a list of patterns", ""),
        ("exclude = ['#x']\n", "1: `#x` is not a pattern of paths", ""),
        ("[params]\na = 1\nb = [1]\n", "3: the parameter `b` is not a text or a number", ""),
        ("params = 1\n", "1: `params` is not a table", ""),
        ("ignore = 'x'\n", "1: `ignore` is not a list of tables: write [[ignore]] before each", ""),
        ("\n[[ignore]]\nreason = 'x'\n", "2: this [[ignore]] does not name its `check`", ""),
        ("[[ignore]]\ncheck = 'db-public'\n", "1: `db-public` is not ignored without a reason", "write after it"),
        (
            "[[ignore]]\ncheck = 'db-publik'\nreason = 'x'\n",
            "1: there is no check `db-publik`",
            "did you mean `db-public`?",
        ),
        (
            "[[ignore]]\ncheck = 'db-public'\nreason = 'x'\n[[ignore]]\ncheck = 'db-public'\nreasn = 'x'\n",
            "6: `reasn` is not a setting",
            "did you mean `reason`?",
        ),
        ("a = \n", "1:5: not TOML: invalid value", ""),
        ("a = 1\na = 2\n", "2:6: not TOML: cannot overwrite a value", ""),
        ("baseline = 3\n", "1: `baseline` is not the name of a file", ""),
    ],
)
@pytest.mark.parametrize("project", [False, True])
def test_what_is_wrong_is_one_line_with_its_place(check, folder, template, text, message, hint, project) -> None:
    name = "pyproject.toml" if project else "keyturn.toml"
    if project:
        text = text.replace("[params]", "[tool.keyturn.params]").replace("[[ignore]]\n", "[[tool.keyturn.ignore]]\n")
        text = f"[tool.keyturn]\n{text}"
        line, _, rest = message.partition(":")
        message = f"{int(line) + 1}:{rest}"
    (folder / name).write_text(text)
    told = check("template.yaml")
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith(f"keyturn: error: {name}:{message}")
    assert len(told.err.splitlines()) == (2 if "  hint: " in told.err else 1)
    assert hint in told.err


def test_the_line_of_a_setting_in_a_project_file_is_that_of_its_table(check, folder, template) -> None:
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "x"\nregion = "moon"\n\n[tool.keyturn]\nregion = "moon"\n'
    )
    assert "pyproject.toml:6: `region` is not a region" in check("template.yaml").err


def test_there_may_be_none(folder: Path) -> None:
    assert nearest(folder / "x.yaml", {}) == Settings()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--region", "moon"), "moon is not the name of a region, as us-east-1 is one"),
        (("--account", "1234"), "1234 is not an account: twelve digits"),
        (("--as-of", "2026-13-01"), "2026-13-01 is not a day, as 2026-11-24 is one"),
        (("--jobs", "0"), "0 is not a number of processes"),
        (("--param", "X"), "--param X: not of the form NAME=VALUE"),
        (("--all", "--fail-on", "dead"), "not allowed with argument"),
    ],
)
def test_misuse_is_told_in_the_users_words(check, template, words, message) -> None:
    told = check("template.yaml", *words)
    assert (told.code, told.out) == (2, "")
    assert message in told.err
    assert "Traceback" not in told.err


def test_other_questions_to_a_planned_world_are_of_the_same_world(folder, template, capsys) -> None:
    (folder / "keyturn.toml").write_text('region = "eu-north-1"\naccount = "111122223333"\n')
    assert cli.main(["graph", "template.yaml"]) == 0
    assert "eu-north-1, account 111122223333" in capsys.readouterr().out
    assert cli.main(["graph", ".", "--region", "eu-west-1"]) == 0
    assert "eu-west-1, account 111122223333" in capsys.readouterr().out
    question = ["can", "arn:aws:iam::111122223333:root", "kms:Decrypt", "Key", "--in", "template.yaml"]
    assert cli.main(question) == 0, "the account's own root, by the key's default policy"
    assert cli.main([*question, "--account", "999999999999"]) == 1
