"""
Debian's and Ubuntu's package client, used without touching the system and without being root.

It runs with state, lists and cache of its own; mirrors, keys and proxies are the machine's. As it believes that nothing is
installed, what it downloads is complete: libraries, C library and dynamic loader included. It verifies every signature.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from keyturn.local import guard
from keyturn.local.servers.progress import in_tenths
from keyturn.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keyturn.local.servers.fetch import Wanted
    from keyturn.local.servers.progress import Progress

SETTINGS = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State "{folder}/state";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache";
Dir::Log "{folder}/log";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "root";
APT::Get::Assume-Yes "true";
APT::Install-Recommends "false";
APT::Update::Error-Mode "any";
APT::Status-Fd "1";
Acquire::GzipIndexes "true";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
"""


@dataclass(frozen=True)
class Source:
    """A repository of packages, as one line of a sources.list names it."""

    uri: str
    suite: str
    component: str
    architecture: str
    keyring: Path | None

    def __str__(self) -> str:
        signed_by = f" signed-by={self.keyring}" if self.keyring else ""
        uri = self.uri.replace("file:", "copy:", 1)  # or apt would not bring the packages to where we look for them
        return f"deb [arch={self.architecture} target=Packages{signed_by}] {uri} {self.suite} {self.component}"


class Apt:
    """apt-get with all that it writes below `folder`."""

    def __init__(self, folder: Path, sources: Sequence[Source], wanted: Wanted, progress: Progress) -> None:
        self._folder = folder
        self._wanted = wanted
        self._settings = folder / "apt.conf"
        self._progress = progress
        for name in ("state/lists/partial", "cache/archives/partial", "log"):
            (folder / name).mkdir(parents=True)
        (folder / "status").touch()
        (folder / "sources.list").write_text("".join(f"{source}\n" for source in sources))
        self._settings.write_text(SETTINGS.format(folder=folder))

    def update(self) -> None:
        """
        Read what the sources offer.

        Raises:
            Problem: They cannot be reached, or are not signed by their keys.
        """
        self._run("reading the package lists", "update")

    def first_of(self, names: Sequence[str]) -> str | None:
        """The first of these packages that the sources offer."""
        offered = subprocess.run(
            ["apt-cache", "-c", self._settings, "pkgnames"], capture_output=True, text=True, check=False
        ).stdout.split()
        return next((name for name in names if name in offered), None)

    def download(self, package: str) -> list[Path]:
        """
        Download a package and all that it needs; return the files.

        Raises:
            Problem: It cannot be downloaded whole.
        """
        self._run(f"downloading {package} and what it needs", "install", "--download-only", package)
        return sorted((self._folder / "cache/archives").glob("*.deb"))

    def _run(self, what: str, *arguments: str) -> None:
        done = in_tenths(self._progress, what)
        said: list[str] = []
        with guard.start(
            ["apt-get", "-c", self._settings, *arguments],
            env=_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as apt:
            assert apt.stdout
            with apt.stdout:
                for line in apt.stdout:
                    text = line.decode(errors="replace").rstrip()
                    if text.startswith("dlstatus:"):
                        done(float(text.split(":")[2]) / 100)
                    else:
                        said.append(text)
            failed = apt.wait() != 0
        if failed:
            raise Problem(
                f"apt cannot fetch {self._wanted.name}: {_first_complaint(said)}",
                hint=f"a network is needed this once; or {self._wanted.instead}",
            )


def configured_sources() -> list[Source]:
    """The repositories that this machine is set up to use, for its own architecture; their lists need not be there."""
    native = _output("dpkg", "--print-architecture").strip()
    listed = _output("apt-get", "update", "--print-uris", "--option", "Dir::State::lists=/nonexistent")
    indexes = re.findall(rf"^'(\S+?)/dists/(\S+)/([^/\s]+)/binary-{re.escape(native)}/Packages", listed, re.MULTILINE)
    return [Source(uri, suite, component, native, _keyring(uri)) for uri, suite, component in indexes]


def _keyring(uri: str) -> Path | None:
    """The file of keys that the machine's sources name for a repository, if they name one."""
    repository = re.compile(rf"(?<=\s){re.escape(uri)}/?(?=\s)")
    for entry in _source_entries():
        if repository.search(f"{entry}\n") and (named := re.search(r"(?i)\bsigned-by\s*[:=]\s*(/[^\s,\]]+)", entry)):
            return Path(named[1])
    return None


def _source_entries() -> Iterator[str]:
    """The lines of *.list and the stanzas of *.sources, without comments."""
    places = _output("apt-config", "shell", "FILE", "Dir::Etc::sourcelist/f", "FOLDER", "Dir::Etc::sourceparts/d")
    single, folder = (Path(word.partition("=")[2]) for word in shlex.split(places))
    for file in [single, *sorted(folder.glob("*.list")), *sorted(folder.glob("*.sources"))]:
        with contextlib.suppress(OSError):
            text = re.sub(r"(?m)^\s*#.*\n?", "", file.read_text(errors="replace"))
            yield from re.split(r"\n\s*\n", text) if file.suffix == ".sources" else text.splitlines()


def _output(*command: str) -> str:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False).stdout


def _environment() -> dict[str, str]:
    """Ours, for the sake of proxies; but messages in English, which we read."""
    return {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}


def _first_complaint(said: Sequence[str]) -> str:
    """apt's own words for what went wrong; the first error is the cause, those after it the consequences."""
    for mark in ("E: ", "Err:", "W: "):
        for line in said:
            if line.startswith(mark):
                return re.sub(r"\s+", " ", line.removeprefix(mark))
    return said[-1] if said else "it gave no reason"
