"""What the checks said, as text. Each format is a module with `render(survey) -> str`; none of them prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from keyturn.check import Check, Finding, Result, Undecided, Verdict
from keyturn.suppressions import Complaint, Suppressed

LEVELS = {Verdict.REFUSED: "error", Verdict.DEAD: "error", Verdict.WEAK: "warning"}
"""What programs that show findings of others call it."""
FORMATS = ("text", "json", "sarif", "junit", "github", "markdown", "html")


class Unread(NamedTuple):
    """A file that could not be read, and why."""

    file: str
    because: str


@dataclass(frozen=True, slots=True)
class Survey:
    """
    All that one `keyturn check` has to say.

    Attributes:
        results: What is told of each planned world.
        suppressed: What is found and not told.
        complaints: What is wrong with the suppressions.
        texts: The texts of the files that findings point into, by file, as far as they could be read.
    """

    results: tuple[Result, ...]
    unread: tuple[Unread, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def files(self) -> int:
        """How many files, folders and programs were read."""
        return len({result.graph.file for result in self.results})

    @property
    def findings(self) -> tuple[tuple[Check, Finding], ...]:
        return tuple(found for result in self.results for found in result.findings)

    @property
    def undecided(self) -> tuple[tuple[Check, Undecided], ...]:
        return tuple(open_ for result in self.results for open_ in result.undecided)

    @property
    def silent(self) -> bool:
        """Whether there is nothing to tell people."""
        return not (self.complaints or any(result.findings or result.undecided for result in self.results))


def verdict(check: Check, finding: Finding) -> Verdict:
    """What will come of a finding: its own verdict, else its check's."""
    return finding.verdict or check.verdict
