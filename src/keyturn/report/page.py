"""All that a check has to say, as one page: `keyturn explain`, the documentation, the local AWS's status page."""

from __future__ import annotations

from keyturn.check import Check

HEADINGS = ("Root cause", "Fix", "Why it matters", "Scope", "Noticed", "Recovery", "Source")


def page(check: Check) -> str:
    """A check's page, in Markdown."""
    sections = check.sections | {"Source": "\n".join(f"* <{source}>" for source in check.sources)}
    body = [f"## {heading}\n\n{sections[heading]}" for heading in HEADINGS if sections.get(heading)]
    return "\n\n".join([f"# {check.name}", f"{check.title}. Verdict: **{check.verdict}**.", *body]) + "\n"
