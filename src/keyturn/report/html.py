"""Findings as one page that needs nothing but itself: to be opened, mailed, kept with a build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from keyturn.check import Check, Finding
from keyturn.edit import preview, unified
from keyturn.graph import Graph, Place
from keyturn.report import Survey, verdict
from keyturn.report.excerpt import excerpt, without_secrets
from keyturn.report.text import MEANING, summary

STYLE = """
:root { color-scheme: light dark; --ink: #1c2330; --quiet: #5d6675; --paper: #f6f7f9; --card: #fff; --line: #dfe3e9; --code: #f0f2f5;
  --refused: #c4232d; --dead: #8b3fc0; --weak: #a86200; --good: #14743b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e5e9f0; --quiet: #9aa4b5; --paper: #12161d; --card: #1a202a; --line: #2c3441;
  --code: #11151c; --refused: #ff7b82; --dead: #cf9bf5; --weak: #f0b45b; --good: #63d297; } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2.5rem 1.25rem; max-width: 62rem; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif }
h1 { font-size: 1.5rem; margin: 0 } .sum { color: var(--quiet); margin: .25rem 0 2rem }
article { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 8px;
  padding: 1.1rem 1.35rem; margin: 0 0 1.1rem }
.refused { --tone: var(--refused) } .dead { --tone: var(--dead) } .weak { --tone: var(--weak) } .open { --tone: var(--line) }
h2 { font-size: 1.05rem; margin: 0 0 .35rem; overflow-wrap: anywhere }
.badge { color: var(--tone); font-size: .75rem; font-weight: 700; letter-spacing: .06em; text-transform: uppercase; margin-right: .5rem }
.place, code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .85rem }
.place { color: var(--quiet); overflow-wrap: anywhere }
pre { background: var(--code); border-radius: 6px; padding: .7rem .9rem; overflow-x: auto; margin: .6rem 0 }
summary { cursor: pointer; color: var(--quiet); margin-top: .4rem }
p { margin: .5rem 0 }
.marks { color: var(--tone); font-weight: 700 }
ins { color: var(--good); text-decoration: none } del { color: var(--refused); text-decoration: none }
footer, a { color: var(--quiet) }
""".strip()


def render(survey: Survey) -> str:
    """A whole HTML document; one that says so when nothing is found."""
    articles = [
        line
        for result in survey.results
        for found in result.findings
        for line in _finding(*found, result.graph, survey.texts)
    ]
    for check, undecided in survey.undecided:
        articles += _other(str(undecided.at.place), "undecided", f"{undecided.because} ({check.name})")
    for complaint in survey.complaints:
        articles += _other(str(complaint.place), "suppression", f"{complaint.message}; {complaint.hint}".rstrip("; "))
    for unread in survey.unread:
        articles += _other(unread.file, "cannot be read", unread.because)
    return "\n".join(
        [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            "<title>keyturn: deployment findings</title>",
            f"<style>{STYLE}</style></head><body>",
            f'<h1>Deployment findings</h1><p class="sum">{escape(summary(survey))}</p>',
            *(articles or ["<p>Nothing is found.</p>"]),
            "</body></html>",
            "",
        ]
    )


def _finding(check: Check, finding: Finding, graph: Graph, texts: Mapping[str, str]) -> Iterator[str]:
    outcome = verdict(check, finding)
    yield f'<article class="{outcome}"><h2><span class="badge">{outcome}</span>{escape(finding.message)}</h2>'
    yield f'<div class="place">{escape(str(finding.at.place))} · {escape(str(finding.at.resource))} · {check.name}</div>'
    yield _excerpt(finding.at.place, texts)
    for note in finding.related:
        yield f'<div class="place">{escape(str(note.at.place))}: {escape(note.text)}</div>'
        yield _excerpt(note.at.place, texts)
    told = f"AWS will answer: {finding.error.code}: {finding.error.message}" if finding.error else MEANING[outcome]
    yield f"<p>{escape(told[:1].upper() + told[1:])}</p>"
    if finding.hint:
        yield f"<p>{escape(finding.hint[:1].upper() + finding.hint[1:])}.</p>"
    if finding.fix and (before := texts.get(finding.fix.at.place.file)) is not None:
        after = preview(before, finding.fix, graph)
        if after is not None:
            risk = f": not made by --fix alone, for {finding.fix.risk}" if finding.fix.risk else ""
            yield f"<details open><summary>Fix: {escape(finding.fix.title + risk)}</summary>"
            yield f"<pre>{_diff(unified(before, after, finding.fix.at.place.file))}</pre></details>"
    yield f"<details><summary>{escape(check.title)}: why</summary>"
    yield from (
        f"<p><strong>{name}.</strong> {escape(text)}</p>"
        for name, text in check.sections.items()
        if name not in ("title", "Source", "Fix") and text
    )
    yield from (f'<p><a href="{escape(source)}">{escape(source)}</a></p>' for source in check.sources)
    yield "</details></article>"


def _excerpt(place: Place, texts: Mapping[str, str]) -> str:
    lines = [escape(line) for line in excerpt(place, texts)]
    return f'<pre>{lines[0]}\n<span class="marks">{lines[1]}</span></pre>' if lines else ""


def _diff(text: str) -> str:
    lines = []
    for line in text.splitlines():
        shown = escape(without_secrets(line))
        tag = "ins" if line.startswith("+") else "del" if line.startswith("-") else ""
        lines.append(f"<{tag}>{shown}</{tag}>" if tag else shown)
    return "\n".join(lines)


def _other(place: str, kind: str, text: str) -> Iterator[str]:
    yield f'<article class="open"><h2><span class="badge">{escape(kind)}</span>{escape(text)}</h2>'
    yield f'<div class="place">{escape(place)}</div></article>'
