"""
What users do not want to be told, each with the reason that they give.

A suppression stands in a comment (`# keyturn: ignore[db-public] a sandbox`), in a resource's metadata, or in `keyturn.toml`. It is of one
check, and without a reason it is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple, TypeAlias

from keyturn.check import Check, Finding, Undecided
from keyturn.checks import named, nearest
from keyturn.graph import Place, Site
from keyturn.read.paths import resolved


class Lines(NamedTuple):
    """The lines of a file that a comment is about."""

    file: str
    first: int
    last: int

    def holds(self, site: Site) -> bool:
        """Whether a site stands there, or its resource is declared there."""
        return any(
            place.file == self.file and self.first <= place.line <= self.last
            for place in (site.place, site.resource.place)
        )


class Declared(NamedTuple):
    """One resource, as its metadata say it."""

    resource: str
    place: Place

    def holds(self, site: Site) -> bool:
        return site.resource.name == self.resource and site.resource.place == self.place


class Files(NamedTuple):
    """
    Files by a pattern as in `.gitignore`, and in them one resource or all.

    Attributes:
        folder: Where the pattern begins; absolute.
        resource: What its user calls it; empty for all.
    """

    folder: Path
    pattern: re.Pattern[str]
    resource: str = ""

    def holds(self, site: Site) -> bool:
        return self.resource in ("", str(site.resource), site.resource.name) and self.covers(Path(site.place.file))

    def covers(self, file: Path) -> bool:
        """Whether a file, or a folder that it is in, is meant."""
        try:
            inner = resolved(file).relative_to(self.folder)
        except ValueError:
            return False
        return any(self.pattern.fullmatch(part.as_posix()) for part in (inner, *inner.parents) if part.name)


Scope: TypeAlias = Lines | Declared | Files


class Suppression(NamedTuple):
    """
    That one check is not to be told of somewhere, and why not.

    Attributes:
        place: Where its user says so.
        by: `comment`, `metadata` or `settings`.
    """

    check: str
    reason: str
    place: Place
    scope: Scope
    by: str


class Suppressed(NamedTuple):
    """A finding that is not told; why, by what (as in `Suppression`) and where that is said."""

    check: Check
    finding: Finding
    reason: str
    by: str
    place: Place


class Complaint(NamedTuple):
    """What is wrong with what users say of findings: a reason that is missing, a suppression that nothing needs."""

    place: Place
    message: str
    hint: str = ""


class Sifted(NamedTuple):
    """What is left to be told, what is not, and the suppressions that were needed."""

    findings: tuple[tuple[Check, Finding], ...]
    undecided: tuple[tuple[Check, Undecided], ...]
    suppressed: tuple[Suppressed, ...]
    needed: frozenset[Suppression]


def sift(
    findings: Iterable[tuple[Check, Finding]],
    undecided: Iterable[tuple[Check, Undecided]],
    suppressions: Iterable[Suppression],
) -> Sifted:
    """
    Take out what is suppressed.

    A finding is where its fault is, in the other places that it names, and where its fix goes: the key, the log group that uses it, the
    policy. What a check could not decide is suppressed as its findings are.
    """
    by_check: dict[str, list[Suppression]] = {}
    for each in suppressions:
        by_check.setdefault(each.check, []).append(each)
    told, open_, suppressed, needed = [], [], [], set()
    for check, finding in findings:
        meant = list(_meant(by_check.get(check.name, ()), finding.sites))
        needed.update(meant)
        if meant:
            first = meant[0]
            suppressed.append(Suppressed(check, finding, first.reason, first.by, first.place))
        else:
            told.append((check, finding))
    for check, undecided_ in undecided:
        meant = list(_meant(by_check.get(check.name, ()), (undecided_.at,)))
        needed.update(meant)
        if not meant:
            open_.append((check, undecided_))
    return Sifted(tuple(told), tuple(open_), tuple(suppressed), frozenset(needed))


def _meant(suppressions: Iterable[Suppression], sites: tuple[Site, ...]) -> Iterator[Suppression]:
    return (each for each in suppressions if any(each.scope.holds(site) for site in sites))


def complaint_of(check: str, reason: str, place: Place) -> Complaint | None:
    """What is wrong with a suppression as its user gives it; None if nothing is."""
    if named(check) is None:
        near = nearest(check)
        hint = f"did you mean `{near}`?" if near else "`keyturn explain` lists the checks"
        return Complaint(place, f"there is no check `{check}` to ignore", hint)
    if not re.search(r"\w", reason):
        return Complaint(place, f"`{check}` is not ignored without a reason", "write after it why it may be ignored")
    return None
