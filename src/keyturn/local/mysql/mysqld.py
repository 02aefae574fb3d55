"""A `mysqld` that can be run: found on this machine, or fetched once into the user's cache."""

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

VARIABLE = "KEYTURN_MYSQLD"

USUAL_PLACES = (
    "/usr/sbin/mysqld",  # Debian, Ubuntu, Fedora
    "/usr/libexec/mysqld",  # Red Hat
    "/opt/homebrew/opt/mysql*/bin/mysqld",
    "/usr/local/opt/mysql*/bin/mysqld",
    "/usr/local/mysql/bin/mysqld",  # Oracle's packages for macOS
)


APPARMOR = Path("/sys/module/apparmor/parameters/enabled")
PROFILES = Path("/etc/apparmor.d")


class Version(NamedTuple):
    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return ".".join(map(str, self))


OLDEST = Version(8, 0, 14)  # the first with dual passwords: MySQL 8.0 manual, "Dual Password Support"


class Product(NamedTuple):
    """Which server a program is to be; MariaDB calls itself a `mysqld`, too."""

    name: str
    oldest: Version


MYSQL = Product("MySQL", OLDEST)


@dataclass(frozen=True)
class Binary:
    """A MySQL server program: where it is, what it says it is, and how it is run."""

    path: Path
    version: Version
    description: str
    """Its own words, from `mysqld --version`."""
    command: tuple[str, ...]
    """What to run; options follow."""
    product: Product = MYSQL

    def __str__(self) -> str:
        return f"{self.product.name} {self.version}"

    @classmethod
    def at(cls, path: Path, product: Product = MYSQL) -> Self:
        """
        The server program that is at `path`.

        Raises:
            Unsuitable: It is not there, does not run, is another product, or too old.
        """
        return cls.checked(path, (str(path), "--no-defaults"), product)

    @classmethod
    def in_prefix(cls, prefix: Path) -> Self:
        """
        The server program that was unpacked with its libraries below `prefix`, run by its own dynamic loader.

        Raises:
            Unsuitable: As in `at`.
        """
        path = prefix / "usr/sbin/mysqld"
        try:
            run_by = loader(prefix)
            messages = next(prefix.glob("usr/share/mysql*/english/errmsg.sys")).parents[1]
            plugins = next(prefix.glob("usr/lib/mysql*/plugin"))
        except StopIteration:
            raise Unsuitable(
                f"{prefix} does not hold a whole MySQL server", hint="remove it, and it is fetched again"
            ) from None
        command = (
            *run_by,
            str(path),
            "--no-defaults",
            f"--basedir={prefix / 'usr'}",
            f"--lc-messages-dir={messages}",
            f"--character-sets-dir={messages / 'charsets'}",
            f"--plugin-dir={plugins}",
        )
        return cls.checked(path, command)

    @classmethod
    def checked(cls, path: Path, command: tuple[str, ...], product: Product = MYSQL) -> Self:
        """
        A program that is run by `command`.

        Raises:
            Unsuitable: As in `at`.
        """
        description = _what_it_says(path, command)
        found = re.search(r"\bVer (\d+)\.(\d+)\.(\d+)", description)
        if not found or ("mariadb" in description.lower()) != (product is not MYSQL):
            raise Unsuitable(f"{path} is not {product.name}: {description or 'it says nothing about its version'}")
        version = Version(*map(int, found.groups()))
        if version < product.oldest:
            raise Unsuitable(f"{path} is {product.name} {version}, older than {product.oldest}")
        return cls(path, version, description, command, product)

    @property
    def fingerprint(self) -> str:
        """Tells builds apart whose data may differ: the version and a hash of all that the program says of itself."""
        said = self.description.replace(str(self.path), "")
        return f"{self.version}-{hashlib.sha256(said.encode()).hexdigest()[:8]}"


def named() -> Binary | None:
    """
    The server program that KEYTURN_MYSQLD names, if it names one.

    Raises:
        Unsuitable: It names something else.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    try:
        return Binary.at(Path(shutil.which(path) or path).expanduser().absolute())
    except Unsuitable as problem:
        raise Unsuitable(
            f"{VARIABLE}: {problem.message}", hint=f"name a mysqld of MySQL {OLDEST} or newer, or unset {VARIABLE}"
        ) from None


def installed() -> Binary | None:
    """The first suitable server program on PATH or in the usual places, if there is one."""
    for path in _candidates():
        if confined(path):
            continue
        try:
            return Binary.at(path)
        except Unsuitable:
            continue
    return None


def _candidates() -> Iterator[Path]:
    if on_path := shutil.which("mysqld"):
        yield Path(on_path)
    for pattern in USUAL_PLACES:
        yield from (Path(path) for path in sorted(glob(pattern), reverse=True))  # noqa: PTH207 - absolute patterns


def confined(path: Path) -> bool:
    """
    Whether AppArmor keeps the program to /var/lib/mysql, as it does on Ubuntu.

    Source: apparmor.d(5); a profile is a file named for the program, with dots for slashes.
    """
    try:
        enabled = APPARMOR.read_text().startswith("Y")
    except OSError:
        return False
    name = str(path.resolve()).lstrip("/").replace("/", ".")
    return enabled and (PROFILES / name).exists() and not (PROFILES / "disable" / name).is_symlink()


def loader(prefix: Path) -> tuple[str, ...]:
    """
    What runs a program that was unpacked with all its libraries below `prefix`, by these; the program follows.

    Raises:
        StopIteration: There is no dynamic loader.
    """
    libraries = [folder for usr in ("usr/lib", "lib") for folder in (*prefix.glob(f"{usr}/*-linux-gnu*"), prefix / usr)]
    return str(next(_loaders(prefix))), "--library-path", ":".join(map(str, libraries))


def _loaders(prefix: Path) -> Iterator[Path]:
    """Dynamic loaders, wherever this architecture and this release keep theirs; a link may lead out of the prefix."""
    for folder in ("usr/lib*", "usr/lib/*", "lib*", "lib/*"):
        yield from (path for path in prefix.glob(f"{folder}/ld-linux*.so*") if not path.is_symlink())


def _what_it_says(path: Path, command: tuple[str, ...]) -> str:
    try:
        result = subprocess.run(
            [*command, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, check=False
        )
    except OSError as error:
        raise Unsuitable(f"{path} cannot be run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        raise Unsuitable(f"{path} does not tell its version") from None
    said = (result.stdout.strip() or result.stderr.strip()).splitlines()
    if result.returncode:
        raise Unsuitable(f"{path} cannot be run: {said[-1] if said else f'exit code {result.returncode}'}")
    return said[-1] if said else ""
