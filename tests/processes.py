"""Watching processes from outside."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 120
"""Seconds after which something will not happen any more; on a quiet machine it takes milliseconds, on a busy one a minute."""


def running(pid: int) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and not state.startswith("Z")


def naming(folder: Path) -> list[str]:
    """The processes whose command lines name a folder, or something in it."""
    processes = subprocess.run(["ps", "-ewwo", "stat=,args="], capture_output=True, text=True, check=True).stdout
    return [line for line in processes.splitlines() if f"{folder}/" in line and not line.startswith("Z")]


def eventually(happens: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def start_owner(program: str, *arguments: str | Path) -> subprocess.Popen[str]:
    """A Python process of its own that runs `program`; what it prints can be read line by line."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def read_line(owner: subprocess.Popen[str]) -> str:
    assert owner.stdout
    line = owner.stdout.readline()
    if not line:
        raise AssertionError(owner.communicate()[1])
    return line.strip()


def kill(owner: subprocess.Popen[str]) -> None:
    """End an owner as nothing can be prepared for."""
    owner.kill()
    owner.wait()
    for output in (owner.stdout, owner.stderr):
        if output:
            output.close()
