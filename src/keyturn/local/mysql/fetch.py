"""A MySQL server of our own, fetched once through the system's package client into the user's cache."""

from __future__ import annotations

import platform
import sys
from functools import partial
from typing import TYPE_CHECKING

from keyturn.local.mysql.mysqld import OLDEST, VARIABLE, Binary
from keyturn.local.servers import cache
from keyturn.local.servers.fetch import Wanted, fetch

if TYPE_CHECKING:
    from pathlib import Path

    from keyturn.local.servers.progress import Progress

WANTED = Wanted(
    name="MySQL",
    # In order of preference. Debian has the first, each release of Ubuntu one of them.
    packages=("mysql-server-core", "mysql-server-core-8.4", "mysql-server-core-8.0"),
    suite="sid",
    oldest=str(OLDEST),
    variable=VARIABLE,
    program="/path/to/mysqld",
    commands={
        "darwin": "brew install mysql",
        "fedora": "sudo dnf install mysql-server",
        "rhel": "sudo dnf install mysql-server",
    },
    not_needed=("usr/bin",),
)


def fetched(progress: Progress) -> Binary:
    """
    The server in the user's cache, fetched if it is not there yet; after that it needs no network.

    Raises:
        Problem: It cannot be fetched on this system, or not now.
    """

    def make(prefix: Path) -> None:
        fetch(prefix, WANTED, progress)
        Binary.in_prefix(prefix)  # runs it, so that what is kept works

    waiting = partial(progress, "waiting for another keyturn that is fetching MySQL")
    return Binary.in_prefix(cache.once(target(), make, waiting=waiting))


def target() -> Path:
    """Where a fetched server is kept: one for each kind of machine that shares the cache."""
    return cache.folder() / "mysql" / f"server-{sys.platform}-{platform.machine()}"
