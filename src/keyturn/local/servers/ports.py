"""Ports on this machine's loopback addresses."""

from __future__ import annotations

import errno
import socket

from keyturn.local.servers.cache import reason
from keyturn.local.servers.trouble import PortTaken
from keyturn.problem import Problem

HOST = "127.0.0.1"


def make_sure_is_free(host: str, port: int) -> None:
    """
    Tell in a moment what a server would need seconds for.

    Raises:
        Problem: Somebody listens there, or we may not.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(port) from None
            raise Problem(f"cannot listen on port {port}: {reason(error)}") from None


def free_port(host: str) -> int:
    """A port that was free a moment ago; the server finds out whether it still is."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
