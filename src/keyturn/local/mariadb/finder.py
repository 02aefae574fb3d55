"""Which MariaDB server there is for us: the user's choice, the machine's, or our own, fetched once into the user's cache."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from functools import partial
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from keyturn.local.mysql.mysqld import Binary, Product, Version, confined, loader
from keyturn.local.servers import cache
from keyturn.local.servers.fetch import Wanted, fetch
from keyturn.local.servers.progress import Progress, silent
from keyturn.local.servers.trouble import Unsuitable

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "KEYTURN_MARIADBD"
MARIADB = Product("MariaDB", Version(10, 5, 2))
"""The oldest has `require_secure_transport`: MariaDB 10.5.2 release notes."""

USUAL_PLACES = (
    "/usr/sbin/mariadbd",  # Debian, Ubuntu
    "/usr/libexec/mariadbd",  # Fedora, Red Hat
    "/opt/homebrew/opt/mariadb*/bin/mariadbd",
    "/usr/local/opt/mariadb*/bin/mariadbd",
)
WANTED = Wanted(
    name="MariaDB",
    packages=("mariadb-server-core", "mariadb-server-core-10.6"),
    suite=None,
    oldest=str(MARIADB.oldest),
    variable=VARIABLE,
    program="/path/to/mariadbd",
    commands={
        "darwin": "brew install mariadb",
        "fedora": "sudo dnf install mariadb-server",
        "rhel": "sudo dnf install mariadb-server",
    },
)


def binary(progress: Progress = silent) -> Binary:
    """
    The one that KEYTURN_MARIADBD names; else the first suitable one on PATH and in the usual places; else our own.

    Raises:
        Unsuitable: KEYTURN_MARIADBD names something else.
        Problem: There is none, and it cannot be fetched.
    """
    return _named() or _installed() or _fetched(progress)


def _named() -> Binary | None:
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    try:
        return Binary.at(Path(shutil.which(path) or path).expanduser().absolute(), MARIADB)
    except Unsuitable as problem:
        hint = f"name a mariadbd of MariaDB {MARIADB.oldest} or newer, or unset {VARIABLE}"
        raise Unsuitable(f"{VARIABLE}: {problem.message}", hint=hint) from None


def _installed() -> Binary | None:
    for path in _candidates():
        if confined(path):
            continue
        try:
            return Binary.at(path, MARIADB)
        except Unsuitable:
            continue
    return None


def _candidates() -> Iterator[Path]:
    if on_path := shutil.which("mariadbd"):
        yield Path(on_path)
    for pattern in USUAL_PLACES:
        yield from (Path(path) for path in sorted(glob(pattern), reverse=True))  # noqa: PTH207 - absolute patterns


def _fetched(progress: Progress) -> Binary:
    def make(prefix: Path) -> None:
        fetch(prefix, WANTED, progress)
        _in_prefix(prefix)  # runs it, so that what is kept works

    target = cache.folder() / "mariadb" / f"server-{sys.platform}-{platform.machine()}"
    waiting = partial(progress, "waiting for another keyturn that is fetching MariaDB")
    return _in_prefix(cache.once(target, make, waiting=waiting))


def _in_prefix(prefix: Path) -> Binary:
    """The server program that was unpacked with its libraries below `prefix`, run by its own dynamic loader."""
    path = prefix / "usr/sbin/mariadbd"
    try:
        messages = next(prefix.glob("usr/share/*/english/errmsg.sys")).parents[1]
        run_by = loader(prefix)
    except StopIteration:
        raise Unsuitable(
            f"{prefix} does not hold a whole MariaDB server", hint="remove it, and it is fetched again"
        ) from None
    settings = (
        f"--basedir={prefix / 'usr'}",
        f"--lc-messages-dir={messages}",
        f"--character-sets-dir={messages / 'charsets'}",
    )
    return Binary.checked(path, (*run_by, str(path), "--no-defaults", *settings), MARIADB)
