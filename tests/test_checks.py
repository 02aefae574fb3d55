"""
Each folder in `tests/checks/` has one check's examples: `bad*` are found, word for word as in the `.out` beside each, `good*`
are silent.

`pytest tests/test_checks.py --rewrite` writes the `.out` files anew; read the difference before you commit it.
"""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from keyturn.check import Check, Finding, Result, Verdict, run
from keyturn.checks import every, named
from keyturn.edit import mend
from keyturn.graph import Graph
from keyturn.read import Options, read
from keyturn.report import Survey, verdict
from keyturn.report.text import render
from keyturn.template import to_json

FOLDERS = Path(__file__).parent / "checks"
DAY = datetime.date(2026, 11, 24)


def examples(kind: str) -> list[Path]:
    return [path for path in sorted(FOLDERS.glob(f"*/{kind}*")) if path.suffix != ".out"]


def name_of(path: Path) -> str:
    return str(path.relative_to(FOLDERS))


def result(path: Path, check_name: str) -> Result:
    check = named(check_name)
    assert check, f"there is no check {check_name}"
    return run((check,), planned(path, check_name))


def planned(path: Path, check_name: str) -> Graph:
    """An example's graph; a template's is what becomes of `previous.yaml`, where the folder has one."""
    deployed = FOLDERS / check_name / "previous.yaml"
    previous = str(deployed) if deployed.exists() and path.suffix == ".yaml" else None
    (graph,) = read(str(path), Options(run_programs=True, as_of=DAY, previous=previous))
    return graph


def told(result: Result, own: str) -> tuple[tuple[Check, Finding], ...]:
    """What is found, without what other checks find weak: an example has only what it is about."""
    return tuple(found for found in result.findings if found[0].name == own or verdict(*found) is not Verdict.WEAK)


@pytest.mark.parametrize("path", examples("bad"), ids=name_of)
def test_bad_examples_are_found_word_for_word(path: Path, request: pytest.FixtureRequest) -> None:
    said = render(Survey((result(path, path.parent.name),))).replace(f"{path.parent}/", "")
    expected = path.with_name(path.name + ".out")
    if request.config.getoption("--rewrite"):
        expected.write_text(said)
    assert f"[{path.parent.name}]" in said, "it is found by its own check"
    assert said == expected.read_text()


@pytest.mark.parametrize("path", examples("good"), ids=name_of)
def test_good_examples_are_silent(path: Path) -> None:
    assert told(run(every(), planned(path, path.parent.name)), path.parent.name) == ()


@pytest.mark.parametrize("path", examples("bad"), ids=name_of)
def test_fixes_leave_nothing_to_find(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    if path.is_dir():
        shutil.copytree(path, copy)
    else:
        shutil.copy(path, copy)
    found = result(copy, path.parent.name)
    fixes = [finding.fix for _, finding in found.findings if finding.fix]
    assert all(finding.hint for _, finding in found.findings if not finding.fix), "without a fix it says what to do"
    left_alone = [line for line in (mend(found.graph, fixes) if fixes else ()) if "not mended (" in line]
    unmended = [
        (finding.at.property, finding.message)
        for _, finding in found.findings
        if not finding.fix or any(f"not mended ({finding.fix.title})" in line for line in left_alone)
    ]
    left = told(run(every(), planned(copy, path.parent.name)), path.parent.name)
    assert [(finding.at.property, finding.message) for _, finding in left] == unmended, "nor bring another fault"


AS_WRITTEN = "property-given-twice"
"""Of how a template is written down: no program writes one so."""
BY_THEMSELVES = [
    path
    for path in examples("bad")
    if path.suffix == ".yaml" and not (path.parent / "previous.yaml").exists() and path.parent.name != AS_WRITTEN
]
"""Templates that say it all; not those that become of others."""


@pytest.mark.parametrize("path", BY_THEMSELVES, ids=name_of)
def test_the_same_is_found_in_json_and_in_what_the_cdk_writes(path: Path, tmp_path: Path) -> None:
    (graph,) = read(str(path), Options(as_of=DAY))
    document = json.loads(to_json(graph))
    if graph.transforms:
        document["Transform"] = list(graph.transforms)
    json_file, cdk_file = tmp_path / "plain.template.json", tmp_path / "Example.template.json"
    json_file.write_text(json.dumps(document))
    for name, resource in document["Resources"].items():
        resource.setdefault("Metadata", {})["aws:cdk:path"] = f"Example/{name}/Resource"
    cdk_file.write_text(json.dumps(document))
    told = what(result(path, path.parent.name))
    assert what(result(json_file, path.parent.name)) == told
    assert what(result(cdk_file, path.parent.name)) == told


def what(result: Result) -> list[tuple[str, str, str, str | None]]:
    """What is found where, without names, which each dialect has its own of."""
    return sorted(
        (verdict(*found), found[1].at.resource.name, found[1].at.property, found[1].error and found[1].error.code)
        for found in result.findings
    )


def mutants() -> Iterator[tuple[str, str]]:
    """The lines `good.yaml: one -> another` of each folder's `mutants.txt`: what stands once in a good example, and makes it bad."""
    for path in sorted(FOLDERS.glob("*/mutants.txt")):
        for line in path.read_text().splitlines():
            yield path.parent.name, line


@pytest.mark.parametrize(("name", "line"), [*mutants()], ids=lambda text: text)
def test_a_good_example_with_one_thing_changed_is_found(name: str, line: str, tmp_path: Path) -> None:
    file, _, change = line.partition(": ")
    before, _, after = change.partition(" -> ")
    before, after = before.replace("\\n", "\n"), after.replace("\\n", "\n")
    comment, _, text = (FOLDERS / name / file).read_text().partition("\n")
    assert text.count(before) == 1, f"`{before}` is to stand once in {file}"
    mutant = tmp_path / file
    mutant.write_text(f"{comment}\n{text.replace(before, after)}")
    assert result(FOLDERS / name / file, name).findings == ()
    assert result(mutant, name).findings


def test_every_check_has_its_examples_and_every_example_its_check() -> None:
    assert {check.name for check in every()} == {folder.name for folder in FOLDERS.iterdir()}
    for check in every():
        kinds = {path.name.split(".")[0].split("-")[0] for path in (FOLDERS / check.name).iterdir()}
        assert {"bad", "good", "mutants"} <= kinds, check.name


@pytest.mark.parametrize("check", every(), ids=lambda check: check.name)
def test_every_check_says_what_its_page_needs(check: Check) -> None:
    sections = check.sections
    assert {"title", "Root cause", "Fix", "Why it matters", "Scope", "Noticed", "Recovery", "Source"} <= set(sections)
    assert all(text for text in sections.values())
    assert all(source.startswith("https://docs.aws.amazon.com/") for source in check.sources)


def test_the_pages_in_docs_are_current() -> None:
    tool = Path(__file__).parent.parent / "tools" / "generate_check_docs.py"
    told = subprocess.run([sys.executable, str(tool), "--check"], capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (0, ""), "run `make docs`"
