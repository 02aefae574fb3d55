"""Clients as they are installed everywhere, pointed at a local AWS by nothing but their environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from keyturn.local.cloud import Cloud

INSTALLED = Path(sys.prefix) / "clients"
PROGRAMS = {"aws": "awscli/bin/aws", "sam": "sam/bin/sam", "cdk": "cdk/node_modules/.bin/cdk"}
QUIET = {
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "NO_COLOR": "1",
    "PAGER": "cat",
    "SAM_CLI_POLL_DELAY": "0.5",
    "SAM_CLI_TELEMETRY": "0",
}

Run: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(cloud: Cloud, tmp_path: Path) -> Run:
    """Runs a client's command line in a folder that nobody has configured anything in; skips where the client is not installed."""
    home = tmp_path / "home"
    home.mkdir()
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CDK_", "SAM_"))}
    inherited.pop("CI", None)  # With it the CDK CLI writes elsewhere.
    environment = {**inherited, **QUIET, **cloud.environment, "HOME": str(home)}

    def client(program: str, *arguments: str | Path, fails: bool = False) -> subprocess.CompletedProcess[str]:
        installed = INSTALLED / PROGRAMS[program]
        if not installed.exists():
            pytest.skip(f"{program} is not installed: run tools/clients.py")
        done = subprocess.run(
            [str(installed), *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment,
            cwd=home,
            stdin=subprocess.DEVNULL,
        )
        assert bool(done.returncode) == fails, done.stdout + done.stderr
        return done

    return client
