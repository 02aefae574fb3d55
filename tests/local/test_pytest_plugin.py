"""The fixtures that users have for tests of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path


def run(folder: Path, tests: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A user's test run, with nothing of ours but the plugin."""
    (folder / "conftest.py").write_text('pytest_plugins = ["keyturn.local.pytest"]\n')
    (folder / "test_own.py").write_text(textwrap.dedent(tests))
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(folder)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_boto3_uses_the_cloud_without_being_told(tmp_path: Path) -> None:
    ran = run(
        tmp_path,
        """
        import boto3

        def test_is_fresh(local_aws):
            assert boto3.client("secretsmanager").create_secret(Name="one", SecretString="value")["Name"] == "one"
            assert [entry.action for entry in local_aws.requests] == ["secretsmanager:CreateSecret"]

        def test_is_fresh_again(local_aws):
            assert boto3.client("secretsmanager").list_secrets()["SecretList"] == []

        def test_knows_a_session_that_was_made_before(local_aws):
            assert boto3.client("sts").get_caller_identity()["Account"] == local_aws.account
        """,
        AWS_PROFILE="production",
        AWS_ENDPOINT_URL_SECRETSMANAGER="http://127.0.0.1:1",
        AWS_SESSION_TOKEN="of another account",
    )
    assert ran.stdout.splitlines()[-1].startswith("3 passed"), ran.stdout


def test_readers_can_be_replicas(tmp_path: Path) -> None:
    ran = run(
        tmp_path,
        """
        import pytest
        import boto3

        @pytest.fixture(scope="session")
        def local_aws_readers():
            return "replica"

        def test_one(local_aws):
            rds = boto3.client("rds")
            settings = {"MasterUsername": "admin1", "MasterUserPassword": "not-a-real-1"}
            made = rds.create_db_cluster(DBClusterIdentifier="c", Engine="aurora-postgresql", **settings)["DBCluster"]
            assert made["Endpoint"] != made["ReaderEndpoint"]
        """,
    )
    assert ran.stdout.splitlines()[-1].startswith("1 passed"), ran.stdout


def test_a_shared_cloud_keeps_what_is_in_it(tmp_path: Path) -> None:
    ran = run(
        tmp_path,
        """
        import boto3

        def test_one(local_aws_shared):
            boto3.client("secretsmanager").create_secret(Name="one", SecretString="value")

        def test_two(local_aws_shared):
            assert boto3.client("secretsmanager").list_secrets()["SecretList"]
        """,
    )
    assert ran.stdout.splitlines()[-1].startswith("2 passed"), ran.stdout


def test_the_environment_is_as_before_afterwards(tmp_path: Path) -> None:
    ran = run(
        tmp_path,
        """
        import os

        def test_one(local_aws):
            assert os.environ["AWS_ENDPOINT_URL"] == local_aws.endpoint

        def test_two():
            assert "AWS_ENDPOINT_URL" not in os.environ
            assert os.environ["AWS_PROFILE"] == "mine"
        """,
        AWS_PROFILE="mine",
    )
    assert ran.stdout.splitlines()[-1].startswith("2 passed"), ran.stdout
