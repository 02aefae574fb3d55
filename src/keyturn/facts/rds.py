"""
What RDS and Aurora offer: engine versions, and the DB instance classes of each version; and what they answer to the rest.

Sources: Aurora User Guide, "Supported DB engines for DB instance classes"; RDS User Guide, "Supported DB engines for all available DB
instance classes"; DescribeDBEngineVersions, DescribeOrderableDBInstanceOptions and price lists as carried by cfn-lint up to
2026-10-20. Each table in `data/` names its own. What they do not decide is `Unknown`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from keyturn.facts import rds_tables as tables
from keyturn.facts.error import AwsError
from keyturn.facts.rds_tables import DATA_DAY, FIRST_DAY, Offer, order
from keyturn.resembling import resembling

SHORT_FORMS = {"aurora-mysql": {"5.7": "2", "8.0": "3", "8.4": "8.4"}}
"""Versions that stand for the newest one of a release line, where the line is called otherwise."""
AT_LEAST = timedelta(days=365)
"""
How long a minor version is offered at the least: what is known of a version of which no later list tells whether it was withdrawn.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MariaDB.Concepts.VersionMgmt.html
"""
CURRENT = timedelta(days=180)
"""For how long a price list is taken to hold for regions: new ones are sold in more of them every month."""
LICENSES = {
    "postgres": "postgresql-license",
    "aurora-postgresql": "postgresql-license",
}
"""What RDS fills in as LicenseModel where none is given; `general-public-license` for the others."""


LEGACY = frozenset({"m1", "m2", "m3", "m4", "r3", "r4", "t1", "t2"})
"""Families that price lists still have and that hardly any version offers: the last to be suggested."""


@dataclass(frozen=True, slots=True)
class Offered:
    """It can be had."""


@dataclass(frozen=True, slots=True)
class NotOffered:
    """It is refused. `nearest` has what could be taken instead, the best first; it may be empty."""

    nearest: tuple[str, ...] = ()
    since: date | None = None
    """For a version that was withdrawn: a day by which it was gone."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """The facts do not decide."""

    because: str


_NO_LIST = Unknown("no list of the classes of this engine is at hand")


def version(engine: str, name: str, as_of: date | None = None) -> Offered | NotOffered | Unknown:
    """Whether an engine version can be created on a day (default: today)."""
    day = as_of or datetime.now(UTC).date()
    known = tables.versions(engine)
    if engine.startswith("custom-") and name not in known:
        return Unknown(f"{name} may be a custom engine version of the account's own")
    if not known:
        return Unknown(f"no list of the versions of {engine} is at hand")
    line = release_line(engine, name)
    of_line = [row for row in known.values() if release_line(engine, row.name) == line and not _short(engine, row.name)]
    if _short(engine, name):
        answers = [_on(day, row, engine) for row in of_line]
        if any(isinstance(answer, Offered) for answer in answers):
            return Offered()
        if answers and all(isinstance(answer, NotOffered) for answer in answers):
            return NotOffered(_nearest_versions(engine, name, day), max(row.gone_by or FIRST_DAY for row in of_line))
        return Unknown(f"whether any {engine} {name} was offered on {day} is not known")
    if name in known:
        return _on(day, known[name], engine)
    if not of_line or order(name) > max(order(row.name) for row in of_line):
        return Unknown(f"{engine} {name} may be newer than the list of {DATA_DAY}")
    return NotOffered(_nearest_versions(engine, name, day))


def _on(day: date, row: tables.Version, engine: str) -> Offered | NotOffered | Unknown:
    """What is known of a version that is in the list, for a day."""
    if row.gone_by and day >= row.gone_by:
        return NotOffered(_nearest_versions(engine, row.name, day), since=row.gone_by)
    if row.first_seen is None or (day < row.first_seen and row.first_seen > FIRST_DAY):
        return Unknown(f"whether {engine} {row.name} was offered on {day} is not known")
    if row.last_seen is None or day <= row.last_seen or row.last_seen == DATA_DAY:
        return Offered()
    if row.gone_by:
        return Unknown(f"{engine} {row.name} was withdrawn between {row.last_seen} and {row.gone_by}")
    if day > row.first_seen + AT_LEAST:
        return Unknown(f"{engine} {row.name} was last seen offered on {row.last_seen}")
    return Offered()


def _surely(row: tables.Version, day: date) -> bool:
    """Whether a version is known to be offered on a day."""
    if row.first_seen is None or row.last_seen is None or (row.gone_by and day >= row.gone_by):
        return False
    return row.last_seen == DATA_DAY or day <= max(row.last_seen, row.first_seen + AT_LEAST)


def _extended(engine: str, name: str) -> bool:
    """Whether a version can be had in Extended Support only: its releases have a suffix, or its line has ended."""
    return "-" in name or (engine == "aurora-mysql" and release_line(engine, name) == "2")


def _short(engine: str, name: str) -> bool:
    """Whether a version stands for the newest one of its release line."""
    return name in SHORT_FORMS.get(engine, {}) or number(engine, name) == release_line(engine, name)


def offered(
    engine: str, name: str, instance_class: str, region: str = "us-east-1", as_of: date | None = None
) -> Offered | NotOffered | Unknown:
    """
    Whether an engine version offers a DB instance class in a region.

    Args:
        name: The engine version, e.g. `8.0.mysql_aurora.3.04.0` or the short `8.0`.
        instance_class: With its prefix, e.g. `db.t3.medium`.
    """
    family, _, size = instance_class.removeprefix("db.").partition(".")
    rows, sold = tables.offers(engine), tables.sold(engine)
    where = sold.get((family, size))
    answer = _in_line(rows, release_line(engine, name), number(engine, name), family, size) if rows else _NO_LIST
    if sold and where is None:
        new = family not in tables.families()
        answer = (
            Unknown(f"classes of the family {family} may be newer than the list of {DATA_DAY}") if new else NotOffered()
        )
    elif where is not None and region not in where and any(region in others for others in sold.values()):
        late = (as_of or datetime.now(UTC).date()) > DATA_DAY + CURRENT
        answer = Unknown(f"{instance_class} was not sold in {region} on {DATA_DAY}") if late else NotOffered()
    elif isinstance(answer, NotOffered) and where and family.startswith("t") and size in ("xlarge", "2xlarge"):
        answer = Unknown(f"the price list of {region} has {instance_class}, the list of classes has not")
    return (
        NotOffered(_nearest_classes(engine, name, instance_class, region)) if isinstance(answer, NotOffered) else answer
    )


def offered_by_default(
    engine: str, instance_class: str, region: str, as_of: date | None = None
) -> Offered | NotOffered | Unknown:
    """Whether a class is offered by the version that AWS takes where none is given: some version in standard support."""
    day = as_of or datetime.now(UTC).date()
    known = [row.name for row in tables.versions(engine).values() if _surely(row, day) and not _short(engine, row.name)]
    names = [name for name in known if not _extended(engine, name)]
    answers = [offered(engine, name, instance_class, region, as_of) for name in names or ("",)]
    refusals = [answer for answer in answers if isinstance(answer, NotOffered)]
    if len(refusals) == len(answers):
        named = Counter(each for refusal in refusals for each in refusal.nearest)
        return NotOffered(tuple(each for each, _ in named.most_common(3)))  # What most versions offer instead.
    if all(isinstance(answer, Offered) for answer in answers):
        return Offered()
    return Unknown(f"which version of {engine} AWS takes, and so whether it offers {instance_class}, is not known")


def classes(engine: str, name: str, region: str = "us-east-1") -> dict[str, Offered | NotOffered | Unknown]:
    """All classes that AWS sells for an engine in a region, each with whether this version offers it."""
    found = sorted((family, size) for (family, size), where in tables.sold(engine).items() if region in where)
    names = [f"db.{family}.{size}" if size else f"db.{family}" for family, size in found]
    return {each: offered(engine, name, each, region) for each in sorted(names, key=_by_size)}


def release_line(engine: str, name: str) -> str:
    """The release line that a version belongs to: `3` of Aurora MySQL, `16` of PostgreSQL, `8.0` of MySQL."""
    if engine == "aurora-mysql":
        if name in SHORT_FORMS[engine]:
            return SHORT_FORMS[engine][name]
        own = number(engine, name).split(".")
        return own[0] if own[0] in ("1", "2", "3") else ".".join(own[:2])
    parts = name.split(".")
    if "postgres" in engine and parts[0] != "9":
        return parts[0]
    return ".".join(parts[:2])


def release_lines(engine: str) -> frozenset[str]:
    """All release lines of an engine of which any version was ever seen."""
    return frozenset(release_line(engine, name) for name in tables.versions(engine))


def number(engine: str, name: str) -> str:
    """The version by which an engine's own documentation counts: `3.04.0` for `8.0.mysql_aurora.3.04.0`."""
    if name in SHORT_FORMS.get(engine, {}):
        return SHORT_FORMS[engine][name]
    return name.partition("mysql_aurora.")[2] or name


def _in_line(
    rows: tuple[Offer, ...], line: str, version_number: str, family: str, size: str
) -> Offered | NotOffered | Unknown:
    matching = [row for row in rows if row.family == family and (not row.sizes or size in row.sizes)]
    own = next((row for row in matching if row.line == line), None)
    if own is None:
        listed = matching or [row for row in rows if row.family == family and row.line == line]
        if listed and any(row.line == line for row in rows):
            return NotOffered()
        return Unknown(f"the lists do not say which classes release line {line} offers")
    if own.offered_from == "*" and not own.absent_from:
        return Offered()
    if version_number == line:  # The newest one of the line will be taken.
        return (
            Offered()
            if own.offered_from and not own.absent_from
            else Unknown(f"the newest {line} may not offer the class")
        )
    if own.absent_before and order(version_number) < order(own.absent_before):
        return NotOffered()
    if own.absent_from and order(version_number) >= order(own.absent_from):
        return NotOffered()
    if own.offered_from and (own.offered_from == "*" or order(version_number) >= order(own.offered_from)):
        return Offered()
    return Unknown(f"since which version of release line {line} the class is offered is not documented")


def _nearest_versions(engine: str, name: str, day: date) -> tuple[str, ...]:
    """Versions that are offered instead: the next newer ones of the release line, else its newest; else those of the next line."""
    offered_then = [
        row.name for row in tables.versions(engine).values() if _surely(row, day) and not _short(engine, row.name)
    ]
    line = [other for other in offered_then if release_line(engine, other) == release_line(engine, name)]
    if not line:
        supported = [
            other for other in offered_then if "-" not in other
        ]  # Versions with a suffix are in Extended Support.
        later = sorted((other for other in supported if order(other) > order(name)), key=order)
        next_line = release_line(engine, later[0]) if later else ""
        line = [other for other in later if release_line(engine, other) == next_line]
        return tuple(sorted(line, key=order, reverse=True)[:3])
    alike = [
        other for other in line if other.partition("-")[2:] == name.partition("-")[2:]
    ]  # `-limitless` is a kind of its own.
    line = alike or line
    newer = [other for other in line if order(other) > order(name)]
    return tuple(sorted(newer, key=order)[:3] or sorted(line, key=order, reverse=True)[:3])


def _nearest_classes(engine: str, name: str, instance_class: str, region: str) -> tuple[str, ...]:
    """Classes that are offered instead: of the same family, the next bigger one first; else of a family alike."""
    family, _, size = instance_class.removeprefix("db.").partition(".")
    line, own = release_line(engine, name), number(engine, name)
    rows = tables.offers(engine)
    fits = [
        (other, its_size)
        for (other, its_size), where in tables.sold(engine).items()
        if its_size
        and region in where
        and (not rows or isinstance(_in_line(rows, line, own, other, its_size), Offered))
    ]
    alike = [pair for pair in fits if pair[0] == family] or [pair for pair in fits if pair[0][0] == family[:1]] or fits
    bigger = [pair for pair in alike if _size(pair[1]) >= _size(size)] or alike

    def far(pair: tuple[str, str]) -> tuple[int, bool, bool, str]:
        return _size(pair[1]), pair[0] in LEGACY, pair[0][:2] != family[:2], pair[0]

    return tuple(f"db.{other}.{its_size}" for other, its_size in sorted(bigger, key=far)[:3])


_SIZES = ("micro", "small", "medium", "large", "xlarge")


def _size(size: str) -> int:
    """Sizes in their order: small before medium, 2xlarge before 16xlarge."""
    if size in _SIZES:
        return _SIZES.index(size)
    times = size.removesuffix("xlarge")
    return len(_SIZES) + int(times) if times.isdigit() else 0


def _by_size(instance_class: str) -> tuple[str, int]:
    family, _, size = instance_class.removeprefix("db.").partition(".")
    return family, _size(size)


def did_you_mean(engine: str, instance_class: str) -> str | None:
    """The class that was probably meant, for one that does not exist at all."""
    names = [f"db.{family}.{size}" if size else f"db.{family}" for family, size in tables.sold(engine)]
    return resembling(instance_class, names) or None


def combination_refused(engine: str, name: str, instance_class: str) -> AwsError:
    """The answer of CreateDBInstance to a class that the engine version does not offer."""
    return AwsError(
        "InvalidParameterCombination",
        "RDS does not support creating a DB instance with the following combination: "
        f"DBInstanceClass={instance_class}, Engine={engine}, EngineVersion={name}, "
        f"LicenseModel={LICENSES.get(engine, 'general-public-license')}. For supported combinations of instance class and "
        "database engine version, see the documentation.",
    )


def version_not_found(engine: str, name: str) -> AwsError:
    """The answer to a version that does not exist, or no longer."""
    return AwsError("InvalidParameterCombination", f"Cannot find version {name} for {engine}")
