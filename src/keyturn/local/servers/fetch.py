"""A server program with all that it needs, fetched through the system's package client into a folder of our own."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from keyturn.local import guard
from keyturn.local.servers.apt import Apt, Source, configured_sources
from keyturn.local.servers.progress import in_tenths
from keyturn.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keyturn.local.servers.progress import Progress

KEYRINGS = Path("/usr/share/keyrings")
ROOM = 700 << 20  # bytes; lists, packages and unpacked files at their most
NOT_NEEDED = ("usr/share/doc", "usr/share/man", "usr/share/perl*", "usr/lib/*/perl*", "usr/share/locale")


@dataclass(frozen=True)
class Wanted:
    """
    A server program to fetch.

    Attributes:
        name: For people: `MySQL`.
        packages: In order of preference.
        suite: The suite of Debian that has them, where its releases have not.
        oldest: For people: what is old enough.
        variable: Which variable of the environment names a program instead.
        program: What it is to name, for people.
        commands: How it is installed where there is no apt, by the system's id.
        not_needed: What of the unpacked files is not kept, beyond documentation.
        left_out: Packages that are not unpacked.
    """

    name: str
    packages: tuple[str, ...]
    suite: str | None
    oldest: str
    variable: str
    program: str
    commands: Mapping[str, str]
    not_needed: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def instead(self) -> str:
        return f"install {self.name} {self.oldest} or newer and set {self.variable}"


def fetch(prefix: Path, wanted: Wanted, progress: Progress) -> None:
    """
    Unpack it below `prefix`, which does not exist yet.

    Raises:
        Problem: It cannot be fetched on this system, or not now.
    """
    system = _os_release()
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise _to_be_installed(wanted, system)
    chosen = sources(wanted, system, configured_sources())
    prefix.mkdir(mode=0o755)
    if shutil.disk_usage(prefix).free < ROOM:
        raise Problem(
            f"fetching {wanted.name} needs {ROOM >> 20} MB in {prefix.parent},"
            f" which has {shutil.disk_usage(prefix).free >> 20} MB left",
            hint="set KEYTURN_CACHE=/some/folder with more room",
        )
    work = prefix / "apt"
    apt = Apt(work, chosen, wanted, progress)
    apt.update()
    package = apt.first_of(wanted.packages)
    if package is None:
        raise Problem(
            f"{chosen[0].uri} has no {wanted.name} for {chosen[0].suite} on {chosen[0].architecture}",
            hint=wanted.instead,
        )
    files = [file for file in apt.download(package) if file.name.partition("_")[0] not in wanted.left_out]
    done = in_tenths(progress, "unpacking")
    for number, file in enumerate(files, start=1):
        _unpack(file, prefix)
        done(number / len(files))
    shutil.rmtree(work)
    _tidy(prefix, (*NOT_NEEDED, *wanted.not_needed))


def sources(wanted: Wanted, system: Mapping[str, str], configured: Sequence[Source]) -> list[Source]:
    """
    Where this system gets it from: the release's own repositories, or another suite of the mirror that it uses.

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
    suites = (codename, "stable", "testing", "unstable", "sid")
    main = [s for s in configured if s.suite in suites and s.component == "main"]
    main.sort(key=lambda source: source.uri not in mirrors)
    if ubuntu:
        chosen = [s for s in configured if s.uri in mirrors and s.component in ("main", "universe")]
    elif wanted.suite:
        chosen = [Source(s.uri, wanted.suite, s.component, s.architecture, s.keyring) for s in main[:1]]
    else:
        chosen = main[:1] + [s for s in configured if s.uri in mirrors and s.component == "main" and s not in main[:1]]
    if not chosen:
        name = "Ubuntu" if ubuntu else "Debian"
        raise Problem(f"apt has no mirror of {name} set up on this machine", hint=wanted.instead)
    keyring = _archive_keyring("ubuntu" if ubuntu else "debian")
    return [Source(s.uri, s.suite, s.component, s.architecture, s.keyring or keyring) for s in chosen]


def _tidy(prefix: Path, patterns: Sequence[str]) -> None:
    for pattern in patterns:
        for path in prefix.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


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


def _to_be_installed(wanted: Wanted, system: Mapping[str, str]) -> Problem:
    like = [sys.platform, system.get("ID", ""), *system.get("ID_LIKE", "").split()]
    command = next((wanted.commands[name] for name in like if name in wanted.commands), None)
    return Problem(
        f"there is no {wanted.name} {wanted.oldest} or newer on this machine",
        hint=f"run: {command}"
        if command
        else f"install {wanted.name} {wanted.oldest} or newer, or set {wanted.variable}={wanted.program}",
    )
