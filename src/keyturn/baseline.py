"""
A baseline: the findings that a project has today, so that only new ones are told.

It is a JSON file that people can read and review. Entries hold whatever line a finding moves to; when a fault is mended its entry is told
of as stale, so that the file only gets shorter.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from keyturn.check import Check, Finding
from keyturn.fingerprint import Fingerprint, fingerprint
from keyturn.graph import Place
from keyturn.problem import Misuse
from keyturn.suppressions import Complaint, Suppressed

VERSION = 1
Found: TypeAlias = tuple[Check, Finding]


class Baseline(NamedTuple):
    """
    Known findings.

    Attributes:
        file: Where they are kept; their files are named from its folder.
        known: How many of each, by file.
    """

    file: Path
    known: Counter[tuple[str, Fingerprint]]

    def sift(
        self, findings: Iterable[Found], met: Counter[tuple[str, Fingerprint]]
    ) -> tuple[tuple[Found, ...], tuple[Suppressed, ...]]:
        """
        What is new, and what is known.

        Args:
            met: How many of each have been found before; those found now are added to it.
        """
        new, known = [], []
        for check, finding in findings:
            key = self.name(finding.at.place.file), fingerprint(check, finding)
            if met[key] < self.known[key]:
                met[key] += 1
                known.append(Suppressed(check, finding, "known", "baseline", Place(str(self.file))))
            else:
                new.append((check, finding))
        return tuple(new), tuple(known)

    def stale(self, met: Counter[tuple[str, Fingerprint]], checked: Iterable[str]) -> list[Complaint]:
        """
        Entries that nothing needs any more: of files that were checked, or are gone.

        Args:
            checked: The files that the checked programs are made of.
        """
        names = {self.name(file) for file in checked}
        return [
            Complaint(
                Place(str(self.file)),
                f"{file}: {each.resource}: no longer found: {each.check}" + (f" ({left} times)" if left > 1 else ""),
                "`--write-baseline` leaves it out",
            )
            for (file, each), left in sorted((self.known - met).items())
            if file in names or not (self.file.parent / file).exists()
        ]

    def name(self, file: str) -> str:
        """How the baseline calls a file."""
        return Path(os.path.relpath(Path(file).resolve(), self.file.resolve().parent)).as_posix()


def load(file: Path) -> Baseline:
    """
    Raises:
        Misuse: The file cannot be read, or is no baseline.
    """
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        hint = "`keyturn check --write-baseline FILE` makes one" if isinstance(error, FileNotFoundError) else ""
        raise Misuse(f"{file}: {(error.strerror or 'cannot be read').lower()}", hint=hint) from None
    except (ValueError, RecursionError):
        raise Misuse(f"{file}: not a baseline: not JSON") from None
    try:
        if data["version"] != VERSION:
            raise Misuse(f"{file}: a baseline of version {data['version']}, not {VERSION}")
        return Baseline(file, Counter(dict(_entry(each) for each in data["findings"])))
    except (KeyError, TypeError, ValueError):
        raise Misuse(f"{file}: not a baseline: `keyturn check --write-baseline` makes one") from None


def _entry(data: dict[str, Any]) -> tuple[tuple[str, Fingerprint], int]:
    texts = [data[key] for key in ("file", "check", "resource", "property")]
    related, count = data.get("related", []), data.get("count", 1)
    if not all(isinstance(each, str) for each in (*texts, *related)) or not isinstance(count, int) or count < 1:
        raise ValueError
    file, check, resource, property_ = texts
    return (file, Fingerprint(check, resource, property_, tuple(related))), count


def text(findings: Iterable[Found], file: Path) -> str:
    """What a baseline says that knows these findings, if it is kept in this file."""
    empty = Baseline(file, Counter())
    counts = Counter((empty.name(finding.at.place.file), fingerprint(check, finding)) for check, finding in findings)
    entries = [
        {
            "file": name,
            "check": each.check,
            "resource": each.resource,
            "property": each.property,
            **({"related": list(each.related)} if each.related else {}),
            **({"count": count} if count > 1 else {}),
        }
        for (name, each), count in sorted(counts.items())
    ]
    return json.dumps({"version": VERSION, "findings": entries}, indent=2, ensure_ascii=False) + "\n"
