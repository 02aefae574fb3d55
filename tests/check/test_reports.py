"""Every format: whole, valid by its schema, and with nothing in it that its reader would obey."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from keyturn.checks import every
from keyturn.report import FORMATS

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
EXAMPLES = ROOT / "tests" / "checks"
MIXED = ("kms-key-denies-logs", "db-class-not-offered", "rotation-role-denies", "db-public")
"""Folders with findings of all verdicts, with and without fixes, in several dialects, and with what is undecided."""


@cache
def sarif_schema() -> jsonschema.protocols.Validator:
    return jsonschema.Draft4Validator(json.loads((HERE / "schemas" / "sarif-2.1.0-rtm.5.json").read_text()))


@cache
def junit_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(HERE / "schemas" / "junit-10.xsd"))


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """All formats, of one run over examples, with a file that cannot be read, suppressions and complaints."""
    folder = tmp_path_factory.mktemp("reports")
    (folder / ".git").mkdir()
    for name in MIXED:
        (folder / name).symlink_to(EXAMPLES / name)
    (folder / "broken.yaml").write_text("Resources: [\n")
    (folder / "ignored.yaml").write_text(
        "Resources:\n"
        '  Key:  # keyturn: ignore[kms-key-not-rotated] imported; keyturn cannot see <that> & "this"\n'
        "    Type: AWS::KMS::Key\n"
        "  Other:  # keyturn: ignore[kms-key-not-rotatd] a slip\n"
        "    Type: AWS::KMS::Key\n"
    )
    (folder / "clean.yaml").write_text("Resources:\n  Handle:\n    Type: AWS::CloudFormation::WaitConditionHandle\n")
    words = [word for each in FORMATS for word in ("--report", f"{each}={folder / each}")]
    paths = [*MIXED, "ignored.yaml", "clean.yaml", "broken.yaml"]
    command = [sys.executable, "-m", "keyturn", "check", *paths, "--all", *words, "--as-of", "2026-11-24"]
    told = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert told.returncode == 2, told.stderr
    assert told.stderr.startswith("keyturn: error: broken.yaml: ")
    made = {each: (folder / each).read_text() for each in FORMATS}
    assert made["text"] == told.stdout, "a file has no colours"
    return made


def test_json_is_what_its_schema_says(reports: dict[str, str]) -> None:
    schema = json.loads((ROOT / "docs" / "check.schema.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    told = json.loads(reports["json"])
    jsonschema.validate(told, schema)
    assert {each["verdict"] for each in told["findings"]} == {"refused", "dead", "weak"}
    assert told["undecided"]
    assert told["suppressed"]
    assert told["complaints"]
    assert [each["file"] for each in told["unreadable"]] == ["broken.yaml"]


def test_the_schema_of_json_is_strict(reports: dict[str, str]) -> None:
    validator = jsonschema.Draft202012Validator(json.loads((ROOT / "docs" / "check.schema.json").read_text()))
    told = json.loads(reports["json"])
    for key in ("check", "verdict", "fix", "related"):
        damaged = {**told, "findings": [{name: value for name, value in told["findings"][0].items() if name != key}]}
        assert not validator.is_valid(damaged), key
    assert not validator.is_valid({**told, "findings": [{**told["findings"][0], "more": 1}]})


def test_sarif_is_valid_and_whole(reports: dict[str, str]) -> None:
    log = json.loads(reports["sarif"])
    sarif_schema().validate(log)
    (run,) = log["runs"]
    told = json.loads(reports["json"])
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [check.name for check in every()]
    assert all(rule["help"]["text"] and rule["help"]["markdown"] and rule["helpUri"] for rule in rules)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    shown = [result for result in run["results"] if "suppressions" not in result]
    assert len(shown) == len(told["findings"])
    assert len(run["results"]) - len(shown) == len(told["suppressed"]) == 1
    assert run["invocations"][0]["executionSuccessful"] is False
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert len(notes) == len(told["undecided"]) + len(told["complaints"]) + len(told["unreadable"])


def test_sarif_suppressions_say_why(reports: dict[str, str]) -> None:
    (result,) = (each for each in json.loads(reports["sarif"])["runs"][0]["results"] if "suppressions" in each)
    (suppression,) = result["suppressions"]
    assert suppression["kind"] == "inSource"
    assert suppression["justification"] == 'imported; keyturn cannot see <that> & "this"'


def test_sarif_fingerprints_tell_results_apart_and_hold_when_lines_move(check, template) -> None:
    template.write_text(
        template.read_text()
        + template.read_text().partition("Resources:\n")[2].replace("Key", "K2").replace("Logs", "L2")
    )

    def prints() -> list[str]:
        results = json.loads(check("template.yaml", "--all", "--format", "sarif").out)["runs"][0]["results"]
        return [each["partialFingerprints"]["keyturn/v1"] for each in results]

    before = prints()
    assert len(set(before)) == len(before)
    template.write_text("\n\n# moved\n" + template.read_text())
    assert prints() == before


def test_sarif_fixes_say_what_fix_does(check, template) -> None:
    """Law: the replacement, made as SARIF defines it, gives the file that `--fix` writes."""
    for text in (template.read_text(), template.read_text().rstrip(), "# first\n" + template.read_text()):
        template.write_text(text)
        log = json.loads(check("template.yaml", "--format", "sarif").out)
        (change,) = log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"]
        assert change["artifactLocation"]["uri"] == "template.yaml"
        (replacement,) = change["replacements"]
        region = replacement["deletedRegion"]
        starts = [0, *(match.end() for match in re.finditer("\n", text)), len(text)]
        begin = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        check("template.yaml", "--fix")
        assert text[:begin] + replacement["insertedContent"]["text"] + text[end:] == template.read_text()


def test_sarif_of_nothing_is_valid_and_says_that_all_rules_ran(check, folder) -> None:
    (folder / "a folder").mkdir()
    (folder / "a folder" / "t.yaml").write_text("Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n")
    log = json.loads(check("a folder/t.yaml", "--format", "sarif").out)
    sarif_schema().validate(log)
    assert log["runs"][0]["results"] == []
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == len(every())


def test_sarif_names_files_as_uris(check, folder, template) -> None:
    (folder / "a folder").mkdir()
    template.rename(folder / "a folder" / "t%1.yaml")
    results = json.loads(check("./a folder/t%1.yaml", "--format", "sarif").out)["runs"][0]["results"]
    assert results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20folder/t%251.yaml"


def test_junit_is_valid_and_whole(reports: dict[str, str]) -> None:
    document = etree.fromstring(reports["junit"].encode())
    junit_schema().assertValid(document)
    told = json.loads(reports["json"])
    cases = document.findall(".//testcase")
    assert len(document.findall(".//failure")) == len(told["findings"]) + len(told["complaints"])
    assert len(document.findall(".//skipped")) == len(told["undecided"]) + len(told["suppressed"])
    assert len(document.findall(".//error")) == 1
    for suite in document.findall("testsuite"):
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
        for count, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(count)) == len(suite.findall(f".//{kind}"))
    assert any(not len(case) for case in cases), "a file without findings has passed"


def test_github_commands_are_one_line_each_and_escaped(reports: dict[str, str], check, folder, template) -> None:
    told = json.loads(reports["json"])
    lines = reports["github"].splitlines()
    assert len(lines) == sum(len(told[kind]) for kind in ("findings", "undecided", "complaints", "unreadable"))
    assert all(re.fullmatch(r"::(error|warning|notice) file=[^,:]+(,[a-z]+=[^,:]+)+::.+", line) for line in lines)
    template.rename(folder / "a,b:100%.yaml")
    (line,) = check("a,b:100%.yaml", "--format", "github").out.splitlines()
    assert line.startswith(
        "::error file=a%2Cb%3A100%25.yaml,line=2,col=3,title=keyturn%3A kms-key-denies-logs::KeyPolicy: logs."
    )
    assert "%0AAWS will answer: AccessDeniedException: " in line


def test_markdown_has_the_whole_record(reports: dict[str, str]) -> None:
    told = json.loads(reports["json"])["findings"]
    text = reports["markdown"]
    for heading in ("Symptom", "Root cause", "Code", "Fix", "Why it matters", "References", "Impact"):
        number = sum(each["line"] > 0 for each in told) if heading == "Code" else len(told)
        assert len(re.findall(rf"^### {heading}$", text, re.MULTILINE)) == number, heading
    for part in ("Severity", "Scope", "Detection", "Recovery"):
        assert text.count(f"* **{part}**: ") == len(told), part
    assert re.findall(r"^## (\d+)\.", text, re.MULTILINE) == [str(number) for number in range(1, len(told) + 1)]
    assert "```diff\n--- " in text
    assert text.count("## Prevention\n") == 1
    prevention = text.partition("## Prevention\n")[2]
    assert all(f"* `{each['check']}`: " in prevention for each in told)
    assert text.count("\n```") % 2 == 0, "every block of code is closed"


def test_html_is_whole_closes_what_it_opens_and_asks_for_nothing(reports: dict[str, str]) -> None:
    told = json.loads(reports["json"])
    page = Page()
    page.feed(reports["html"])
    page.close()
    assert page.open == []
    others = sum(len(told[kind]) for kind in ("undecided", "complaints", "unreadable"))
    assert page.count["article"] == len(told["findings"]) + others
    assert not {"script", "img", "link", "iframe"} & page.count.keys()
    assert "url(" not in reports["html"]
    assert "@import" not in reports["html"]


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


HOSTILE = "</td><script>&\x1b[31m`|\n::error::x%0A]]>"


@pytest.mark.parametrize("format_", FORMATS)
def test_what_users_call_things_does_no_harm(check, folder, format_: str) -> None:
    group = {"LogGroupName": "/app", "KmsKeyId": {"Fn::GetAtt": [HOSTILE, "Arn"]}}
    resources = {HOSTILE: {"Type": "AWS::KMS::Key"}, "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": group}}
    (folder / "t.json").write_text(json.dumps({"Resources": resources}, indent=1))
    told = check("t.json", "--format", format_)
    assert told.code in (1, 2)
    assert "\x1b" not in told.out
    if format_ == "html":
        assert "<script>" not in told.out
    if format_ == "junit" and told.out:
        junit_schema().assertValid(etree.fromstring(told.out.encode()))
    if format_ == "github":
        assert not [line for line in told.out.splitlines() if line.startswith("::error::x")]


SECRET = "hunter2-and-more"


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("flow", [False, True])
def test_no_report_tells_a_secret(check, folder, format_: str, flow: bool) -> None:
    properties = {
        "DBInstanceClass": "db.t1.nothing",
        "Engine": "mysql",
        "MasterUsername": "admin",
        "MasterUserPassword": SECRET,
        "EngineVersion": "8.0.40",
        "AllocatedStorage": "20",
    }
    lines = [f"{key}: '{value}'" for key, value in properties.items()]
    body = f"{{{', '.join(lines)}}}" if flow else "\n      ".join(["", *lines])
    (folder / "t.yaml").write_text(f"Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties: {body}\n")
    told = check("t.yaml", "--all", "--format", format_)
    assert told.code == 1
    assert "db-class-not-offered" in told.out
    assert SECRET not in told.out


def test_reports_that_cannot_be_written_or_are_not_known(check, template) -> None:
    told = check("template.yaml", "--report", "sarif=no/such/folder/x")
    assert (told.code, told.err) == (2, "keyturn: error: no/such/folder/x: no such file or directory\n")
    told = check("template.yaml", "--report", "pdf=x")
    assert told.code == 2
    assert "pdf=x is not FORMAT=FILE, with a format of text, json, sarif, junit, github, markdown" in told.err


def test_nothing_is_imported_that_is_not_needed(template: Path) -> None:
    script = "import sys; from keyturn.cli import main; main(['check', 'template.yaml']); print(*sys.modules)"
    environment = {**os.environ, "NO_COLOR": "1"}
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    loaded = set(told.stdout.splitlines()[-1].split())
    assert (
        not {"rich", "boto3", "lxml", "keyturn.report.sarif", "keyturn.report.html", "keyturn.suppressions.yaml"}
        & loaded
    )
