"""What docs/policy.md shows is what happens."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from keyturn.cli.simulate import LEVELS, LISTS, REQUEST, SINGLE, simulate
from keyturn.policy import operator
from keyturn.policy.spelling import actions

PAGE = Path(__file__).parent.parent.parent / "docs" / "policy.md"


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def test_its_python_runs() -> None:
    results = doctest.testfile(str(PAGE), module_relative=False)
    assert results.failed == 0
    assert results.attempted > 5


def test_its_transcript_is_true() -> None:
    command, _, told = block("console").partition("\n")
    assert command == "$ keyturn simulate --explain request.jsonl"
    assert list(simulate([block("json")], explain=True)) == [told.removesuffix("\n")]


def test_it_names_every_part_of_a_line() -> None:
    text = PAGE.read_text()
    assert [name for name in (*SINGLE, *LISTS, *LEVELS, *REQUEST) if f'"{name}"' not in text] == []


def test_its_counts_are_right() -> None:
    text = PAGE.read_text()
    assert f"All {len(operator.OPERATORS)} condition operators" in text
    assert f"the {len(actions())} services of `actions.txt`" in text
