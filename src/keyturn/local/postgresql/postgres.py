"""`postgres` and `initdb`, found on this machine or fetched once into the user's cache."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from keyturn.local.servers.trouble import Unsuitable

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "KEYTURN_POSTGRES"

USUAL_PLACES = (
    "/usr/lib/postgresql/*/bin/postgres",  # Debian, Ubuntu
    "/usr/pgsql-*/bin/postgres",  # PostgreSQL's own packages for Red Hat
    "/usr/bin/postgres",  # Fedora
    "/opt/homebrew/opt/postgresql*/bin/postgres",
    "/usr/local/opt/postgresql*/bin/postgres",
)


class Version(NamedTuple):
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


OLDEST = Version(12, 0)  # the oldest that RDS still runs; PostgreSQL's verifiers are older


@dataclass(frozen=True)
class Programs:
    """The programs of a PostgreSQL server: where they are, what they say they are, and how they are run."""

    path: Path
    """`postgres`; `initdb` is beside it."""
    version: Version
    description: str
    """Its own words, from `postgres --version`."""
    libraries: tuple[Path, ...] = ()
    """Folders of libraries that came with it."""

    @classmethod
    def at(cls, path: Path) -> Self:
        """
        The server program that is at `path`, with `initdb` beside what it is a link to.

        Raises:
            Unsuitable: It is not there, does not run, or is not PostgreSQL of at least version 12.
        """
        return cls._checked(path.resolve(), ())

    @classmethod
    def in_prefix(cls, prefix: Path) -> Self:
        """
        The programs that were unpacked with their libraries below `prefix`.

        Raises:
            Unsuitable: As in `at`.
        """
        found = sorted(prefix.glob("usr/lib/postgresql/*/bin/postgres"), reverse=True)
        if not found:
            raise Unsuitable(
                f"{prefix} does not hold a whole PostgreSQL server", hint="remove it, and it is fetched again"
            )
        folders = (folder for usr in ("usr/lib", "lib") for folder in prefix.glob(f"{usr}/*-linux-gnu*"))
        return cls._checked(found[0], tuple(folders))

    @classmethod
    def _checked(cls, path: Path, libraries: tuple[Path, ...]) -> Self:
        description = _what_it_says(path, environment(libraries))
        found = re.search(r"\(PostgreSQL\) (\d+)\.(\d+)", description)
        if not found:
            raise Unsuitable(f"{path} is not PostgreSQL: {description or 'it says nothing about its version'}")
        version = Version(*map(int, found.groups()))
        if version < OLDEST:
            raise Unsuitable(f"{path} is PostgreSQL {version}, older than {OLDEST}")
        if not path.with_name("initdb").exists():
            raise Unsuitable(f"{path} has no initdb beside it")
        return cls(path, version, description, libraries)

    @property
    def initdb(self) -> Path:
        return self.path.with_name("initdb")

    @property
    def environment(self) -> dict[str, str]:
        return environment(self.libraries)

    @property
    def fingerprint(self) -> str:
        """Tells builds apart whose data may differ: the version and a hash of all that the program says of itself."""
        return f"{self.version}-{hashlib.sha256(self.description.encode()).hexdigest()[:8]}"


def environment(libraries: tuple[Path, ...]) -> dict[str, str]:
    """What these programs need in their environment; nothing of ours."""
    found = {"LD_LIBRARY_PATH": ":".join(map(str, libraries))} if libraries else {}
    return {"LC_ALL": "C", "PATH": os.defpath, **found}


def named() -> Programs | None:
    """
    The server program that KEYTURN_POSTGRES names, if it names one.

    Raises:
        Unsuitable: It names something else.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    try:
        return Programs.at(Path(shutil.which(path) or path).expanduser().absolute())
    except Unsuitable as problem:
        raise Unsuitable(
            f"{VARIABLE}: {problem.message}",
            hint=f"name a postgres of PostgreSQL {OLDEST} or newer, or unset {VARIABLE}",
        ) from None


def installed() -> Programs | None:
    """The first suitable server program on PATH or in the usual places, if there is one; the newest where there are several."""
    for path in _candidates():
        try:
            return Programs.at(path)
        except Unsuitable:
            continue
    return None


def _candidates() -> Iterator[Path]:
    if on_path := shutil.which("postgres"):
        yield Path(on_path)
    for pattern in USUAL_PLACES:
        places = [Path(path) for path in glob(pattern)]  # noqa: PTH207 - absolute patterns
        yield from sorted(places, key=lambda place: [int(n) for n in re.findall(r"\d+", str(place))], reverse=True)


def _what_it_says(path: Path, env: dict[str, str]) -> str:
    try:
        result = subprocess.run(
            [path, "--version"],
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    except OSError as error:
        raise Unsuitable(f"{path} cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise Unsuitable(f"{path} does not tell its version") from None
    said = (result.stdout.strip() or result.stderr.strip()).splitlines()
    if result.returncode:
        raise Unsuitable(f"{path} cannot be run: {said[-1] if said else f'exit code {result.returncode}'}")
    return said[-1] if said else ""
