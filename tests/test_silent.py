"""
Templates that are right, each as AWS documents its pattern: no check may say a word against any of them.

Each file in `silent/` opens with why it is right. The folder `kms/` has the services that need no statement in a key's policy, one file for
each: they use a key with the rights of their caller, of a role, or by a grant.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from keyturn.check import Verdict, run
from keyturn.checks import every
from keyturn.read import Options, read

FOLDER = Path(__file__).parent / "silent"
TEMPLATES = sorted(FOLDER.rglob("*.yaml"))
DAY = datetime.date(2026, 11, 24)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_nothing_is_said_against_what_is_right(path: Path) -> None:
    (graph,) = read(str(path), Options(as_of=DAY))
    grave = [
        f"{check.name}: {finding.message}"
        for check, finding in run(every(), graph).findings
        if (finding.verdict or check.verdict) is not Verdict.WEAK
    ]
    assert grave == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_template_says_why_it_is_right_and_holds_something(path: Path) -> None:
    assert path.read_text().startswith("# ")
    (graph,) = read(str(path), Options(as_of=DAY))
    assert graph.resources


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_documented_key_policies_are_decided(path: Path) -> None:
    """A condition that AWS documents for a service is met by it, also where only the form of what it sends is documented."""
    if path.stem == "imported-keys":
        return  # Their policies are elsewhere.
    (graph,) = read(str(path), Options(as_of=DAY))
    assert [open_.because for check, open_ in run(every(), graph).undecided if check.name.startswith("kms-")] == []


ROTATIONS = [path for path in TEMPLATES if path.stem.startswith("rotation-") and path.stem != "rotation-own-function"]


@pytest.mark.parametrize("path", ROTATIONS, ids=lambda path: path.stem)
def test_documented_rotations_are_decided(path: Path) -> None:
    """Every link of a rotation is known to hold, where all of it is declared: silence is not for want of knowledge."""
    (graph,) = read(str(path), Options(as_of=DAY))
    assert [open_.because for check, open_ in run(every(), graph).undecided if check.name.startswith("rotation-")] == []
