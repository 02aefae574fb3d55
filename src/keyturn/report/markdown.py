"""Findings as a record to keep: for each its symptom, root cause, fix, why it matters, references and impact; then how to prevent it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from keyturn.check import Check, Finding, Fix, Verdict
from keyturn.report import Survey, verdict
from keyturn.report.json import plain

SEVERITY = {
    Verdict.REFUSED: "CRITICAL (blocks deployment)",
    Verdict.DEAD: "HIGH (deploys, then fails or drops silently)",
    Verdict.WEAK: "MEDIUM (works, not as safe as it should be)",
}
NOTICED = {
    Verdict.REFUSED: "at deployment, as an error",
    Verdict.DEAD: "in production, by what is missing",
    Verdict.WEAK: "in an audit, or never",
}


def render(survey: Survey) -> str:
    """A Markdown document, one section per finding; an empty string when there is none."""
    if not survey.findings:
        return ""
    sections = ["\n".join(_finding(number, *found)) for number, found in enumerate(survey.findings, 1)]
    checks = {check.name: check for check, _ in survey.findings}
    return "\n".join(["# Deployment findings", "", *sections, *_prevention(tuple(checks.values()))]) + "\n"


def _finding(number: int, check: Check, finding: Finding) -> Iterator[str]:
    outcome = verdict(check, finding)
    yield from (f"## {number}. {check.title}", "")
    yield from ("### Symptom", "")
    if finding.error:
        yield from ("```", f"{finding.error.code}: {finding.error.message}", "```", "")
    else:
        yield from (f"None at deployment: {NOTICED[outcome]}.", "")
    yield from ("### Root cause", "", f"`{finding.at.place}`, {finding.at.resource}: {finding.message}.", "")
    yield from (f"* `{note.at.place}`: {note.text}" for note in finding.related)
    yield from (
        ["", *_quoted(check.sections["Root cause"])] if finding.related else _quoted(check.sections["Root cause"])
    )
    yield from ("### Fix", "", check.sections.get("Fix", "None that is known to be safe."), "")
    if finding.fix:
        yield from _fix(finding.fix)
    yield from ("### Why it matters", "", check.sections.get("Why it matters", SEVERITY[outcome]), "")
    yield from ("### References", "", *(f"* <{source}>" for source in check.sources), "")
    yield from ("### Impact", "", f"* **Severity**: {SEVERITY[outcome]}", f"* **Scope**: {_scope(check)}")
    yield f"* **Detection**: {check.sections.get('Noticed') or NOTICED[outcome]}"
    yield from (f"* **Recovery**: {check.sections.get('Recovery', 'mend the code and deploy again')}", "")


def _quoted(text: str) -> tuple[str, ...]:
    return (text, "") if text else ()


def _fix(fix: Fix) -> Iterator[str]:
    verb, value = ("Append to", fix.append) if fix.append is not None else ("Set", fix.replace)
    yield f"{verb} `{fix.at.property}` of {fix.at.resource} ({fix.at.place}):"
    yield from ("", "```json", json.dumps(value, indent=2, default=plain), "```", "")


def _scope(check: Check) -> str:
    return check.sections.get("Scope") or "every " + ", ".join(check.on)


def _prevention(checks: tuple[Check, ...]) -> Iterator[str]:
    yield from (
        "## Prevention",
        "",
        "Run `keyturn check` before each deployment: it would have told all of the above.",
        "",
    )
    yield from (f"* `{check.name}`: {check.title}" for check in checks)
