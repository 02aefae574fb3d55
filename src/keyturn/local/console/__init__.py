"""The status page, and the few things that can be done to a running cloud over HTTP: `/_keyturn/`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from keyturn.local.call import Answer
from keyturn.local.console.explained import explanation

PREFIX = "/_keyturn/"
FILES = {
    "": ("page.html", "text/html"),
    "page.js": ("page.js", "text/javascript"),
    "page.css": ("page.css", "text/css"),
}
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'",
    "X-Content-Type-Options": "nosniff",
}
FARTHEST = timedelta(days=3650)

Status = Callable[[], dict[str, Any]]


class Console:
    """Answers what is asked under `/_keyturn/`."""

    def __init__(self, status: Status, advance: Callable[[timedelta], None]) -> None:
        self._status = status
        self._advance = advance

    def __call__(self, method: str, path: str, body: bytes) -> Answer:
        """
        Answer a request.

        `GET status` tells what there is, `GET explain/<check>` what a check has to say. `POST clock` with `{"advance": seconds}` moves
        the clock, and answers when all that was due is done.
        """
        name = path.removeprefix(PREFIX).partition("?")[0]
        if method == "GET" and name in FILES:
            file, kind = FILES[name]
            return Answer(200, {"Content-Type": f"{kind}; charset=utf-8", **HEADERS}, _read(file))
        if method == "GET" and name == "status":
            return _json(200, self._status())
        if method == "GET" and (text := explanation(name.removeprefix("explain/"))):
            return Answer(200, {"Content-Type": "text/plain; charset=utf-8", **HEADERS}, text.encode())
        if method == "POST" and name == "clock":
            return self._move(body)
        return _json(404, {"error": f"there is no {method} {path}"})

    def _move(self, body: bytes) -> Answer:
        try:
            asked = timedelta(seconds=json.loads(body)["advance"])
        except (ValueError, TypeError, KeyError, OverflowError):
            return _json(400, {"error": 'say how far in seconds, as in {"advance": 86400}'})
        if not timedelta() <= asked <= FARTHEST:
            return _json(400, {"error": "the clock only moves forward, by ten years at the most"})
        self._advance(asked)
        return _json(200, {"time": self._status()["time"]})


def _read(file: str) -> bytes:
    return (Path(__file__).parent / file).read_bytes()


def _json(status: int, told: dict[str, Any]) -> Answer:
    return Answer(status, {"Content-Type": "application/json", **HEADERS}, json.dumps(told).encode())
