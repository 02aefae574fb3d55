"""The template plans the stack again; the command writes it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from keyturn import stack
from keyturn.cli import main
from keyturn.graph import Graph
from keyturn.read import cloudformation
from keyturn.read.world import Options
from worlds import data


@pytest.fixture(scope="session", params=["yaml", "json"])
def again(request: pytest.FixtureRequest) -> Graph:
    """The dev stack, read from its own template."""
    text = stack.template(stack.Arguments("dev-001"), form=request.param)
    return cloudformation.read("template", Options(stack="keyturn-dev-001"), text=text)


def test_the_template_plans_the_same_resources(dev: Graph, again: Graph) -> None:
    assert list(again.resources) == list(dev.resources)
    for name, resource in dev.resources.items():
        other = again.resources[name]
        assert other.type == resource.type
        assert other.identity == resource.identity or resource.type == "AWS::Lambda::Permission"
        if resource.type != "AWS::Lambda::Function":
            assert data(other.properties) == data(resource.properties)
        assert other.depends_on == resource.depends_on


def test_the_package_s_place_is_asked_for(again: Graph) -> None:
    assert set(again.parameters) == {"CodeBucket", "CodeKey"}


def test_the_command_writes_template_and_package(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    package = tmp_path / "function.zip"
    assert (
        main(["template", "--suffix", "prod-7", "--format", "json", "--instances", "1", "--package", str(package)]) == 0
    )
    written: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert written["Resources"]["AuroraCluster"]["DeletionPolicy"] == "Snapshot"
    assert "AuroraInstance2" not in written["Resources"]
    assert "rotation/__init__.py" in zipfile.ZipFile(package).namelist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--suffix", "Dev"], "keyturn: error: environment suffix `Dev` has 'D' in it"),
        (["--instance-class", "db.t3.small"], "does not offer db.t3.small"),
        (["--engine-version", "9"], "`9` is not a version of Aurora MySQL"),
        (["--grace-hours", "nan"], "`nan` is not a number of hours"),
        (["--package", "/nowhere/x.zip"], "/nowhere/x.zip cannot be written: no such file or directory"),
    ],
)
def test_what_cannot_be_written_is_said_in_one_line(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", *options]) in (1, 2)
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
    assert "Traceback" not in said.err
