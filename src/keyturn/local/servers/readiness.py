"""Waiting for a server that has been started."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from keyturn.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyturn.local import guard

READY_WITHIN = 120  # seconds; usually it is half a second


def wait(child: guard.Child, name: str, *, is_ready: Callable[[], bool], explain: Callable[[], Problem]) -> None:
    """
    Wait until a server takes connections.

    Args:
        name: For people.
        explain: Why it gave up.

    Raises:
        Problem: It has ended, or takes too long.
    """
    deadline = time.monotonic() + READY_WITHIN
    while child.poll() is None:
        if is_ready():
            return
        if time.monotonic() > deadline:
            raise Problem(f"{name} was not ready after {READY_WITHIN} seconds")
        time.sleep(0.01)
    raise explain()
