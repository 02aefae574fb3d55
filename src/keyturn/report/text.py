"""Findings for people: place, fault, what AWS will say, what to do; then a line that sums up. Nothing when all is clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from keyturn.check import Check, Finding, Undecided, Verdict
from keyturn.graph import Graph, Place
from keyturn.report import Survey, verdict
from keyturn.report.advice import advice
from keyturn.report.excerpt import WIDTH, excerpt, printable
from keyturn.suppressions import Complaint

Paint = Callable[[str, str], str]
"""Text and what it is (`refused`, `dead`, `weak`, `place`, `hint`) to text."""

COLOURS = {"refused": "1;31", "dead": "1;35", "weak": "1;33", "place": "1", "hint": "36", "quiet": "2"}
MEANING = {
    Verdict.REFUSED: "AWS will refuse it",
    Verdict.DEAD: "it will deploy, and then fail or drop silently",
    Verdict.WEAK: "it works, but is not as safe as it should be",
}


def render(survey: Survey, *, colour: bool = False, show_undecided: bool = True) -> str:
    """All findings, then what is undecided, then what is wrong with suppressions, then the sum; empty when there is nothing to say."""
    paint = _ansi if colour else _plain
    blocks = [
        "\n".join(_finding(*found, result.graph, survey.texts, paint))
        for result in survey.results
        for found in result.findings
    ]
    if show_undecided and survey.undecided:
        blocks.append("\n".join(_undecided(check, open_, paint) for check, open_ in survey.undecided))
    blocks += ["\n".join(_complaint(each, paint)) for each in survey.complaints]
    return "\n".join([*blocks, summary(survey)]) + "\n" if blocks else ""


def _finding(check: Check, finding: Finding, graph: Graph, texts: Mapping[str, str], paint: Paint) -> Iterator[str]:
    outcome = verdict(check, finding)
    prefix = f"{finding.at.property}: " if finding.at.property else ""
    margin = max(len(str(site.place.line)) for site in (finding.at, *(note.at for note in finding.related)))
    message = paint(f" {prefix}{finding.message} ", "plain")
    yield f"{paint(f'{finding.at.place}:', 'place')}{message}{paint(f'[{check.name}]', outcome)}"
    yield from _excerpt(finding.at.place, texts, margin, outcome, paint)
    shown = {_window(finding.at.place)}
    for note in finding.related:
        yield paint(f"{note.at.place}:", "place") + paint(f"   {note.text}", "plain")
        if _window(note.at.place) not in shown:
            yield from _excerpt(note.at.place, texts, margin, "place", paint)
            shown.add(_window(note.at.place))
    if finding.error:
        yield paint(f"  AWS will answer: {finding.error.code}: {finding.error.message}", "quiet")
    else:
        yield paint(f"  {MEANING[outcome]}", "quiet")
    if hint := advice(finding, graph):
        yield paint(f"  hint: {hint}", "hint")


def _window(place: Place) -> tuple[str, int, int]:
    """What is shown with a place: its line; of a long one, a part."""
    return place.file, place.line, place.column // WIDTH


def _excerpt(place: Place, texts: Mapping[str, str], margin: int, kind: str, paint: Paint) -> Iterator[str]:
    for line, as_what in zip(excerpt(place, texts, margin), ("plain", kind), strict=False):
        number, bar, text = line.partition(" | ")
        yield f"{paint(number + bar, 'quiet')}{paint(text, as_what)}"


def _complaint(complaint: Complaint, paint: Paint) -> Iterator[str]:
    yield paint(f"{complaint.place}:", "place") + paint(f" {complaint.message}", "plain")
    if complaint.hint:
        yield paint(f"  hint: {complaint.hint}", "hint")


def _undecided(check: Check, undecided: Undecided, paint: Paint) -> str:
    where = undecided.at
    subject = ".".join(filter(None, (str(where.resource), where.property)))
    return paint(f"{where.place}: {subject}: undecided: {undecided.because} [{check.name}]", "quiet")


def summary(survey: Survey) -> str:
    """How much of what was found: `1 refused, 2 undecided, 3 files checked`."""
    counts: dict[str, int] = {}
    for found in survey.findings:
        outcome = verdict(*found)
        counts[outcome] = counts.get(outcome, 0) + 1
    findings = ", ".join(f"{counts[name]} {name}" for name in Verdict if name in counts) or "0 findings"
    told = [findings]
    told += [f"{len(survey.undecided)} undecided"] if survey.undecided else []
    told += [f"{len(survey.suppressed)} ignored"] if survey.suppressed else []
    wrong = len(survey.complaints)
    told += [f"{wrong} {'suppression' if wrong == 1 else 'suppressions'} to mend"] if wrong else []
    return ", ".join([*told, f"{survey.files} {'file' if survey.files == 1 else 'files'} checked"])


def _plain(text: str, kind: str) -> str:
    return printable(text)


def _ansi(text: str, kind: str) -> str:
    return f"\x1b[{COLOURS[kind]}m{printable(text)}\x1b[0m" if kind in COLOURS and text else printable(text)
