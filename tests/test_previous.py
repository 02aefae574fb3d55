"""`keyturn check --previous`: what is deployed now, for changes that AWS refuses."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from keyturn.check import Verdict, run
from keyturn.checks.lambda_runtime_retired import lambda_runtime_retired
from keyturn.checks.s3_public_policy_blocked import s3_public_policy_blocked
from keyturn.read import Options, cloudformation

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


FUNCTION = """
Resources:
  Report:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: {}
      Handler: app.handle
      Role: arn:aws:iam::123456789012:role/report
      Code: {{S3Bucket: packages, S3Key: app.zip}}
"""


@pytest.mark.parametrize(
    ("before", "after", "more", "said"),
    [
        ("nodejs12.x", "nodejs12.x", "", ""),
        ("nodejs12.x", "nodejs12.x", "      Tags: [{Key: team, Value: data}]\n", ""),
        (
            "nodejs12.x",
            "nodejs12.x",
            "      MemorySize: 256\n",
            "no changes of functions on nodejs12.x since 2023-04-30",
        ),
        ("nodejs20.x", "nodejs12.x", "", "no changes of functions on nodejs12.x since 2023-04-30"),
        ("nodejs14.x", "nodejs14.x", "      MemorySize: 256\n", ""),
        ("nodejs14.x", "nodejs14.x", "      FunctionName: report\n", "no new functions on nodejs14.x since 2024-01-09"),
        ("nodejs20.x", "nodejs14.x", "", "undecided"),
        ("nodejs14.x", "nodejs22.x", "", ""),
    ],
)
def test_a_function_keeps_its_runtime_longer_than_a_new_one_gets_it(
    before: str, after: str, more: str, said: str
) -> None:
    now = cloudformation.read("now.yaml", Options(), text=FUNCTION.format(before))
    then = cloudformation.read("then.yaml", Options(as_of=date(2026, 11, 24)), text=FUNCTION.format(after) + more)
    told = run((lambda_runtime_retired,), dataclasses.replace(then, previous=now))
    grave = [finding.message for _, finding in told.findings if finding.verdict is not Verdict.WEAK]
    assert bool(told.undecided) == (said == "undecided")
    assert [said in message for message in grave] == ([True] if said not in ("", "undecided") else [])


def test_a_bucket_that_is_there_may_be_older_than_the_blocks_of_new_ones() -> None:
    """A policy that is there already is not put again; a new one is refused, unless the bucket is older than April 2023."""
    text = (FOLDER.parent / "s3-public-policy-blocked" / "bad.yaml").read_text()
    then = cloudformation.read("then.yaml", Options(), text=text)
    assert len(run((s3_public_policy_blocked,), then).findings) == 1
    now = cloudformation.read("now.yaml", Options(), text=text.replace("s3:GetObject", "s3:GetObjectVersion"))
    told = run((s3_public_policy_blocked,), dataclasses.replace(then, previous=now))
    assert (len(told.findings), len(told.undecided)) == (0, 1)
    told = run((s3_public_policy_blocked,), dataclasses.replace(then, previous=then))
    assert (told.findings, told.undecided) == ((), ())
