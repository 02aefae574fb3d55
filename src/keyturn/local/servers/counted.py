"""What a server counts of its connections."""

from __future__ import annotations

from typing import NamedTuple


class Counted(NamedTuple):
    """Since it started: all connections, and those that were refused."""

    connections: int
    refused: int
