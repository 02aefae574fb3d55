"""The function's package: the same bytes every time, and all that the handler imports is in it."""

from __future__ import annotations

import importlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from keyturn import stack
from keyturn.local.functions.code import runtime
from keyturn.problem import Problem


def test_the_same_bytes_every_time() -> None:
    assert stack.package() == stack.package()


def test_it_holds_the_function_and_its_drivers_and_nothing_else() -> None:
    names = zipfile.ZipFile(io.BytesIO(stack.package().data)).namelist()
    assert names == sorted(names)
    folders = {name.partition("/")[0] for name in names}
    code = {"rotation", "pymysql", "pg8000", "scramp", "asn1crypto"}
    assert code < folders
    assert all(folder.endswith(".dist-info") for folder in folders - code)
    assert "rotation/__init__.py" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


IMPORT = """
import sys
import rotation.handler, rotation.{engine}
print(rotation.handler.__file__, rotation.{engine}.{driver}.__file__, callable(rotation.handler.handle))
print(*sorted({{"pymysql", "pg8000"}} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("engine", "driver", "imported"),
    [("mysql_connection", "pymysql", "pymysql"), ("postgresql_connection", "pg8000", "pg8000")],
)
def test_the_handler_and_one_driver_are_imported_from_it_and_what_lambda_has(
    tmp_path: Path, engine: str, driver: str, imported: str
) -> None:
    zipfile.ZipFile(io.BytesIO(stack.package().data)).extractall(tmp_path / "task")
    path = f"{tmp_path / 'task'}:{runtime(tmp_path)}"
    code = IMPORT.format(engine=engine, driver=driver)
    code = code.replace("rotation.postgresql_connection.pg8000", "sys.modules['pg8000']")
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {path.split(':')!r}\n{code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert ran.stdout.split() == [
        str(tmp_path / "task" / "rotation" / "handler.py"),
        str(tmp_path / "task" / driver / "__init__.py"),
        "True",
        imported,
    ], ran.stderr


def test_it_is_small() -> None:
    assert len(stack.package().data) < 2_000_000  # Lambda takes 50 MB; ours is to start fast.


def test_the_file_is_named_for_what_is_in_it(tmp_path: Path) -> None:
    package = stack.package()
    first, second = package.file(tmp_path), package.file(tmp_path)
    assert first == second == tmp_path / f"rotation-{package.digest}.zip"
    assert first.read_bytes() == package.data
    assert [each.name for each in tmp_path.iterdir()] == [first.name]


def test_without_its_driver_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("keyturn.stack.package"), "DRIVERS", ("a_driver_that_is_not_there",))
    with pytest.raises(Problem, match="needs a_driver_that_is_not_there, which is not installed"):
        stack.package()
