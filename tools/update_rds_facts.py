"""
Write the package's tables of RDS engine versions and DB instance classes from their sources.

AWS publishes no list of the versions and classes it once offered. cfn-lint has carried, in every release since June 2024, what
DescribeDBEngineVersions and the price list answered on the day of the release (MIT-0); so a row of its releases is a history.

    pip download --no-deps --dest WHEELS cfn-lint
    python tools/update_rds_facts.py WHEELS

Adds what the releases in WHEELS say to the history that is there; releases that are in it already change nothing. Writes
`rds_versions.csv`, `rds_prices.csv` and `rds_classes.csv` under src/keyturn/facts/data/. The class table comes from
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
from typing import Any, TypeAlias

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


Days: TypeAlias = tuple[str, str, str]
"""The first and the last day a version was seen offered, and the first day it was seen withdrawn; empty where it was not."""
History: TypeAlias = dict[tuple[str, str], Days]
"""By engine and version. One that was withdrawn before the first release has only the last day; one still offered lacks it."""


def known() -> tuple[History, list[str]]:
    """The history that is there, and the days of its first and its last release, with how many there were."""
    lines = (DATA / "rds_versions.csv").read_text().splitlines()
    found = re.search(r"data of (\S+), and (\d+) releases before it, the first of (\S+)", lines[0])
    assert found is not None, "the first line says which releases it is of"
    last, before, first = found.groups()
    rows = csv.reader(lines[3:])
    return {(engine, version): (seen, still, gone) for engine, version, seen, still, gone in rows}, [
        first,
        last,
        before,
    ]


def after(history: History, release: Release) -> History:
    """A history with one more release, of a later day, in it."""
    made, day_ = dict(history), str(release.day)
    for engine, listed in release.listed.items():
        offered = release.offered.get(engine)
        ours = {version: days for (name, version), days in history.items() if name == engine}
        latest = max((still for _, still, _ in ours.values()), default="")
        before = {version for version, (_, still, _) in ours.items() if still and still == latest}
        for version in sorted(listed | ours.keys()) if engine else ():
            first, still, gone = ours.get(version, ("", "", ""))
            if offered is None:
                # The releases no longer tell which of this engine's versions are withdrawn; one that is newer than all has come.
                if version not in ours and before and newer(version, before):
                    made[engine, version] = day_, day_, ""
            elif version in offered:
                made[engine, version] = first or day_, day_, ""
            elif not gone:
                made[engine, version] = first, still, day_
    return made


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
    history, (first, last, count) = known()
    new = [release for release in releases if str(release.day) > last]
    for release in new:
        history = after(history, release)
    if new:
        newest = new[-1]
        source = f"cfn-lint {newest.wheel.name.split('-')[1]} (MIT-0), data of {newest.day}"
        write(
            "rds_versions.csv",
            f"{source}, and {int(count) + len(new)} releases before it, the first of {first}",
            "engine,version,first_seen,last_seen,gone_by",
            (
                (*key, *days)
                for key, days in sorted(history.items(), key=lambda item: (item[0][0], natural(item[0][1])))
            ),
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
