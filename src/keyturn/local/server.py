"""The endpoint: HTTP on this machine's own address, every request made a `Call`, every answer written down in the journal."""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

from keyturn.local.call import SILENCE, Answer
from keyturn.problem import Problem

HOST = "127.0.0.1"
LOOPBACK = re.compile(r"(127\.0\.0\.1|\[::1\]|([a-z0-9.-]+\.)?localhost)(:\d+)?", re.IGNORECASE)
"""What a client of this machine may call us; `bucket.localhost` too."""

Respond = Callable[[str, str, dict[str, str], bytes], Answer]
"""Answers method, path, headers (names in lower case) and body."""


class Server:
    """Serves until it is stopped. Listens on 127.0.0.1 only, and on nothing that a web page sends."""

    def __init__(self, respond: Respond, now: Callable[[], datetime], port: int = 0) -> None:
        """
        Args:
            now: The time for the `Date` header of every answer.
            port: 0 for a free one.

        Raises:
            Problem: The port is taken.
        """
        try:
            self._listener = _Listener((HOST, port), respond, now)
        except OSError as error:
            raise Problem(
                f"port {port} cannot be used: {error.strerror}", hint="stop what uses it, or give another with --port"
            ) from None
        self.port: int = self._listener.server_address[1]
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(0.05,), name="keyturn-endpoint", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def stop(self) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._listener.hang_up()
        self._thread.join()


def _from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Whether a browser sends this for a page that is not ours, by its origin or under a name that is not this machine's."""
    host = headers.get("host", "localhost")
    return (
        not LOOPBACK.fullmatch(host)
        or headers.get("origin", f"http://{host}") != f"http://{host}"
        or headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
    )


def _length(written: str | bytes, base: int = 10) -> int:
    """
    The bytes that are to come.

    Raises:
        ValueError: It is no length.
    """
    length = int(written, base)
    if length < 0:
        raise ValueError(length)
    return length


class _Listener(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], respond: Respond, now: Callable[[], datetime]) -> None:
        self.respond = respond
        self.now = now
        self._connections: set[socket.socket] = set()
        self._changing = threading.Lock()
        super().__init__(address, _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changing:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._changing:
            self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that are still open; their threads then end, too."""
        with self._changing:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is no fault of ours."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # with the next line: an answer is one packet, and does not wait 40 ms for an acknowledgement
    disable_nagle_algorithm = True
    server: _Listener

    def _serve(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            body = self._body(headers)
        except ValueError:
            self.close_connection = True
            self._write(Answer(400, {"Content-Type": "text/plain"}, b"the length of the request cannot be read\n"))
            return
        if _from_elsewhere(headers):
            told = b"requests of other web pages are not answered\n"
            self._write(Answer(403, {"Content-Type": "text/plain"}, told))
            return
        answer = self.server.respond(self.command, self.path, headers, body)
        if answer.status == SILENCE:
            self._stay_silent()
        else:
            self._write(answer)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _serve  # noqa: N815 - the library's

    def _stay_silent(self) -> None:
        """Wait until the client gives up."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.recv(1)

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            chunks = []
            while size := _length(self.rfile.readline().split(b";")[0].strip(), 16):
                chunks.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return b"".join(chunks)
        return self.rfile.read(_length(headers.get("content-length") or "0"))

    def _write(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if self.command != "HEAD" or "content-length" not in headers:
            headers["content-length"] = str(len(answer.body))
        headers["date"] = format_datetime(self.server.now(), usegmt=True)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name is the library's
        pass
