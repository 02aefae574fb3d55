"""`keyturn check --previous`: what is deployed now, for changes that AWS refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "checks" / "db-upgrade-refused"


def check(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "keyturn", "check", *words], capture_output=True, text=True)


def test_an_upgrade_is_judged_by_what_is_deployed_now() -> None:
    told = check("--previous", str(FOLDER / "previous.yaml"), str(FOLDER / "bad-back.yaml"))
    assert told.returncode == 1
    assert "there is no way back from 8.0.44 to 8.0.43 [db-upgrade-refused]" in told.stdout
    assert check(str(FOLDER / "bad-back.yaml")).returncode == 0, "without it, it is a new database"


def test_what_is_deployed_now_has_to_be_readable(tmp_path: Path) -> None:
    told = check("--previous", str(tmp_path / "none.yaml"), str(FOLDER / "good.yaml"))
    assert told.returncode == 2
    assert told.stderr.startswith("keyturn: error: ")
    assert "Traceback" not in told.stderr
