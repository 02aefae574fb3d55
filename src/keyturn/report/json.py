"""Findings for programs: the JSON object that `docs/check.md` describes, version 1."""

from __future__ import annotations

import json

from keyturn.check import Check, Finding, Fix, Undecided
from keyturn.graph import Site, Unknown, Value
from keyturn.report import Survey, verdict
from keyturn.suppressions import Complaint, Suppressed


def render(survey: Survey) -> str:
    """One JSON object, indented, with a line end."""
    return json.dumps(as_data(survey), indent=2, default=plain) + "\n"


def as_data(survey: Survey) -> dict[str, object]:
    return {
        "version": 1,
        "files": survey.files,
        "findings": [_finding(*found) for found in survey.findings],
        "undecided": [_undecided(*open_) for open_ in survey.undecided],
        "unreadable": [{"file": unread.file, "because": unread.because} for unread in survey.unread],
        "suppressed": [_suppressed(each) for each in survey.suppressed],
        "complaints": [_complaint(each) for each in survey.complaints],
    }


def _finding(check: Check, finding: Finding) -> dict[str, object]:
    return {
        "check": check.name,
        "verdict": verdict(check, finding),
        "resource": str(finding.at.resource),
        "property": finding.at.property,
        "message": finding.message,
        **_place(finding.at),
        "related": [
            {"resource": str(note.at.resource), "note": note.text, **_place(note.at)} for note in finding.related
        ],
        "predicted_error": {"code": finding.error.code, "message": finding.error.message} if finding.error else None,
        "fix": _fix(finding.fix) if finding.fix else None,
        "source": " ".join(check.sources),
    }


def _fix(fix: Fix) -> dict[str, object]:
    edit = {"append": fix.append} if fix.append is not None else {"replace": fix.replace}
    return {
        "title": fix.title,
        "resource": str(fix.at.resource),
        "property": fix.at.property,
        **_place(fix.at),
        "risk": fix.risk,
        **edit,
    }


def _undecided(check: Check, undecided: Undecided) -> dict[str, object]:
    where = undecided.at
    return {
        "check": check.name,
        "resource": str(where.resource),
        "property": where.property,
        "because": undecided.because,
        "file": where.place.file,
        "line": where.place.line,
    }


def _suppressed(each: Suppressed) -> dict[str, object]:
    place = each.place
    said = {"by": each.by, "reason": each.reason, "file": place.file, "line": place.line}
    return {**_finding(each.check, each.finding), "suppression": said}


def _complaint(each: Complaint) -> dict[str, object]:
    return {"message": each.message, "hint": each.hint, "file": each.place.file, "line": each.place.line}


def _place(site: Site) -> dict[str, object]:
    return {"file": site.place.file, "line": site.place.line, "column": site.place.column}


def plain(value: Value) -> object:
    """Frozen values for the JSON writer: mappings become objects, the unknown says why."""
    return {"unknown": value.because} if isinstance(value, Unknown) else dict(value)  # type: ignore[arg-type]
