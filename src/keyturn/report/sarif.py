"""
Findings as SARIF 2.1.0, for code scanning.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; GitHub, "SARIF support for code scanning"; read 2026-11.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version

from keyturn.check import Check, Finding, Fix
from keyturn.checks import every
from keyturn.checks.index import INDEX
from keyturn.edit import preview
from keyturn.fingerprint import fingerprint, numbered
from keyturn.graph import Graph, Place, Site
from keyturn.report import LEVELS, Survey, verdict
from keyturn.report.excerpt import without_secrets
from keyturn.report.location import uri
from keyturn.suppressions import Suppressed

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "keyturn/v1"
RULES = {name: number for number, name in enumerate(INDEX)}


def render(survey: Survey) -> str:
    """One SARIF log, also when there is nothing to tell: so it is known that what was told before is mended."""
    driver = {"name": "keyturn", "version": version("keyturn"), "rules": [_rule(check) for check in every()]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not survey.unread,
                "toolExecutionNotifications": list(_notifications(survey)),
            }
        ],
        "results": list(_results(survey)),
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(check: Check) -> dict[str, object]:
    parts = [f"{name}: {text}" for name, text in check.sections.items() if name not in ("title", "Source") and text]
    marked = [
        f"**{name}**: {text}" for name, text in check.sections.items() if name not in ("title", "Source") and text
    ]
    return {
        "id": check.name,
        "shortDescription": {"text": f"{check.title}."},
        "fullDescription": {"text": check.sections["Root cause"] or f"{check.title}."},
        "help": {
            "text": "\n\n".join([*parts, *check.sources]),
            "markdown": "\n\n".join([*marked, *(f"<{source}>" for source in check.sources)]),
        },
        **({"helpUri": check.sources[0]} if check.sources else {}),
        "defaultConfiguration": {"level": LEVELS[check.verdict]},
        "properties": {"tags": ["aws", check.verdict], "precision": "very-high"},
    }


def _results(survey: Survey) -> Iterator[dict[str, object]]:
    graphs = [result.graph for result in survey.results for _ in result.findings]
    told = [*survey.findings, *((each.check, each.finding) for each in survey.suppressed)]
    keys = [each.digest() + f"/{number}" for each, number in numbered(fingerprint(*found) for found in told)]
    for number, (check, finding) in enumerate(told):
        made = _result(check, finding, keys[number])
        if number < len(graphs) and finding.fix and (fix := _fix(finding.fix, graphs[number], survey.texts)):
            made["fixes"] = [fix]
        if number >= len(graphs):
            made["suppressions"] = [_suppression(survey.suppressed[number - len(graphs)])]
        yield made


def _result(check: Check, finding: Finding, key: str) -> dict[str, object]:
    error = f". AWS will answer: {finding.error.code}: {finding.error.message}" if finding.error else ""
    prefix = f"{finding.at.property}: " if finding.at.property else ""
    made: dict[str, object] = {
        "ruleId": check.name,
        "level": LEVELS[verdict(check, finding)],
        "message": {"text": f"{prefix}{finding.message}{error}"},
        "locations": [{**_location(finding.at.place), "logicalLocations": [_logical(finding.at)]}],
        "partialFingerprints": {FINGERPRINT: key},
    }
    if check.name in RULES:
        made["ruleIndex"] = RULES[check.name]
    if finding.related:
        made["relatedLocations"] = [
            {"id": number, **_location(note.at.place), "message": {"text": note.text}}
            for number, note in enumerate(finding.related, 1)
        ]
    return made


def _location(place: Place) -> dict[str, object]:
    physical: dict[str, object] = {"artifactLocation": {"uri": uri(place.file)}}
    if place.line:
        physical["region"] = {"startLine": place.line, **({"startColumn": place.column} if place.column else {})}
    return {"physicalLocation": physical}


def _logical(site: Site) -> dict[str, str]:
    return {"fullyQualifiedName": ".".join(filter(None, (str(site.resource), site.property))), "kind": "resource"}


def _fix(fix: Fix, graph: Graph, texts: Mapping[str, str]) -> dict[str, object] | None:
    """A fix as the lines that it takes out and puts in; None where it cannot be written, or would tell a secret."""
    before = texts.get(fix.at.place.file)
    after = preview(before, fix, graph) if before is not None else None
    if before is None or after is None or before == after:
        return None
    old, new = before.split("\n"), after.split("\n")
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    end = 0
    while end < min(len(old), len(new)) - same and old[-1 - end] == new[-1 - end]:
        end += 1
    if any(line != without_secrets(line) for line in new[same : len(new) - end]):
        return None
    # Whole lines, but for the last one of a file: behind that there is no line to begin.
    last = len(old) - end
    if last == len(old):
        deleted = {"startLine": same or 1, "startColumn": len(old[same - 1]) + 1 if same else 1}
        deleted |= {"endLine": last, "endColumn": len(old[-1]) + 1}
        inserted = ("\n" if same else "") + "\n".join(new[same:])
    else:
        deleted = {"startLine": same + 1, "startColumn": 1, "endLine": last + 1, "endColumn": 1}
        inserted = "".join(f"{line}\n" for line in new[same : len(new) - end])
    replacement = {"deletedRegion": deleted, "insertedContent": {"text": inserted}}
    change = {"artifactLocation": {"uri": uri(fix.at.place.file)}, "replacements": [replacement]}
    return {"description": {"text": fix.title}, "artifactChanges": [change]}


def _suppression(suppressed: Suppressed) -> dict[str, object]:
    kind = "inSource" if suppressed.by in ("comment", "metadata") else "external"
    return {"kind": kind, "justification": suppressed.reason, "location": _location(suppressed.place)}


def _notifications(survey: Survey) -> Iterator[dict[str, object]]:
    for unread in survey.unread:
        yield {
            "level": "error",
            "message": {"text": f"cannot be read: {unread.because}"},
            "locations": [_location(Place(unread.file))],
        }
    for complaint in survey.complaints:
        yield {
            "level": "warning",
            "message": {"text": "; ".join(filter(None, (complaint.message, complaint.hint)))},
            "locations": [_location(complaint.place)],
        }
    for check, undecided in survey.undecided:
        yield {
            "level": "note",
            "message": {"text": f"undecided: {undecided.because}"},
            "locations": [{**_location(undecided.at.place), "logicalLocations": [_logical(undecided.at)]}],
            "associatedRule": {"id": check.name, **({"index": RULES[check.name]} if check.name in RULES else {})},
        }
