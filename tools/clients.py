"""
Install the clients that `tests/clients` points at the local AWS (AWS CLI 1, SAM CLI, CDK CLI); do nothing when they are there.

    python tools/clients.py

They go into `clients/` of the environment, each apart: they pin versions that contradict each other and keyturn.
Without npm, the CDK CLI is left out, and its tests are skipped.

What is pinned is renewed by `uv pip compile --universal --python-version 3.11 --generate-hashes --no-header`, of `awscli>=1.44,<2` and of
`aws-sam-cli>=1.140,<2`, and by `npm update --prefix tests/clients --package-lock-only --omit-lockfile-registry-resolved`.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import setup

PINS = setup.ROOT / "tests" / "clients"
HOME = setup.VENV.absolute() / "clients"


def main() -> None:
    ensure("awscli", ["awscli.lock"], with_uv)
    ensure("sam", ["sam.lock"], with_uv)
    if shutil.which("npm"):
        ensure("cdk", ["package.json", "package-lock.json"], with_npm)
    else:
        setup.say("the CDK CLI is left out: it needs npm")


def ensure(name: str, pins: list[str], install: Callable[[Path, list[Path]], subprocess.CompletedProcess[str]]) -> None:
    """
    Have a client as it is pinned.

    Raises:
        Problem: It cannot be installed.
    """
    files = [PINS / pin for pin in pins]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    stamp = HOME / f"{name}-{digest}"
    if stamp.exists():
        return
    setup.say(f"installing {name}, for the tests with real clients")
    shutil.rmtree(HOME / name, ignore_errors=True)
    (HOME / name).mkdir(parents=True)
    done = install(HOME / name, files)
    if done.returncode:
        raise setup.Problem(f"cannot install {name}: {setup.last_line(done)}")
    stamp.touch()


def with_uv(folder: Path, files: list[Path]) -> subprocess.CompletedProcess[str]:
    made = setup.run([sys.executable, "-m", "venv", "--without-pip", str(folder)])
    if made.returncode:
        return made
    uv = shutil.which("uv") or setup.fetched_uv()
    return setup.run([uv, "pip", "install", "--python", str(folder), "--require-hashes", "-r", str(files[0])])


def with_npm(folder: Path, files: list[Path]) -> subprocess.CompletedProcess[str]:
    for file in files:
        shutil.copy(file, folder)
    return setup.run(["npm", "ci", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"])


if __name__ == "__main__":
    try:
        with setup.only_one():
            main()
    except setup.Problem as problem:
        sys.exit(f"setup: error: {problem}")
    except KeyboardInterrupt:
        sys.exit("\nsetup: interrupted; run it again, it goes on where it must")
