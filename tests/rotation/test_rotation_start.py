"""Starting the function costs what it must: it imports nothing that the configured engine does not need."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.rotation import START, VARIABLES

UNUSED = {"boto3", "s3transfer", "multiprocessing", "asyncio", "sqlite3", "unittest"}
"""boto3 alone brings what S3 needs."""


@pytest.mark.parametrize(("engine", "others"), [("mysql", {"pg8000", "scramp"}), ("postgres", {"pymysql"})])
def test_it_imports_what_it_needs_and_no_more(engine: str, others: set[str]) -> None:
    code = START.replace("from rotation", "from keyturn.rotation") + "print(*sys.modules)"
    environment = {**os.environ, **VARIABLES, "ENGINE": engine}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    loaded = set(ran.stdout.splitlines()[1].split())
    assert "botocore" in loaded
    assert (UNUSED | others) & loaded == set()
