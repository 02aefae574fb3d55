"""A tiny Debian repository, signed, with a `mysql-server-core` that only tells its version, for tests of fetching."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

RELEASE = """\
Origin: Test
Suite: {suite}
Codename: {suite}
Date: Thu, 01 Jan 2026 00:00:00 UTC
Architectures: {architecture}
Components: main
SHA256:
 {digest} {size} main/binary-{architecture}/Packages
"""

LOADER = "#!/bin/sh\necho 'mysqld  Ver {version} for Linux on x86_64 (Test)'\n"


def architecture() -> str:
    return subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()


class Signer:
    """A key of its own, made by gpg, and its public half in a file as apt reads it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._home = Path(tempfile.mkdtemp(prefix="gpg", dir="/tmp"))  # gpg-agent's socket takes no long path
        self.keyring = folder / "archive-keyring.gpg"
        self._gpg("--quick-generate-key", "test@example", "rsa2048", "sign", "never")
        self._gpg("--output", str(self.keyring), "--export")

    def sign(self, suite: Path) -> None:
        """Sign a suite's Release file into its InRelease file."""
        (suite / "InRelease").unlink(missing_ok=True)
        self._gpg("--clearsign", "--output", str(suite / "InRelease"), str(suite / "Release"))

    def close(self) -> None:
        subprocess.run(["gpgconf", "--homedir", self._home, "--kill", "all"], check=True)
        while self._home.exists():
            shutil.rmtree(self._home, ignore_errors=True)  # gpg-agent removes its sockets meanwhile

    def _gpg(self, *arguments: str) -> None:
        command = [
            "gpg",
            "--homedir",
            self._home,
            "--batch",
            "--quiet",
            "--passphrase",
            "",
            "--pinentry-mode",
            "loopback",
        ]
        subprocess.run([*command, *arguments], check=True, capture_output=True)


@dataclass(frozen=True)
class Repository:
    """A repository in a folder; `suite` is the one that has MySQL."""

    folder: Path
    suite: str

    @property
    def package(self) -> Path:
        return self.folder / "pool" / "mysql-server-core.deb"

    @classmethod
    def publish(
        cls,
        folder: Path,
        signer: Signer,
        *,
        suite: str = "sid",
        name: str = "mysql-server-core",
        version: str = "8.4.2",
    ) -> Repository:
        """Build the package and sign the suite."""
        repository = cls(folder, suite)
        contents = folder / "contents"
        for path, text in {
            "DEBIAN/control": f"Package: {name}\nVersion: {version}\nArchitecture: {architecture()}\n"
            "Maintainer: Test <test@example>\nDescription: tells its version\n",
            "usr/sbin/mysqld": "only its loader is run",
            "usr/lib/test-linux-gnu/ld-linux-test.so.2": LOADER.format(version=version),
            "usr/share/mysql/english/errmsg.sys": "",
            "usr/lib/mysql/plugin/one.so": "",
            "usr/share/doc/mysql-server-core/copyright": "not needed",
        }.items():
            (contents / path).parent.mkdir(parents=True, exist_ok=True)
            (contents / path).write_text(text)
        (contents / "usr/lib/test-linux-gnu/ld-linux-test.so.2").chmod(0o755)
        repository.package.parent.mkdir()
        subprocess.run(
            ["dpkg-deb", "--build", "--root-owner-group", contents, repository.package], check=True, capture_output=True
        )
        shutil.rmtree(contents)
        repository._index(signer)
        return repository

    def _index(self, signer: Signer) -> None:
        control = subprocess.run(
            ["dpkg-deb", "--field", self.package], check=True, capture_output=True, text=True
        ).stdout
        content = self.package.read_bytes()
        packages = (
            f"{control}Filename: {self.package.relative_to(self.folder)}\n"
            f"Size: {len(content)}\nSHA256: {hashlib.sha256(content).hexdigest()}\n\n"
        ).encode()
        suite = self.folder / "dists" / self.suite
        index = suite / "main" / f"binary-{architecture()}" / "Packages"
        index.parent.mkdir(parents=True)
        index.write_bytes(packages)
        digest = hashlib.sha256(packages).hexdigest()
        (suite / "Release").write_text(
            RELEASE.format(suite=self.suite, architecture=architecture(), digest=digest, size=len(packages))
        )
        signer.sign(suite)
