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


RUNNING = """
Resources:
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      Engine: aurora-mysql
      EngineVersion: 5.7.mysql_aurora.2.07.1
      EngineMode: serverless
      MasterUsername: keeper
      ManageMasterUserPassword: true
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      EngineVersion: "11.1"
      DBInstanceClass: db.t2.micro
      AllocatedStorage: 20
      MasterUsername: keeper
"""


def test_what_runs_already_is_not_asked_for_again(tmp_path: Path) -> None:
    """A version that was withdrawn goes on running, and so does a class that is sold no more; a password need not be given again."""
    (tmp_path / "now.yaml").write_text(RUNNING)
    (tmp_path / "then.yaml").write_text(RUNNING + "      DeletionProtection: true\n")
    told = check("--as-of", "2026-11-24", str(tmp_path / "then.yaml"))
    names = ("db-version-not-offered", "db-class-not-offered", "db-engine-mode-gone", "db-master-missing")
    assert told.returncode == 1
    assert all(f"[{name}]" in told.stdout for name in names), "new, all of it is refused"
    told = check("--as-of", "2026-11-24", "--previous", str(tmp_path / "now.yaml"), str(tmp_path / "then.yaml"))
    assert (told.returncode, told.stdout) == (0, "")
