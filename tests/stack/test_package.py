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
from keyturn.problem import Problem


def test_the_same_bytes_every_time() -> None:
    assert stack.package() == stack.package()


def test_it_holds_the_function_and_its_driver_and_nothing_else() -> None:
    names = zipfile.ZipFile(io.BytesIO(stack.package().data)).namelist()
    assert names == sorted(names)
    assert {name.partition("/")[0] for name in names} == {"rotation", "pymysql"}
    assert "rotation/__init__.py" in names
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]


def test_the_handler_can_be_imported_from_it_alone(tmp_path: Path) -> None:
    names = zipfile.ZipFile(io.BytesIO(stack.package().data)).namelist()
    if "rotation/handler.py" not in names:
        pytest.skip("the handler is not there yet")
    zipfile.ZipFile(io.BytesIO(stack.package().data)).extractall(tmp_path)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import rotation.handler as h; print(h.__file__, callable(h.handle))"
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert ran.stdout.split() == [str(tmp_path / "rotation" / "handler.py"), "True"], ran.stderr


def test_the_file_is_named_for_what_is_in_it(tmp_path: Path) -> None:
    package = stack.package()
    first, second = package.file(tmp_path), package.file(tmp_path)
    assert first == second == tmp_path / f"rotation-{package.digest}.zip"
    assert first.read_bytes() == package.data
    assert [each.name for each in tmp_path.iterdir()] == [first.name]


def test_without_its_driver_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.import_module("keyturn.stack.package"), "DRIVER", "a_driver_that_is_not_there")
    with pytest.raises(Problem, match="needs a_driver_that_is_not_there, which is not installed"):
        stack.package()
