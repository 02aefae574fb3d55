"""
Write the package's tables of RDS engine versions and DB instance classes from their sources.

AWS publishes no list of the versions and classes it once offered. cfn-lint has carried, in every release since June 2024, what
DescribeDBEngineVersions and the price list answered on the day of the release (MIT-0); so a row of its releases is a history.

    pip download --no-deps --dest WHEELS cfn-lint==1.58.0   (and each older release that the history shall include)
    python tools/update_rds_facts.py WHEELS

Writes `rds_versions.csv`, `rds_prices.csv` and `rds_classes.csv` under src/keyturn/facts/data/. The class table comes from
`tools/rds/classes.csv`, which is kept by hand.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE.parent / "src/keyturn/facts/data"
SCHEMAS = "cfnlint/data/schemas/"
VERSIONS = "extensions/aws_rds_db{}/engine_version{}.json"
PRICES = "extensions/aws_{}_dbinstance/dbinstanceclass_enum.json"


@dataclass
class Release:
    """What one release of cfn-lint says."""

    day: date
    wheel: Path
    offered: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    listed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Every version it names, withdrawn ones included."""


def read(wheel: Path) -> Release:
    """Read the engine versions that one release of cfn-lint carries."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        release = Release(day(archive), wheel)
        withdrawn: dict[str, set[str]] = defaultdict(set)
        for resource in ("instance", "cluster"):
            if (name := SCHEMAS + VERSIONS.format(resource, "")) in names:
                for rule in json.loads(archive.read(name))["allOf"]:
                    engine = rule["if"]["properties"]["Engine"].get("const")
                    release.listed[engine].update(enumerated(rule["then"]["properties"].get("EngineVersion", {})))
            if (name := SCHEMAS + VERSIONS.format(resource, "_deprecated")) in names:
                for rule in json.loads(archive.read(name))["allOf"]:
                    condition = rule["if"]["properties"]
                    withdrawn[condition["Engine"]["const"]].update(condition["EngineVersion"]["enum"])
        says_withdrawn = bool(withdrawn)
        for engine, versions in release.listed.items():
            if not says_withdrawn or withdrawn[engine]:
                release.offered[engine] = versions - withdrawn[engine]
        return release


def day(archive: zipfile.ZipFile) -> date:
    """The day of a release's data: what it says itself, else the day it was packed."""
    if SCHEMAS + "version.json" in archive.namelist():
        return date.fromisoformat(json.loads(archive.read(SCHEMAS + "version.json"))["schema_date"][:10])
    return max(date(*entry.date_time[:3]) for entry in archive.infolist())


def enumerated(schema: dict[str, Any]) -> Iterator[str]:
    for part in (schema, *schema.get("anyOf", ())):
        yield from map(str, part.get("enum", ()))


def history(releases: list[Release]) -> Iterator[tuple[str, ...]]:
    """
    A row per engine and version: the first and the last day it was seen offered, and the first day it was seen withdrawn.

    A version that was withdrawn before the first release has only the last of the three; one that is still offered lacks it.
    """
    engines = sorted({engine for release in releases for engine in release.listed if engine})
    for engine in engines:
        telling = [release for release in releases if engine in release.offered]
        for version in sorted(set().union(*(release.listed[engine] for release in releases)), key=natural):
            seen = [release.day for release in telling if version in release.offered[engine]]
            missing = [
                release.day
                for release in telling
                if version not in release.offered[engine] and (not seen or release.day > max(seen))
            ]
            if not seen and telling and newer(version, telling[-1].offered[engine]):
                # It came when the releases no longer told which of this engine's versions are withdrawn.
                seen, missing = [min(release.day for release in releases if version in release.listed[engine])], []
            days = min(seen, default=None), max(seen, default=None), min(missing, default=None)
            yield engine, version, *(str(day) if day else "" for day in days)


def newer(version: str, offered: set[str]) -> bool:
    """Whether a version is newer than all that were offered of its release line; than all, if none of its line were."""
    line = version.split(".")[:2]
    return all(natural(version) > natural(each) for each in offered if each.split(".")[:2] == line) and (
        any(each.split(".")[:2] == line for each in offered) or natural(version) > max(map(natural, offered))
    )


def prices(wheel: Path) -> Iterator[tuple[str, ...]]:
    """A row per engine and group of classes: the regions whose price list names them; `-` before a region says all but it."""
    sold: dict[tuple[str, str], set[str]] = defaultdict(set)
    with zipfile.ZipFile(wheel) as archive:
        for service in ("rds", "docdb", "neptune"):
            for region, schema in json.loads(archive.read(SCHEMAS + PRICES.format(service))).items():
                for engine, name in classes_in(schema, service) if isinstance(schema, dict) else ():
                    sold[engine, name].add(region)
    groups: dict[tuple[str, str, frozenset[str]], list[str]] = defaultdict(list)
    everywhere = {engine: set().union(*(r for (e, _), r in sold.items() if e == engine)) for engine, _ in sold}
    for (engine, name), where in sold.items():
        family, _, size = name.removeprefix("db.").partition(".")
        groups[engine, family, frozenset(where)].append(size)
    for (engine, family, where), sizes in sorted(groups.items(), key=lambda item: (*item[0][:2], sorted(item[0][2]))):
        absent = everywhere[engine] - where
        named = [f"-{region}" for region in sorted(absent)] if len(absent) < len(where) else sorted(where)
        yield engine, family, " ".join(sorted(sizes, key=natural)), " ".join(named) or "*"
    for engine, where in sorted(everywhere.items()):
        yield engine, "", "", " ".join(sorted(where))


def classes_in(schema: dict[str, Any], service: str) -> Iterator[tuple[str, str]]:
    for name in schema.get("enum", ()):
        yield service, name
    for rule in schema.get("allOf", ()):
        for name in rule["then"]["properties"]["DBInstanceClass"]["enum"]:
            yield rule["if"]["properties"]["Engine"]["const"], name


def classes() -> Iterator[tuple[str, ...]]:
    with (HERE / "rds/classes.csv").open() as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            for line in row["line"].split():
                for family in row["families"].split():
                    yield (
                        row["engine"],
                        line,
                        family,
                        row["sizes"],
                        row["absent_before"],
                        row["offered_from"],
                        row["absent_from"],
                    )


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    return tuple((0, int(part)) if part.isdigit() else (1, part) for part in re.findall(r"\d+|\D+", text))


def write(name: str, source: str, header: str, rows: Iterable[tuple[str, ...]]) -> None:
    with (DATA / name).open("w", newline="") as file:
        file.write(f"# {source}\n# Written by tools/update_rds_facts.py.\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def main(wheels: Path) -> None:
    releases = sorted((read(wheel) for wheel in wheels.glob("cfn_lint-*.whl")), key=lambda release: release.day)
    newest = releases[-1]
    source = f"cfn-lint {newest.wheel.name.split('-')[1]} (MIT-0), data of {newest.day}"
    write(
        "rds_versions.csv",
        f"{source}, and {len(releases) - 1} releases before it, the first of {releases[0].day}",
        "engine,version,first_seen,last_seen,gone_by",
        history(releases),
    )
    write("rds_prices.csv", source, "engine,family,sizes,regions", prices(newest.wheel))
    write(
        "rds_classes.csv",
        "tools/rds/classes.csv, which names the page and the day of each row",
        "engine,line,family,sizes,absent_before,offered_from,absent_from",
        classes(),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
