"""
What a check is, and what it says.

A check is one module under `checks/`, named for the fault it finds. Its docstring is what `keyturn explain` prints and its page in
`docs/checks/`; its one function, decorated with `@check`, looks at one resource in its graph and yields findings.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource, Site, Value


class Verdict(StrEnum):
    """What will come of it."""

    REFUSED = "refused"
    """AWS rejects it at deployment."""
    DEAD = "dead"
    """It deploys, and then silently fails or drops."""
    WEAK = "weak"
    """It works, but is not as safe as it should be."""


class Fix(NamedTuple):
    """
    An edit that mends a finding, as data: each dialect's editor in `edit/` writes it in the user's own file.

    Exactly one of `replace` (a new value for the property at `at`) and `append` (a new item for the list at `at`, which is made
    if there is none) is given.

    Attributes:
        risk: What it may do that its user does not want, where something is deployed already: `the database is replaced`. Empty where it
            is safe.
    """

    title: str
    at: Site
    replace: Value = None
    append: Value = None
    risk: str = ""


class Note(NamedTuple):
    """Another place that has to do with a finding, and what it has to do with it: `used here, by Logs`."""

    at: Site
    text: str


class Finding(NamedTuple):
    """A fault, in the user's words, at the user's own line."""

    at: Site
    message: str
    related: tuple[Note, ...] = ()
    error: AwsError | None = None
    fix: Fix | None = None
    hint: str = ""
    verdict: Verdict | None = None
    """Given only where it differs from the check's own."""

    @property
    def sites(self) -> tuple[Site, ...]:
        """All that it points at, and what its fix changes."""
        return (self.at, *(note.at for note in self.related), *((self.fix.at,) if self.fix else ()))


class Undecided(NamedTuple):
    """What a check could not know, and why: silence means "checked"."""

    at: Site
    because: str


Outcome: TypeAlias = Finding | Undecided
Function: TypeAlias = Callable[[Resource, Graph], Iterator[Outcome]]

_SECTION = re.compile(r"^(Fix|Why it matters|Scope|Noticed|Recovery|Source):[ \t]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Check:
    """
    One fault that can be told before deployment.

    Attributes:
        name: In kebab-case; file, function, page and example folder carry the same words.
        verdict: What comes of the fault, unless a finding says otherwise.
        on: The CloudFormation types it looks at; all of them when there is none.
        function: Yields what it finds on one resource.
        sections: Its docstring's parts: `title`, `Root cause`, `Fix`, `Why it matters`, `Scope`, `Noticed`, `Recovery`, `Source`.
    """

    name: str
    verdict: Verdict
    on: tuple[str, ...]
    function: Function = field(repr=False)
    sections: dict[str, str] = field(repr=False)

    def __call__(self, resource: Resource, graph: Graph) -> Iterator[Outcome]:
        return self.function(resource, graph)

    def __reduce__(self) -> tuple[Callable[[str, str], Check], tuple[str, str]]:
        """Between processes a check travels by its name."""
        return _imported, (self.function.__module__, self.function.__name__)

    @property
    def title(self) -> str:
        return self.sections["title"]

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(self.sections.get("Source", "").split())


def _imported(module: str, name: str) -> Check:
    found: Check = getattr(importlib.import_module(module), name)
    return found


def check(*on: str, verdict: Verdict) -> Callable[[Function], Check]:
    """Make a check of a function that looks at one resource of the CloudFormation types `on`; without any, of all types."""

    def make(function: Function) -> Check:
        module = inspect.getmodule(function)
        name = function.__name__.replace("_", "-")
        return Check(name, verdict, on, function, sections(inspect.getdoc(module) or ""))

    return make


def sections(docstring: str) -> dict[str, str]:
    """
    Take a check's docstring apart.

    Its first paragraph is the `title`, what follows up to the first headed part is the `Root cause`; the headed parts (`Fix:`,
    `Why it matters:`, `Scope:`, `Noticed:`, `Recovery:`, `Source:`) run to the next one.
    """
    title, _, rest = docstring.strip().partition("\n\n")
    pieces = _SECTION.split(rest)
    named = dict(zip(pieces[1::2], (text.strip() for text in pieces[2::2]), strict=True))
    return {"title": " ".join(title.split()).rstrip("."), "Root cause": pieces[0].strip()} | named


class Result(NamedTuple):
    """What the checks said of one graph."""

    graph: Graph
    findings: tuple[tuple[Check, Finding], ...]
    undecided: tuple[tuple[Check, Undecided], ...]


def run(checks: tuple[Check, ...], graph: Graph) -> Result:
    """Run checks over a graph; what they say comes in the order of its places."""
    findings: list[tuple[Check, Finding]] = []
    undecided: list[tuple[Check, Undecided]] = []
    for each in checks:
        for resource in graph.of_type(*each.on) if each.on else graph:
            for outcome in each.function(resource, graph):
                if isinstance(outcome, Finding):
                    findings.append((each, outcome))
                else:
                    undecided.append((each, outcome))
    findings.sort(key=_order)
    undecided.sort(key=_order)
    return Result(graph, tuple(findings), tuple(undecided))


def _order(said: tuple[Check, Finding | Undecided]) -> tuple[str, int, int, str]:
    place = said[1].at.place
    return place.file, place.line, place.column, said[0].name
