"""
Findings as commands of GitHub's workflows, which shows them beside the lines of a pull request.

Source: GitHub, "Workflow commands for GitHub Actions"; actions/toolkit, `command.ts`, for what is escaped; read 2026-11.
"""

from __future__ import annotations

from keyturn.graph import Place
from keyturn.report import LEVELS, Survey, verdict
from keyturn.report.advice import advice
from keyturn.report.location import path


def render(survey: Survey) -> str:
    """A line for each finding, and for all else that is to be known; an empty string when there is nothing to tell."""
    lines = []
    for result in survey.results:
        for check, finding in result.findings:
            prefix = f"{finding.at.property}: " if finding.at.property else ""
            text = [f"{prefix}{finding.message}"]
            text += [f"AWS will answer: {finding.error.code}: {finding.error.message}"] if finding.error else []
            text += [f"hint: {hint}"] if (hint := advice(finding, result.graph)) else []
            lines.append(_command(LEVELS[verdict(check, finding)], finding.at.place, check.name, "\n".join(text)))
    for check, undecided in survey.undecided:
        lines.append(_command("notice", undecided.at.place, check.name, f"undecided: {undecided.because}"))
    for complaint in survey.complaints:
        text = list(filter(None, (complaint.message, complaint.hint)))
        lines.append(_command("warning", complaint.place, "suppressions", "\n".join(text)))
    lines += [_command("error", Place(unread.file), "cannot be read", unread.because) for unread in survey.unread]
    return "".join(f"{line}\n" for line in lines)


def _command(level: str, place: Place, title: str, message: str) -> str:
    given = {"file": path(place.file), "line": place.line, "col": place.column, "title": f"keyturn: {title}"}
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in given.items() if value)
    return f"::{level} {properties}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
