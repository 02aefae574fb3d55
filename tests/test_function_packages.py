"""The code of functions where it is at hand, in folders and zip files: what checks see of it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from keyturn.check import Finding, run
from keyturn.checks.evidence.packages import package_of
from keyturn.checks.evidence.steps import writes
from keyturn.checks.lambda_handler_missing import lambda_handler_missing
from keyturn.checks.lambda_module_missing import lambda_module_missing
from keyturn.graph import Graph
from keyturn.read import read

HANDLER = "import pymysql\n\n\ndef handle(event, context):\n    return pymysql.connect()\n"


def world(folder: Path, code: str, metadata: dict[str, str] | None = None) -> Graph:
    properties = {"Runtime": "python3.12", "Handler": "app.handle", "Role": "arn:aws:iam::123456789012:role/rotate"}
    function = {"Type": "AWS::Lambda::Function", "Properties": {**properties, "Code": code}, "Metadata": metadata or {}}
    (folder / "template.json").write_text(json.dumps({"Resources": {"Rotate": function}}))
    return read(str(folder / "template.json"))[0]


def said(graph: Graph) -> tuple[list[str], list[str]]:
    result = run((lambda_handler_missing, lambda_module_missing), graph)
    found = [each.message for _, each in result.findings if isinstance(each, Finding)]
    return found, [each.because for _, each in result.undecided]


def test_a_folder_is_what_will_be_deployed(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text(HANDLER)
    missing = "Rotate imports `pymysql`, which neither its package nor the runtime has (app.py)"
    assert said(world(tmp_path, "code")) == ([missing], [])
    (tmp_path / "code" / "pymysql").mkdir()
    (tmp_path / "code" / "pymysql" / "__init__.py").write_text("")
    assert said(world(tmp_path, "code")) == ([], [])


def test_a_folder_that_is_built_first_leaves_it_open(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(HANDLER)
    (tmp_path / "requirements.txt").write_text("pymysql\n")
    assert said(world(tmp_path, ".")) == ([], ["whether the build installs `pymysql` is not known"])


def test_a_zip_file_and_an_asset_of_the_cdk_are_looked_into(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "asset.zip", "w") as archive:
        archive.writestr("main.py", HANDLER)
    assert said(world(tmp_path, "asset.zip")) == (["the code of Rotate has no module `app`"], [])
    noted = {"aws:asset:path": "asset.zip", "aws:asset:property": "Code"}
    assert said(world(tmp_path, "s3://assets/1.zip", noted)) == (["the code of Rotate has no module `app`"], [])


def test_a_library_beside_the_code_may_do_the_steps(tmp_path: Path) -> None:
    code = tmp_path / "code"
    (code / "rotating").mkdir(parents=True)
    (code / "rotating-1.0.dist-info").mkdir()
    (code / "rotating-1.0.dist-info" / "METADATA").write_text("")
    (code / "rotating" / "__init__.py").write_text("def rotate(client):\n    client.put_secret_value()\n")
    (code / "app.py").write_text("from rotating import rotate as handle\n")
    graph = world(tmp_path, "code")
    package = package_of(graph.resources["Rotate"], graph)
    assert package is not None
    assert [*package.trees] == ["app.py"], "what is installed is not the user's own"
    assert writes(package)
    assert said(graph) == ([], [])


@pytest.mark.parametrize("code", ["elsewhere", "s3://packages/rotate.zip", "damaged.zip"])
def test_of_what_is_not_at_hand_nothing_is_said(code: str, tmp_path: Path) -> None:
    (tmp_path / "damaged.zip").write_bytes(b"PK\x03\x04 and no more")
    graph = world(tmp_path, code)
    assert package_of(graph.resources["Rotate"], graph) is None
    assert said(graph) == ([], [])


def test_code_that_cannot_be_parsed_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "app.py").write_text("def handle(event, context)\n")
    assert said(world(tmp_path, "code")) == ([], [])
