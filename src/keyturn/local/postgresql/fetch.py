"""A PostgreSQL server of our own, fetched once through the system's package client into the user's cache."""

from __future__ import annotations

import platform
import sys
from functools import partial
from typing import TYPE_CHECKING

from keyturn.local.postgresql.postgres import OLDEST, VARIABLE, Programs
from keyturn.local.servers import cache
from keyturn.local.servers.fetch import Wanted, fetch

if TYPE_CHECKING:
    from pathlib import Path

    from keyturn.local.servers.progress import Progress

NEWEST = 30  # more than there are

WANTED = Wanted(
    name="PostgreSQL",
    packages=tuple(f"postgresql-{major}" for major in range(NEWEST, OLDEST.major - 1, -1)),
    suite=None,
    oldest=str(OLDEST),
    variable=VARIABLE,
    program="/path/to/postgres",
    commands={
        "darwin": "brew install postgresql",
        "fedora": "sudo dnf install postgresql-server postgresql-contrib",
        "rhel": "sudo dnf install postgresql-server postgresql-contrib",
    },
    not_needed=(
        "usr/bin",
        "usr/sbin",
        "usr/lib/*/libLLVM*",
        "usr/lib/llvm*",
        "usr/lib/postgresql/*/lib/bitcode",
        "usr/share/fonts",
    ),
    # The packages are the release's own, and so its C library will do, to which its loader belongs.
    left_out=("libc6", "libc-bin", "locales", "locales-all"),
)


def fetched(progress: Progress) -> Programs:
    """
    The server in the user's cache, fetched if it is not there yet; after that it needs no network.

    Raises:
        Problem: It cannot be fetched on this system, or not now.
    """

    def make(prefix: Path) -> None:
        fetch(prefix, WANTED, progress)
        Programs.in_prefix(prefix)  # runs it, so that what is kept works

    waiting = partial(progress, "waiting for another keyturn that is fetching PostgreSQL")
    return Programs.in_prefix(cache.once(target(), make, waiting=waiting))


def target() -> Path:
    """Where a fetched server is kept: one for each kind of machine that shares the cache."""
    return cache.folder() / "postgresql" / f"server-{sys.platform}-{platform.machine()}"
