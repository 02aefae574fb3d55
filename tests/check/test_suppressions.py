"""What is not told, and why: in comments, in metadata; and what is wrong with it."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from keyturn.suppressions import Lines, Suppression, comments, hcl, python, yaml

IGNORE = "# keyturn: ignore[kms-key-denies-logs] the key is widened by hand"


def noted(text: str, line: int, comment: str, *, alone: bool) -> str:
    """A text with a comment on a line (from 1), or on one of its own before it."""
    lines = text.splitlines()
    indent = " " * (len(lines[line - 1]) - len(lines[line - 1].lstrip()))
    lines[line - 1] = f"{indent}{comment}\n{lines[line - 1]}" if alone else f"{lines[line - 1]}  {comment}"
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("line", [2, 4, 8], ids=["the key", "the group", "its property"])
def test_a_comment_is_about_what_begins_on_its_line_or_the_next(check, template, line, alone) -> None:
    before = template.read_text()
    template.write_text(noted(before, line, IGNORE, alone=alone))
    assert check("template.yaml") == type(check("template.yaml"))(0, "", "")
    template.write_text(before)
    assert check("template.yaml").code == 1


@pytest.mark.parametrize("line", [3, 5, 7])
def test_a_comment_elsewhere_changes_nothing(check, template, line) -> None:
    template.write_text(noted(template.read_text(), line, IGNORE, alone=False))
    told = check("template.yaml")
    assert told.code == 1
    assert "[kms-key-denies-logs]" in told.out


def test_the_report_says_what_is_ignored_and_why(check, template) -> None:
    template.write_text(noted(template.read_text(), 4, IGNORE, alone=True))
    (told,) = json.loads(check("template.yaml", "--format", "json").out)["suppressed"]
    assert told["suppression"] == {
        "by": "comment",
        "reason": "the key is widened by hand",
        "file": "template.yaml",
        "line": 4,
    }
    assert told["check"] == "kms-key-denies-logs"


@pytest.mark.parametrize(
    ("comment", "message", "hint"),
    [
        (
            "# keyturn: ignore[kms-key-denies-logs]",
            "`kms-key-denies-logs` is not ignored without a reason",
            "write after it why",
        ),
        (
            "# keyturn: ignore[kms-key-denies-logs] --",
            "`kms-key-denies-logs` is not ignored without a reason",
            "write after",
        ),
        (
            "# keyturn: ignore[kms-key-denies-log] x",
            "there is no check `kms-key-denies-log`",
            "did you mean `kms-key-denies-logs`?",
        ),
        ("# keyturn: ignore[qqq] x", "there is no check `qqq` to ignore", "`keyturn explain` lists the checks"),
        (
            "# keyturn: ignore kms-key-denies-logs",
            "which check is to be ignored is not said",
            "write `keyturn: ignore[check]",
        ),
        (
            "# keyturn: ignroe[kms-key-denies-logs] x",
            "`keyturn: ignroe` is not understood",
            "write `keyturn: ignore[check]",
        ),
    ],
)
def test_what_is_wrong_is_told_and_ignores_nothing(check, template, comment, message, hint) -> None:
    template.write_text(noted(template.read_text(), 4, comment, alone=False))
    told = check("template.yaml")
    assert told.code == 1
    assert f"template.yaml:4:10: {message}" in told.out
    assert f"  hint: {hint}" in told.out
    assert "[kms-key-denies-logs]" in told.out.splitlines()[0]


def test_other_remarks_that_name_keyturn_are_left_alone(check, template) -> None:
    template.write_text(noted(template.read_text(), 1, "# keyturn: see its docs", alone=False))
    assert "suppressions" not in check("template.yaml").out


def test_one_that_nothing_needs_is_told_each_check_by_itself(check, template) -> None:
    both = IGNORE.replace("logs]", "logs, db-public]")
    template.write_text(noted(template.read_text(), 4, both, alone=True))
    told = check("template.yaml")
    assert told.out == (
        "template.yaml:4:3: nothing is found that `db-public` has to be ignored for\n  hint: take it out\n"
        "0 findings, 1 ignored, 1 suppression to mend, 1 file checked\n"
    )
    assert told.code == 1


def test_one_for_a_weak_finding_is_needed_also_where_weak_ones_are_not_told(check, template) -> None:
    template.write_text(
        noted(
            "Resources:\n  Key:\n    Type: AWS::KMS::Key\n",
            2,
            "# keyturn: ignore[kms-key-not-rotated] imported",
            alone=True,
        )
    )
    assert check("template.yaml").out == ""
    told = check("template.yaml", "--all").out
    assert "kms-key-not-rotated" not in told
    assert "1 ignored" in told


def test_one_for_what_a_condition_leaves_out_is_not_called_unneeded(check, template) -> None:
    text = template.read_text().replace("  Logs:\n", "  Logs:\n    Condition: Prod\n")
    text = noted(text, 4, IGNORE, alone=True)
    template.write_text(
        "Parameters: {Env: {Type: String, Default: dev}}\nConditions: {Prod: !Equals [!Ref Env, prod]}\n" + text
    )
    assert check("template.yaml").out == ""
    assert check("template.yaml", "--param", "Env=prod").out == ""


def test_text_that_looks_like_a_comment_is_none(check, template) -> None:
    text = template.read_text().replace(
        "/app", f"'/app' \n    Metadata:\n      Note: |\n        {IGNORE}\n      Other: \"a {IGNORE}\""
    )
    template.write_text(
        text.replace("      KmsKeyId: !GetAtt Key.Arn\n", "").replace(
            "    Properties:\n", "    Properties:\n      KmsKeyId: !GetAtt Key.Arn\n"
        )
    )
    assert "[kms-key-denies-logs]" in check("template.yaml").out


METADATA = {"keyturn": {"ignore": [{"check": "kms-key-denies-logs", "reason": "widened by hand"}]}}


def as_json(metadata: object) -> str:
    group = {"LogGroupName": "/app", "KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}}
    logs = {"Type": "AWS::Logs::LogGroup", "Metadata": metadata, "Properties": group}
    return json.dumps({"Resources": {"Key": {"Type": "AWS::KMS::Key"}, "Logs": logs}}, indent=1)


def test_metadata_do_it_in_json(check, folder: Path) -> None:
    (folder / "t.json").write_text(as_json(METADATA))
    assert check("t.json").out == ""
    (folder / "t.json").write_text(as_json({}))
    assert check("t.json").code == 1


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"ignore": [{"check": "kms-key-denies-logs"}]}, "is not ignored without a reason"),
        ({"ignore": [{"check": "kms-key-denies-log", "reason": "x"}]}, "there is no check `kms-key-denies-log`"),
        ({"ignore": "kms-key-denies-logs"}, "the metadata for keyturn are not understood"),
        ({"ignored": []}, "the metadata for keyturn are not understood"),
        ({"ignore": ["kms-key-denies-logs"]}, "the metadata for keyturn are not understood"),
        ("x", "the metadata for keyturn are not understood"),
        (
            {"ignore": [{"check": "db-public", "reason": "x"}]},
            "nothing is found that `db-public` has to be ignored for",
        ),
    ],
)
def test_metadata_that_are_wrong_are_told_with_their_place(check, folder: Path, said, message) -> None:
    (folder / "t.json").write_text(as_json({"keyturn": said}))
    told = check("t.json")
    assert message in told.out
    (line,) = (line for line in told.out.splitlines() if message in line)
    assert 9 <= int(line.split(":")[1]) <= 16, "inside the metadata"
    assert "[kms-key-denies-logs]" in told.out


def test_metadata_do_it_in_yaml(check, template) -> None:
    metadata = "    Metadata:\n      keyturn:\n        ignore:\n          - check: kms-key-denies-logs\n            reason: by hand\n"
    template.write_text(
        template.read_text().replace("    Type: AWS::KMS::Key\n", "    Type: AWS::KMS::Key\n" + metadata)
    )
    assert check("template.yaml").out == ""
    template.write_text(template.read_text().replace("            reason: by hand\n", ""))
    told = check("template.yaml").out
    assert "template.yaml:7:13: `kms-key-denies-logs` is not ignored without a reason" in told
    assert "[kms-key-denies-logs]" in told


def test_metadata_do_it_in_what_a_cdk_app_makes(check, folder: Path) -> None:
    app = folder / "cdk.out"
    app.mkdir()
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Stack.template.json"}}
    (app / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": {"Stack": stack}}))
    (app / "Stack.template.json").write_text(as_json({"aws:cdk:path": "Stack/Logs/Resource", **METADATA}))
    assert check(".").out == ""
    (app / "Stack.template.json").write_text(as_json({"aws:cdk:path": "Stack/Logs/Resource"}))
    assert "used here, by Stack/Logs" in check(".").out
    (folder / "keyturn.toml").write_text(
        "[[ignore]]\ncheck = 'kms-key-denies-logs'\nresource = 'Stack/Logs'\nreason = 'by hand'\n"
    )
    assert check(".").out == ""


TERRAFORM = """resource "aws_kms_key" "logs" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Effect = "Allow", Principal = { AWS = "arn:aws:iam::123456789012:root" }, Action = "kms:*", Resource = "*" },
  ] })
}

resource "aws_cloudwatch_log_group" "app" {
  name       = "/app"
  kms_key_id = aws_kms_key.logs.arn
}
"""


@pytest.mark.parametrize("line", [1, 7, 9])
@pytest.mark.parametrize("comment", [IGNORE, IGNORE.replace("#", "//"), "/* " + IGNORE[2:] + " */"])
def test_terraform(check, folder: Path, line, comment) -> None:
    (folder / "main.tf").write_text(noted(TERRAFORM, line, comment, alone=True))
    assert check(".").out == ""
    (folder / "main.tf").write_text(TERRAFORM)
    assert check(".").code == 1


def test_the_unneeded_in_terraform(check, folder: Path) -> None:
    (folder / "main.tf").write_text(noted(TERRAFORM, 7, IGNORE.replace("kms-key-denies-logs", "db-public"), alone=True))
    assert "./main.tf:7:1: nothing is found that `db-public`" in check(".").out.replace(str(folder), ".").replace(
        "\nmain", "\n./main"
    )


def test_a_policy_that_stands_in_another_file_is_shown_and_may_be_commented_there(check, folder: Path) -> None:
    before, policy, after = TERRAFORM.partition(TERRAFORM[TERRAFORM.index("jsonencode") : TERRAFORM.index(")\n}") + 1])
    (folder / "main.tf").write_text(f"{before}local.policy{after}")
    (folder / "locals.tf").write_text(f"locals {{\n  policy = {policy}\n}}\n")
    assert check(".").code == 1
    (folder / "locals.tf").write_text(f"locals {{\n  {IGNORE}\n  policy = {policy}\n}}\n")
    assert check(".").out == ""


def test_standard_input(check, folder: Path, template, monkeypatch) -> None:
    class Input:
        buffer = io.BytesIO(noted(template.read_text(), 4, IGNORE, alone=False).encode())

    monkeypatch.setattr("sys.stdin", Input)
    assert check("-").out == ""


@pytest.mark.parametrize(
    ("module", "text", "spans"),
    [
        (
            yaml,
            "a:\n  - b: 1\n    c: |\n      # x\n  - d\ne: {f: 1,\n  g: 2}\nh: 1\n",
            {1: 5, 2: 4, 3: 4, 5: 5, 6: 7, 8: 8},
        ),
        (yaml, "a:\n- b\n- c\nd: 1\n", {1: 3, 2: 2, 3: 3, 4: 4}),
        (yaml, "a: &x\n  b: 1\nc: *x\n", {1: 2, 2: 2, 3: 3}),
        (python, "x = f(\n    a=1,\n    b={\n        'c': [1,\n          2],\n    },\n)\n", {1: 7, 2: 2, 3: 6, 4: 5}),
        (python, "@d\ndef f():\n    return 1\n", {1: 3, 2: 3, 3: 3}),
        (hcl, 'a "b" {\n  c = <<EOF\nx # no\n}\nEOF\n  d = [\n    1,\n  ]\n}\n', {1: 9, 2: 5, 6: 8, 7: 7}),
    ],
)
def test_what_begins_on_a_line_ends_where_it_does(module, text: str, spans: dict[int, int]) -> None:
    ends = module.written(text).ends
    assert {line: ends[line] for line in spans} == spans


@pytest.mark.parametrize(
    ("module", "text"), [(yaml, "a: [\n # keyturn: x"), (python, "f( # keyturn: x"), (hcl, "a { # keyturn: x")]
)
def test_a_damaged_file_says_nothing(module, text: str) -> None:
    assert module.written(text).comments == ()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(["a:", "  b: 1", "  c:", "    - d", "", "  # x", "  e: '# no'"]), max_size=12), st.data()
)
def test_a_comment_that_is_put_in_is_found_where_it_is_and_about_what_is_there(
    lines: list[str], data: st.DataObject
) -> None:
    """Law: whatever a file says, a comment put into it is the only suppression, stands where it was put, and covers its line."""
    text = "\n".join(["z: 1", *lines]) + "\n"
    place = data.draw(st.integers(1, len(lines) + 1))
    with_comment = text.splitlines()
    commented = with_comment[place - 1].strip().startswith("#")
    with_comment[place - 1] += "  # keyturn: ignore[db-public] a law"
    assume(not commented and yaml.written(text).ends and yaml.written("\n".join(with_comment)).ends)
    said = comments.read("x.yaml", "\n".join(with_comment)).said
    assert len(said) == 1
    (suppression,) = said
    assert isinstance(suppression, Suppression)
    assert isinstance(suppression.scope, Lines)
    assert suppression.place.line == place
    assert suppression.scope.last >= suppression.scope.first >= place


@pytest.mark.parametrize(("line", "alone"), [(10, True), (34, False), (14, True)])
def test_pulumi(check, folder: Path, line: int, alone: bool) -> None:
    example = Path(__file__).parent.parent / "checks" / "kms-key-denies-logs" / "bad-pulumi"
    shutil.copytree(example, folder / "program", ignore=shutil.ignore_patterns("__pycache__"))
    main = folder / "program" / "__main__.py"
    main.write_text(noted(main.read_text(), line, IGNORE.replace("logs]", "logs, db-public]"), alone=alone))
    told = check("program", "--run")
    assert "[kms-key-denies-logs]" not in told.out
    assert f"program/__main__.py:{line}:" in told.out
    assert "nothing is found that `db-public` has to be ignored for" in told.out


EXAMPLES = Path(__file__).parent.parent / "checks"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*/bad.yaml")), ids=lambda path: path.parent.name)
def test_a_comment_takes_away_what_it_names_and_nothing_else_and_gives_it_back(check, folder: Path, path: Path) -> None:
    """Laws: with a comment above its resource a finding goes, and no other changes; without the comment it is as it was."""

    def told() -> dict[str, list[dict[str, object]]]:
        return json.loads(check("t.yaml", "--all", "--as-of", "2026-11-24", "--format", "json").out)

    def kept(findings: list[dict[str, object]]) -> list[tuple[object, ...]]:
        return sorted((each["check"], each["resource"], each["property"]) for each in findings)

    file = folder / "t.yaml"
    file.write_text(path.read_text())
    before = told()
    own = [each for each in before["findings"] if each["check"] == path.parent.name]
    finding = (own or before["findings"])[0]
    text = path.read_text()
    file.write_text(noted(text, finding["line"], f"# keyturn: ignore[{finding['check']}] a law", alone=True))
    after = told()
    assert after["complaints"] == []
    gone = after["suppressed"]
    assert {each["check"] for each in gone} == {finding["check"]}
    assert kept(after["findings"] + gone) == kept(before["findings"])
    file.write_text(text)
    assert told() == before
