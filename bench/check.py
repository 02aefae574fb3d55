"""
Time and memory of `keyturn check` on templates, beside cfn-lint and checkov.

Whole processes, from start to end, their output thrown away; and what each further template costs in one process. The peers are
installed into the user's cache for this only, with pip; without them only keyturn is measured. They look for other faults, and more: a
comparison of what people wait for, not of what they get.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench._templates import template, typical
from keyturn.local.servers.cache import folder, once
from keyturn.problem import Problem

PEERS = {"cfn-lint": "cfn-lint==1.58.0", "checkov": "checkov==3.3.30"}
SIZES = (10, 100, 500, 2000)
RUNS = 5
FILES = 500
PEER_FILES = 20
"""Peers are given fewer files: what one more costs does not depend on how many there are."""
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""What is installed has its bytecode; without it every run would compile all that it imports."""
LIMIT = 300.0
"""Seconds after which a process is given up."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one process took: seconds from start to end, seconds of a processor's time, and megabytes at its peak."""

    seconds: float
    busy: float
    megabytes: float


def main() -> None:
    tools = {"keyturn": [sys.executable, "-m", "keyturn", "check"], **_peers()}
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        _whole(tools, scratch)
        _many(tools, scratch)


def _whole(tools: dict[str, list[str]], scratch: Path) -> None:
    print("   seconds from start to end, and in brackets of a processor's time")
    print(f"{'one process, one template':32}" + "".join(f"{tool:>28}" for tool in tools))
    cases = [("typical", typical()), *((f"{size} resources", template(size)) for size in SIZES)]
    for told, text in cases:
        file = scratch / f"{told.replace(' ', '-')}.yaml"
        file.write_text(text)
        _run([*tools["keyturn"], str(file)])  # So that its bytecode is there, as that of what pip installs is.
        cells = []
        for tool, command in tools.items():
            spent = _median([*command, *_arguments(tool, [file])], RUNS if tool == "keyturn" else 1)
            cells.append(
                f"{spent.seconds:8.2f} s ({spent.busy:.2f}) {spent.megabytes:4.0f} MB"
                if spent
                else f"{'more than ' + str(int(LIMIT)) + ' s':>28}"
            )
        print(f"{told + f' ({text.count(chr(10))} lines)':32}" + "".join(f"{cell:>28}" for cell in cells), flush=True)


def _many(tools: dict[str, list[str]], scratch: Path) -> None:
    many = scratch / "many"
    many.mkdir()
    files = []
    for number in range(FILES):
        file = many / f"{number}.yaml"
        file.write_text(typical(f"f{number}x"))
        files.append(file)
    for tool, command in {**tools, "keyturn --jobs 2": [*tools["keyturn"], "--jobs", "2"]}.items():
        count, runs = (FILES, RUNS) if tool.startswith("keyturn") else (PEER_FILES, 1)
        one, all_ = (_median([*command, *_arguments(tool, files[:each])], runs) for each in (1, count))
        if one and all_:
            further = (all_.seconds - one.seconds) / (count - 1) * 1000
            busy = (all_.busy - one.busy) / (count - 1) * 1000
            print(
                f"{tool}: {further:.1f} ms ({busy:.1f}) for each further template, {all_.megabytes:.0f} MB", flush=True
            )


def _arguments(tool: str, files: Sequence[Path]) -> list[str]:
    names = [str(file) for file in files]
    if tool == "checkov":
        return [
            "--quiet",
            "--compact",
            "--framework",
            "cloudformation",
            *(word for name in names for word in ("--file", name)),
        ]
    return names


def _median(command: list[str], runs: int) -> Spent | None:
    """The median of some runs; None for a process that had to be given up."""
    spent = [_run(command) for _ in range(runs)]
    if None in spent:
        return None
    known = [each for each in spent if each]
    return Spent(
        statistics.median(each.seconds for each in known),
        statistics.median(each.busy for each in known),
        max(each.megabytes for each in known),
    )


def _run(command: list[str]) -> Spent | None:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    try:
        while True:
            pid, _, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                process.returncode = 0
                return Spent(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
            if time.perf_counter() - started > LIMIT:
                return None
            time.sleep(0.002)
    finally:
        if process.returncode is None:
            process.kill()
            process.wait()


def _peers() -> dict[str, list[str]]:
    commands = {}
    for name, requirement in PEERS.items():
        try:
            programs = _installed(name, requirement) / "bin"
        except Problem as problem:
            print(f"   {name} is not measured: {problem.message}")
            continue
        commands[name] = [str(programs / "python"), str(programs / name)]
    return commands


def _installed(name: str, requirement: str) -> Path:
    """The environment of a peer; pip fetches it the first time."""

    def install(target: Path) -> None:
        for command in (
            [sys.executable, "-m", "venv", target],
            [target / "bin" / "python", "-m", "pip", "install", "-q", requirement],
        ):
            if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
                raise Problem(f"pip cannot install {requirement}")

    print(f"   {requirement}", flush=True)
    return once(folder() / "peers" / requirement.replace("==", "-"), install, waiting=lambda: None)


if __name__ == "__main__":
    main()
