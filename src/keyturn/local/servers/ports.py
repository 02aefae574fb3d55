"""Ports on this machine's loopback addresses."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Callable
from typing import TypeVar

from keyturn.local.servers.cache import reason
from keyturn.local.servers.trouble import PortTaken
from keyturn.problem import Problem

HOST = "127.0.0.1"
ATTEMPTS = 5

T = TypeVar("T")


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


def on_a_free_port(host: str, port: int | None, start: Callable[[int], T]) -> T:
    """
    Start something on a port of its own: the one that is asked for, or else any that is free.

    Args:
        start: Gets the port; raises PortTaken, and leaves nothing behind, when somebody was quicker.
    """
    if port:
        return start(port)
    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(PortTaken):
            return start(free_port(host))
    return start(free_port(host))


def free_port(host: str) -> int:
    """A port that was free a moment ago; the server finds out whether it still is."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
