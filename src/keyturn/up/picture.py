"""Logins over time as a picture: a row for each client, a stroke for each login in its password's colour, the steps marked. SVG."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from keyturn.problem import Misuse, Problem
from keyturn.up.clients import Login
from keyturn.up.load import Logins
from keyturn.up.proof import Proof

WIDTH, ROW, LEFT, TOP, BOTTOM = 1000, 26, 90, 118, 40
LABELS, LABEL_LINES = 66, 4
COLOURS = ("#4c78a8", "#f0a030", "#54a24b", "#b279a2")
FAILED = "#d62728"
STYLE = "text{font:12px system-ui,sans-serif;fill:#333}.title{font-size:15px;font-weight:600}.step{fill:#666;font-size:11px}"


def require_writable(file: str) -> None:
    """
    Make sure, before the long run that it will show, that the picture can be written.

    Raises:
        Misuse: It cannot.
    """
    path = Path(file)
    if path.is_dir() or not os.access(path if path.exists() else path.absolute().parent, os.W_OK):
        raise Misuse(f"cannot write {file}", hint="name a file in a folder that exists and can be written")


def write(proof: Proof, file: str) -> None:
    """
    Draw the run into an SVG file.

    Raises:
        Problem: The file cannot be written, or there were no logins to draw.
    """
    if not proof.logins or not proof.logins.records:
        raise Problem("there is nothing to draw: nobody logged in")
    try:
        Path(file).write_text(draw(proof.logins, list(marks(proof)), proof.stack), encoding="utf-8")
    except OSError as error:
        raise Problem(f"cannot write {file}: {error.strerror}") from None


def marks(proof: Proof) -> Iterator[tuple[float, str]]:
    """What happened when: the steps under live logins, and the discard."""
    if proof.rotations:
        yield from ((run.at, run.step) for run in proof.rotations[-1].steps)
    if proof.discard:
        yield proof.discard_seen, proof.discard.step


def draw(logins: Logins, marks: list[tuple[float, str]], title: str) -> str:
    """The picture as SVG text; `marks` are moments in seconds since the epoch, with their names."""
    clients = sorted({login.client for login in logins.records})
    start = logins.records[0].at
    span = max(logins.records[-1].at - start, 0.001)
    height = TOP + ROW * len(clients) + BOTTOM

    def across(moment: float) -> float:
        return round(LEFT + (moment - start) / span * (WIDTH - LEFT - 20), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<style>{STYLE}</style>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text class="title" x="{LEFT}" y="22">{escape(title)}: {logins.tried:,} logins, {logins.failed} failed</text>',
    ]
    parts += _legend(logins)
    for row, client in enumerate(clients):
        y = TOP + row * ROW
        parts.append(f'<text x="8" y="{y + 15}">{escape(client)}</text>')
        for colour, strokes in _strokes(logins, client, across, y).items():
            parts.append(f'<path d="{strokes}" stroke="{colour}" stroke-width="1" opacity="0.75"/>')
    parts += _marked(marks, across, height)
    parts += _axis(span, across, start, height)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _colour(login: Login) -> str:
    return FAILED if login.error else COLOURS[(login.password - 1) % len(COLOURS)]


def _strokes(logins: Logins, client: str, across: Callable[[float], float], y: int) -> dict[str, str]:
    """A client's logins as SVG paths by colour; the failed ones last, so that nothing hides them."""
    strokes: dict[str, list[str]] = {}
    for login in logins.records:
        if login.client == client:
            strokes.setdefault(_colour(login), []).append(f"M{across(login.at)} {y}v{ROW - 6}")
    return {colour: "".join(strokes[colour]) for colour in sorted(strokes, key=FAILED.__eq__)}


def _legend(logins: Logins) -> Iterator[str]:
    """What the colours mean; with more passwords than colours, one stands for several."""
    passwords: dict[str, set[int]] = {}
    for login in logins.records:
        passwords.setdefault(_colour(login), set()).add(login.password)
    names = {
        colour: "failed" if colour == FAILED else f"password {', '.join(map(str, sorted(numbers)))}"
        for colour, numbers in passwords.items()
    }
    x = LEFT
    for colour, name in sorted(names.items(), key=lambda item: (item[0] == FAILED, min(passwords[item[0]]))):
        yield f'<rect x="{x}" y="32" width="10" height="10" fill="{colour}"/><text x="{x + 15}" y="41">{name}</text>'
        x += 40 + 7 * len(name)


def _marked(marks: list[tuple[float, str]], across: Callable[[float], float], height: int) -> Iterator[str]:
    """A line for each moment; names that would touch stand on lines of their own, and one for which there is no room is left out."""
    ends = [0.0] * LABEL_LINES
    for moment, name in marks:
        x = across(moment)
        line = next((number for number, end in enumerate(ends) if x > end), None)
        y = LABELS + 13 * (line or 0)
        yield f'<path d="M{x} {y - 8}V{height - BOTTOM + 4}" stroke="#999" stroke-dasharray="2 3"/>'
        if line is not None:
            ends[line] = x + 7 * len(name)
            yield f'<text class="step" x="{x + 3}" y="{y}">{escape(name)}</text>'


def _axis(span: float, across: Callable[[float], float], start: float, height: int) -> Iterator[str]:
    step = next(each for each in (0.5, 1, 2, 5, 10, 30, 60, 300, 3600) if span / each <= 12 or each == 3600)
    for number in range(int(span / step) + 1):
        x = across(start + number * step)
        yield f'<path d="M{x} {height - BOTTOM + 4}v5" stroke="#999"/><text x="{x - 8}" y="{height - 16}">{number * step:g} s</text>'
