"""Findings as a record to keep: symptom, root cause, the code, the fix, why it matters, references and impact; then how to prevent it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath

from keyturn.check import Check, Finding, Fix, Verdict
from keyturn.edit import preview, unified
from keyturn.graph import Graph
from keyturn.report import Survey, verdict
from keyturn.report.excerpt import block, without_secrets
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


LANGUAGES = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".template": "yaml",
    ".json": "json",
    ".tf": "hcl",
    ".tofu": "hcl",
    ".py": "python",
}


def render(survey: Survey) -> str:
    """A Markdown document, one section per finding; an empty string when there is none."""
    if not survey.findings:
        return ""
    found = [(check, finding, result.graph) for result in survey.results for check, finding in result.findings]
    sections = ["\n".join(_finding(number, *each, survey.texts)) for number, each in enumerate(found, 1)]
    checks = {check.name: check for check, _, _ in found}
    return "\n".join(["# Deployment findings", "", *sections, *_prevention(tuple(checks.values()))]) + "\n"


def _finding(number: int, check: Check, finding: Finding, graph: Graph, texts: Mapping[str, str]) -> Iterator[str]:
    outcome = verdict(check, finding)
    yield from (f"## {number}. {check.title}", "")
    yield from ("### Symptom", "")
    if finding.error:
        yield from _fenced(f"{finding.error.code}: {finding.error.message}", "")
    else:
        yield from (f"None at deployment: {NOTICED[outcome]}.", "")
    yield from ("### Root cause", "", f"`{finding.at.place}`, {finding.at.resource}: {finding.message}.", "")
    yield from (f"* `{note.at.place}`: {note.text}" for note in finding.related)
    yield from (("",) if finding.related else ())
    yield from _quoted(check.sections["Root cause"])
    yield from _code(finding, texts)
    yield from ("### Fix", "", _sentence(check.sections.get("Fix", "None that is known to be safe.")), "")
    if finding.fix:
        yield from _fix(finding.fix, graph, texts)
    elif finding.hint:
        yield from (f"{_sentence(finding.hint)}.", "")
    yield from ("### Why it matters", "", _sentence(check.sections.get("Why it matters", SEVERITY[outcome])), "")
    yield from ("### References", "", *(f"* <{source}>" for source in check.sources), "")
    yield from ("### Impact", "", f"* **Severity**: {SEVERITY[outcome]}", f"* **Scope**: {_scope(check)}")
    yield f"* **Detection**: {check.sections.get('Noticed') or NOTICED[outcome]}"
    yield from (f"* **Recovery**: {check.sections.get('Recovery', 'mend the code and deploy again')}", "")


def _quoted(text: str) -> tuple[str, ...]:
    return (text, "") if text else ()


def _code(finding: Finding, texts: Mapping[str, str]) -> Iterator[str]:
    """The user's own lines that have to do with it."""
    shown: set[str] = set()
    for site in (finding.at, *(note.at for note in finding.related)):
        text = block(site.place, texts)
        if not text or text in shown:
            continue
        if not shown:
            yield from ("### Code", "")
        shown.add(text)
        yield from (f"`{site.place}`:", "")
        yield from _fenced(text, LANGUAGES.get(PurePath(site.place.file).suffix, ""))


def _fix(fix: Fix, graph: Graph, texts: Mapping[str, str]) -> Iterator[str]:
    before = texts.get(fix.at.place.file)
    after = preview(before, fix, graph) if before is not None else None
    if before is not None and after is not None:
        diff = "\n".join(without_secrets(line) for line in unified(before, after, fix.at.place.file).splitlines())
        yield from (f"{_sentence(fix.title)}:", "")
        yield from _fenced(diff, "diff")
    else:
        verb, value = ("Append to", fix.append) if fix.append is not None else ("Set", fix.replace)
        yield from (f"{verb} `{fix.at.property}` of {fix.at.resource} ({fix.at.place}):", "")
        yield from _fenced(json.dumps(value, indent=2, default=plain), "json")
    if fix.risk:
        yield from (f"Not made by `--fix` alone, for {fix.risk}.", "")


def _sentence(text: str) -> str:
    """A text as a sentence begins."""
    return text[:1].upper() + text[1:]


def _fenced(text: str, language: str) -> tuple[str, ...]:
    """A block of code; its fence is longer than any in it."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return (f"{fence}{language}", text, fence, "")


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
