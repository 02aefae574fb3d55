"""What makes a finding the same one tomorrow: not its line, and not its wording."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from keyturn.check import Check, Finding
from keyturn.graph import Site


@dataclass(frozen=True, slots=True, order=True)
class Fingerprint:
    """
    What is wrong with what, wherever in its file it stands.

    Attributes:
        property: Its path, without the positions of items in their lists.
        related: The other properties that have to do with it: the log groups that use the key.
    """

    check: str
    resource: str
    property: str
    related: tuple[str, ...] = ()

    def digest(self) -> str:
        """Sixteen hexadecimal digits."""
        written = json.dumps([self.check, self.resource, self.property, *self.related])
        return hashlib.sha256(written.encode()).hexdigest()[:16]


def fingerprint(check: Check, finding: Finding) -> Fingerprint:
    where = finding.at
    related = sorted({f"{note.at.resource}.{_property(note.at)}" for note in finding.related})
    return Fingerprint(check.name, str(where.resource), _property(where), tuple(related))


def numbered(prints: Iterable[Fingerprint]) -> list[tuple[Fingerprint, int]]:
    """Each with how many of the same went before it."""
    seen: dict[Fingerprint, int] = {}
    made = []
    for each in prints:
        seen[each] = seen.get(each, -1) + 1
        made.append((each, seen[each]))
    return made


def _property(site: Site) -> str:
    return ".".join(step for step in site.path if isinstance(step, str))
