"""
Where databases listen: each at a loopback address of its own, so that all of them can have the port that they were asked for.

A stack may say in two places that its database listens on 3306; on AWS both are right, and so they must be here.
"""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass

ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database listens, or would."""

    host: str
    port: int


def free_address(port: int) -> Address | None:
    """A loopback address where a port is free; None where this machine has none, as macOS has only 127.0.0.1."""
    for _ in range(ATTEMPTS):
        host = f"127.{64 + secrets.randbelow(128)}.{secrets.randbelow(256)}.{1 + secrets.randbelow(254)}"
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return Address(host, port)
    return None
