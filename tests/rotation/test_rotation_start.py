"""Starting the function costs what it must: it imports nothing that the configured engine does not need."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from bench.rotation import START, VARIABLES

UNUSED = {"boto3", "s3transfer", "multiprocessing", "asyncio", "sqlite3", "unittest"}
"""boto3 alone brings what S3 needs."""


def started(code: str, **variables: str) -> str:
    """What a process prints that imports the handler as Lambda does, and then runs this."""
    whole = START.replace("from rotation", "from keyturn.rotation") + code
    environment = {**os.environ, **VARIABLES, **variables}
    ran = subprocess.run([sys.executable, "-c", whole], env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.parametrize(("engine", "others"), [("mysql", {"pg8000", "scramp"}), ("postgres", {"pymysql"})])
def test_it_imports_what_it_needs_and_no_more(engine: str, others: set[str]) -> None:
    loaded = set(started("print(*sys.modules)", ENGINE=engine).splitlines()[-1].split())
    assert "botocore" in loaded
    assert (UNUSED | others) & loaded == set()


def test_all_that_is_slow_is_done_while_lambda_starts_it() -> None:
    """It has a whole processor then, and with 256 MB a seventh of one afterwards."""
    code = "print(handler._container.cache_info().currsize, 'pymysql' in sys.modules)"
    assert started(code, ENGINE="mysql").splitlines()[-1] == "1 True"


def test_a_wrong_setting_does_not_keep_it_from_starting_and_is_told_in_a_line() -> None:
    code = """
try:
    handler.handle({"keyturn": "status"}, None)
except Exception as error:
    print(type(error).__name__)
"""
    *_, line, raised = started(code, ENGINE="oracle").splitlines()
    assert json.loads(line)["outcome"] == "rejected"
    assert "ENGINE is 'oracle'" in json.loads(line)["because"]
    assert raised == "Rejected"
