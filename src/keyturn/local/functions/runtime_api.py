"""
The Runtime API: how the process of a function gets its events and gives its results.

Source: Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
"""

from __future__ import annotations

import json
import queue
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

VERSION = "/2018-06-01/runtime/"


@dataclass(frozen=True, slots=True)
class Event:
    """
    One invocation.

    Attributes:
        deadline: Milliseconds since the epoch.
    """

    request_id: str
    payload: bytes
    function_arn: str
    deadline: int
    trace: str = "Root=1-00000000-000000000000000000000000;Sampled=0"


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What became of an invocation, or of the start.

    Attributes:
        failed: Whether the payload tells of an error.
    """

    payload: bytes
    failed: bool


class RuntimeApi:
    """Serves one process: it takes an event, and gives its outcome."""

    def __init__(self, told: Callable[[Outcome | None], None], reaches: Callable[[str, int], bool]) -> None:
        """
        Args:
            told: Takes each outcome, in a thread of ours; None when the process is ready for an event.
            reaches: Whether the process gets a connection to a host and port.
        """
        self.told = told
        self.reaches = reaches
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._listener = _Listener(("127.0.0.1", 0), _Connection)
        self._listener.api = self
        self.address = f"127.0.0.1:{self._listener.server_address[1]}"
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(0.05,), name="keyturn-runtime-api", daemon=True
        )
        self._thread.start()

    def give(self, event: Event) -> None:
        self._events.put(event)

    def next(self) -> Event | None:
        """Wait for an event; None: there will be no more."""
        return self._events.get()

    def stop(self) -> None:
        self._events.put(None)
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()


class _Listener(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    block_on_close = False
    api: RuntimeApi

    def handle_error(self, request: object, client_address: object) -> None:
        """A process that ended while it waited."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True  # without it each invocation waits 40 ms for an acknowledgement
    server: _Listener

    def do_GET(self) -> None:
        if self.path.startswith("/reach?"):
            self._answer(204 if self._reaches() else 403, {})
            return
        if self.path != f"{VERSION}invocation/next":
            self._answer(404, {})
            return
        self.server.api.told(None)
        event = self.server.api.next()
        if event is None:
            self.close_connection = True
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": event.request_id,
            "Lambda-Runtime-Deadline-Ms": str(event.deadline),
            "Lambda-Runtime-Invoked-Function-Arn": event.function_arn,
            "Lambda-Runtime-Trace-Id": event.trace,
            "Content-Type": "application/json",
        }
        self._answer(200, headers, event.payload)

    def do_POST(self) -> None:
        body = self._body()
        self._answer(202, {"Content-Type": "application/json"}, json.dumps({"status": "OK"}).encode())
        self.wfile.flush()
        self.server.api.told(Outcome(body, failed=not self.path.endswith("/response")))

    def _reaches(self) -> bool:
        """Not of Lambda's own: `gate` asks it."""
        asked = parse_qs(urlsplit(self.path).query)
        return self.server.api.reaches(asked["host"][0], int(asked["port"][0]))

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            chunks = []
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return b"".join(chunks)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        pass
