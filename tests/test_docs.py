"""What the documents say is so: the README's transcript runs, links lead somewhere, every command and check is told of."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from keyturn import cli
from keyturn.checks import every

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def transcript() -> tuple[str, str, list[str]]:
    """The README's template, and what its check says, with the command's words."""
    block = re.findall(r"(?:^    .*\n|^\n)+", (ROOT / "README.md").read_text(), re.MULTILINE)
    text = next(part for part in block if "$ cat template.yaml" in part)
    lines = "\n".join(line.removeprefix("    ") for line in text.strip("\n").splitlines())
    template, checked = lines.split("$ keyturn check template.yaml\n")
    return template.removeprefix("$ cat template.yaml\n"), checked, ["check", "template.yaml"]


def test_the_readme_says_what_the_command_says(tmp_path: Path) -> None:
    template, expected, words = transcript()
    (tmp_path / "template.yaml").write_text(template)
    told = subprocess.run([sys.executable, "-m", "keyturn", *words], capture_output=True, text=True, cwd=tmp_path)
    assert told.returncode == 1
    assert told.stdout == expected.rstrip() + "\n"


def test_the_readme_fits_a_screen() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 50


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)", document.read_text()):
        if not link.startswith("http"):
            assert (document.parent / link).exists(), link


@pytest.mark.parametrize("command", sorted(cli.COMMANDS))
def test_every_command_is_documented(command: str) -> None:
    assert any(f"keyturn {command}" in document.read_text() for document in DOCUMENTS)


def test_every_check_has_its_page() -> None:
    assert {path.stem for path in (ROOT / "docs" / "checks").glob("*.md")} == {
        "README",
        *(check.name for check in every()),
    }
