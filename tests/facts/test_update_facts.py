"""Facts are renewed from releases that come after those they were made of; what is known of older ones is kept."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = ("rds_versions.csv", "rds_prices.csv", "rds_classes.csv")


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The tool, with a copy of the facts to write to."""
    spec = importlib.util.spec_from_file_location("update_rds_facts", ROOT / "tools" / "update_rds_facts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    for name in FILES:
        shutil.copy(module.DATA / name, tmp_path)
    monkeypatch.setattr(module, "DATA", tmp_path)
    return module


def wheel(folder: Path, day: str, offered: list[str], withdrawn: list[str] | None) -> None:
    """A release of cfn-lint that knows one engine; `withdrawn` is None where it no longer tells."""
    folder.mkdir(exist_ok=True)
    base = "cfnlint/data/schemas/"

    def rules(versions: list[str]) -> str:
        return json.dumps(
            {
                "allOf": [
                    {
                        "if": {"properties": {"Engine": {"const": "mysql"}, "EngineVersion": {"enum": versions}}},
                        "then": {"properties": {"EngineVersion": {"enum": versions}}},
                    }
                ]
            }
        )

    sold = {
        "us-east-1": {
            "allOf": [
                {
                    "if": {"properties": {"Engine": {"const": "mysql"}}},
                    "then": {"properties": {"DBInstanceClass": {"enum": ["db.m9.large"]}}},
                }
            ]
        }
    }
    with zipfile.ZipFile(folder / f"cfn_lint-{day}-py3-none-any.whl", "w") as archive:
        archive.writestr(base + "version.json", json.dumps({"schema_date": day}))
        archive.writestr(base + "extensions/aws_rds_dbinstance/engine_version.json", rules(offered + (withdrawn or [])))
        if withdrawn is not None:
            archive.writestr(base + "extensions/aws_rds_dbinstance/engine_version_deprecated.json", rules(withdrawn))
        for service in ("rds", "docdb", "neptune"):
            name = f"extensions/aws_{service}_dbinstance/dbinstanceclass_enum.json"
            archive.writestr(base + name, json.dumps(sold if service == "rds" else {}))


def start(folder: Path, rows: str) -> None:
    (folder / "rds_versions.csv").write_text(
        "# cfn-lint 1 (MIT-0), data of 2026-01-01, and 1 releases before it, the first of 2025-01-01\n# Written.\n"
        f"engine,version,first_seen,last_seen,gone_by\n{rows}"
    )


ROWS = "mysql,8.0.1,,,2025-01-01\nmysql,8.0.2,2025-01-01,2025-01-01,2026-01-01\nmysql,8.0.3,2025-01-01,2026-01-01,\n"


def test_a_release_after_those_that_are_known_is_added(tool: ModuleType, tmp_path: Path) -> None:
    start(tmp_path, ROWS + "postgres,16.1,2025-01-01,2026-01-01,\n")
    wheel(tmp_path / "wheels", "2026-05-01", ["8.0.4"], ["8.0.1", "8.0.2", "8.0.3"])
    tool.main(tmp_path / "wheels")
    lines = (tmp_path / "rds_versions.csv").read_text().splitlines()
    assert lines[0].endswith("data of 2026-05-01, and 2 releases before it, the first of 2025-01-01")
    assert lines[3:] == [
        "mysql,8.0.1,,,2025-01-01",
        "mysql,8.0.2,2025-01-01,2025-01-01,2026-01-01",
        "mysql,8.0.3,2025-01-01,2026-01-01,2026-05-01",
        "mysql,8.0.4,2026-05-01,2026-05-01,",
        "postgres,16.1,2025-01-01,2026-01-01,",
    ]
    assert "mysql,m9,large,*" in (tmp_path / "rds_prices.csv").read_text()


def test_one_that_no_longer_tells_what_is_withdrawn_adds_only_what_is_newer_than_all(
    tool: ModuleType, tmp_path: Path
) -> None:
    start(tmp_path, ROWS)
    wheel(tmp_path / "wheels", "2026-05-01", ["8.0.0", "8.0.2", "8.0.3", "8.0.9"], ["none-of-mysql"])
    wheel(tmp_path / "wheels", "2026-06-01", ["8.0.0", "8.0.2", "8.0.3", "8.0.9"], None)
    release = tool.read(tmp_path / "wheels" / "cfn_lint-2026-06-01-py3-none-any.whl")
    release.offered.clear()
    history, _ = tool.known()
    added = tool.after(history, release)
    assert {key: days for key, days in added.items() if history.get(key) != days} == {
        ("mysql", "8.0.9"): ("2026-06-01", "2026-06-01", "")
    }


def test_what_is_known_already_changes_nothing(tool: ModuleType, tmp_path: Path) -> None:
    before = [(tmp_path / name).read_text() for name in FILES]
    wheel(tmp_path / "wheels", "2024-07-01", ["8.0.4"], ["8.0.3"])
    tool.main(tmp_path / "wheels")
    assert [(tmp_path / name).read_text() for name in FILES] == before


def test_one_release_after_another_is_the_same_as_both_at_once(tool: ModuleType, tmp_path: Path) -> None:
    for way in ("both", "each"):
        start(tmp_path, ROWS)
        wheel(tmp_path / way, "2026-05-01", ["8.0.4"], ["8.0.3"])
        if way == "each":
            tool.main(tmp_path / way)
        wheel(tmp_path / way, "2026-06-01", ["8.0.3", "8.0.5"], ["8.0.4"])
        tool.main(tmp_path / way)
        if way == "both":
            both = (tmp_path / "rds_versions.csv").read_text()
    assert (tmp_path / "rds_versions.csv").read_text() == both


def test_there_is_one_command_for_it_and_it_is_documented() -> None:
    assert "tools/update_facts.py" in (ROOT / "Makefile").read_text()
    assert "`make facts`" in (ROOT / "CONTRIBUTING.md").read_text()
    script = (ROOT / "tools" / "update_facts.py").read_text()
    for name in (
        "update_rds_facts.py",
        "generate_managed_policies.py",
        "fetch_rds_certificates.py",
        "generate_resource_types.py",
    ):
        assert name in script
        assert (ROOT / "tools" / name).is_file()
