"""
Findings as the XML of JUnit, for systems that show test results: a suite for each file, a failed test for each finding.

Source: the schema of Jenkins's xUnit plugin, `junit-10.xsd`; read 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from keyturn.check import Result
from keyturn.report import Survey, Unread, verdict
from keyturn.report.advice import advice
from keyturn.report.location import path
from keyturn.suppressions import Complaint, Suppressed

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(survey: Survey) -> str:
    """A whole document; a file without findings is a test that passed."""
    suites: dict[str, list[str]] = {path(result.graph.file): [] for result in survey.results}
    for result in survey.results:
        suites[path(result.graph.file)] += _cases(result)
    for each in survey.suppressed:
        suites.setdefault(path(each.finding.at.place.file), []).append(_ignored(each))
    for complaint in survey.complaints:
        suites.setdefault(path(complaint.place.file), []).append(_complaint(complaint))
    for unread in survey.unread:
        suites.setdefault(path(unread.file), []).append(_unread(unread))
    lines = [line for name, cases in suites.items() for line in _suite(name, cases)]
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', '<testsuites name="keyturn">', *lines, "</testsuites>", ""]
    )


def _suite(name: str, cases: list[str]) -> Iterator[str]:
    cases = cases or [f'    <testcase name="checks" classname={_attribute(name)}/>']
    counts = {each: sum(f"<{kind} " in case for case in cases) for each, kind in KINDS.items()}
    numbers = " ".join(f'{each}="{count}"' for each, count in counts.items())
    yield f'  <testsuite name={_attribute(name)} tests="{len(cases)}" {numbers}>'
    yield from cases
    yield "  </testsuite>"


KINDS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def _cases(result: Result) -> Iterator[str]:
    for check, finding in result.findings:
        where = f"{finding.at.resource}.{finding.at.property}".rstrip(".")
        text = [f"{finding.at.place}: {finding.message}"]
        text += [f"{note.at.place}: {note.text}" for note in finding.related]
        text += [f"AWS will answer: {finding.error.code}: {finding.error.message}"] if finding.error else []
        text += [f"hint: {hint}"] if (hint := advice(finding, result.graph)) else []
        failure = (
            f'<failure message={_attribute(finding.message)} type="{verdict(check, finding)}">{_text(text)}</failure>'
        )
        yield _case(f"{check.name}: {where}", finding.at.place.file, failure)
    for check, undecided in result.undecided:
        where = f"{undecided.at.resource}.{undecided.at.property}".rstrip(".")
        skipped = f"<skipped message={_attribute(f'undecided: {undecided.because}')}/>"
        yield _case(f"{check.name}: {where}", undecided.at.place.file, skipped)


def _ignored(each: Suppressed) -> str:
    name = f"{each.check.name}: {each.finding.at.resource}"
    return _case(name, each.finding.at.place.file, f"<skipped message={_attribute(f'ignored: {each.reason}')}/>")


def _complaint(each: Complaint) -> str:
    text = _text([f"{each.place}: {each.message}", *([each.hint] if each.hint else [])])
    failure = f'<failure message={_attribute(each.message)} type="suppressions">{text}</failure>'
    return _case(f"suppressions: {each.message}", each.place.file, failure)


def _unread(each: Unread) -> str:
    return _case("read", each.file, f'<error message={_attribute(each.because)} type="unreadable"></error>')


def _case(name: str, file: str, inside: str) -> str:
    return f"    <testcase name={_attribute(name)} classname={_attribute(path(file))}>{inside}</testcase>"


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text))


def _text(lines: list[str]) -> str:
    return escape(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", "\n".join(lines)))
