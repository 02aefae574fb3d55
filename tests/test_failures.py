"""docs/failures.md: every cause of failures that ten programs or more met, and what tells it."""

from __future__ import annotations

import re
from pathlib import Path

from keyturn.checks import every

PAGE = Path(__file__).parent.parent / "docs" / "failures.md"
ELSEWHERE = ("depends on", "when the template is read", "when they run")
"""What is told of a cause that no check finds."""


def rows() -> list[list[str]]:
    lines = [line for line in PAGE.read_text().splitlines() if re.match(r"\| \d", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_check_that_is_named_exists_under_its_own_page() -> None:
    links = re.findall(r"\[([a-z0-9-]+)\]\(checks/([a-z0-9-]+)\.md\)", PAGE.read_text())
    assert links
    assert all(name == page for name, page in links)
    assert {name for name, _ in links} <= {check.name for check in every()}


def test_every_cause_has_its_checks_or_its_reason() -> None:
    assert len(rows()) == 48
    for programs, cause, told in rows():
        assert int(programs) >= 10
        assert "](checks/" in told or any(words in told for words in ELSEWHERE), cause
