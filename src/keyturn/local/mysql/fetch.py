"""A MySQL server of our own, fetched once through the system's package client into the user's cache."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from keyturn.local import guard
from keyturn.local.mysql import cache
from keyturn.local.mysql.apt import KEYRINGS, Apt, Source, configured_sources
from keyturn.local.mysql.mysqld import OLDEST, VARIABLE, Binary
from keyturn.local.mysql.progress import in_tenths
from keyturn.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keyturn.local.mysql.progress import Progress

# In order of preference. Debian has the first, each release of Ubuntu one of them.
PACKAGES = ("mysql-server-core", "mysql-server-core-8.4", "mysql-server-core-8.0")

ROOM = 700 << 20  # bytes; lists, packages and unpacked files at their most
NOT_NEEDED = ("usr/bin", "usr/share/doc", "usr/share/man", "usr/share/perl*", "usr/lib/*/perl*", "usr/share/locale")

COMMANDS = {
    "darwin": "brew install mysql",
    "fedora": "sudo dnf install mysql-server",
    "rhel": "sudo dnf install mysql-server",
}


def fetched(progress: Progress) -> Binary:
    """
    The server in the user's cache, fetched if it is not there yet; after that it needs no network.

    Raises:
        Problem: It cannot be fetched on this system, or not now.
    """

    def make(prefix: Path) -> None:
        system = _os_release()
        if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            raise _to_be_installed(system)
        _make(prefix, sources(system, configured_sources()), progress)

    waiting = partial(progress, "waiting for another keyturn that is fetching MySQL")
    return Binary.in_prefix(cache.once(target(), make, waiting=waiting))


def target() -> Path:
    """Where a fetched server is kept: one for each kind of machine that shares the cache."""
    return cache.folder() / "mysql" / f"server-{sys.platform}-{platform.machine()}"


def sources(system: Mapping[str, str], configured: Sequence[Source]) -> list[Source]:
    """
    Where this system gets MySQL from.

    On Ubuntu that is the release's own repositories. Debian's releases have no MySQL, only its `sid` suite has: that of the
    mirror which the machine uses.

    Args:
        system: As in os-release(5).

    Raises:
        Problem: The machine has no mirror of its distribution set up.
    """
    like = {system.get("ID", ""), *system.get("ID_LIKE", "").split()}
    ubuntu = "ubuntu" in like
    codename = system.get("UBUNTU_CODENAME" if ubuntu else "DEBIAN_CODENAME") or system.get("VERSION_CODENAME", "")
    # The distribution's own mirrors are those that have its updates; others may bear the same suite's name.
    mirrors = {s.uri for s in configured if s.suite in (f"{codename}-updates", f"{codename}-security")}
    if ubuntu:
        chosen = [s for s in configured if s.uri in mirrors and s.component in ("main", "universe")]
    else:
        suites = (codename, "stable", "testing", "unstable", "sid")
        main = [s for s in configured if s.suite in suites and s.component == "main"]
        main.sort(key=lambda source: source.uri not in mirrors)
        chosen = [Source(s.uri, "sid", s.component, s.architecture, s.keyring) for s in main[:1]]
    if not chosen:
        name = "Ubuntu" if ubuntu else "Debian"
        raise Problem(
            f"apt has no mirror of {name} set up on this machine",
            hint=f"install MySQL {OLDEST} or newer and set {VARIABLE}",
        )
    keyring = _archive_keyring("ubuntu" if ubuntu else "debian")
    return [Source(s.uri, s.suite, s.component, s.architecture, s.keyring or keyring) for s in chosen]


def _make(prefix: Path, chosen: Sequence[Source], progress: Progress) -> None:
    prefix.mkdir(mode=0o755)
    if shutil.disk_usage(prefix).free < ROOM:
        raise Problem(
            f"fetching MySQL needs {ROOM >> 20} MB in {prefix.parent}, which has {shutil.disk_usage(prefix).free >> 20} MB left",
            hint="set KEYTURN_CACHE=/some/folder with more room",
        )
    work = prefix / "apt"
    apt = Apt(work, chosen, progress)
    apt.update()
    package = apt.first_of(PACKAGES)
    if package is None:
        raise Problem(
            f"{chosen[0].uri} has no MySQL for {chosen[0].suite} on {chosen[0].architecture}",
            hint=f"install MySQL {OLDEST} or newer and set {VARIABLE}",
        )
    files = apt.download(package)
    done = in_tenths(progress, "unpacking")
    for number, file in enumerate(files, start=1):
        _unpack(file, prefix)
        done(number / len(files))
    shutil.rmtree(work)
    for pattern in NOT_NEEDED:
        for path in prefix.glob(pattern):
            shutil.rmtree(path)
    Binary.in_prefix(prefix)  # runs it, so that what is kept works


def _unpack(package: Path, prefix: Path) -> None:
    with guard.start(
        ["dpkg-deb", "--extract", package, prefix], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as dpkg:
        assert dpkg.stderr
        with dpkg.stderr:
            said = dpkg.stderr.read().decode(errors="replace").strip().splitlines()
        if dpkg.wait():
            raise Problem(f"cannot unpack {package.name} into {prefix.parent}: {said[0] if said else 'it is broken'}")
    package.unlink()


def _archive_keyring(distribution: str) -> Path | None:
    """Where the distribution's own package keeps its keys, for sources that leave this to apt's defaults."""
    places = (KEYRINGS / f"{distribution}-archive-keyring.{suffix}" for suffix in ("gpg", "pgp"))
    return next((place for place in places if place.exists()), None)


def _os_release() -> Mapping[str, str]:
    try:
        return platform.freedesktop_os_release()
    except OSError:
        return {}


def _to_be_installed(system: Mapping[str, str]) -> Problem:
    like = [sys.platform, system.get("ID", ""), *system.get("ID_LIKE", "").split()]
    command = next((COMMANDS[name] for name in like if name in COMMANDS), None)
    otherwise = f"install MySQL {OLDEST} or newer, or set {VARIABLE}=/path/to/mysqld"
    return Problem(
        f"there is no MySQL {OLDEST} or newer on this machine", hint=f"run: {command}" if command else otherwise
    )
