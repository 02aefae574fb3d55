"""
Within which bounds the settings of a database have to be: backups, serverless capacity, insights.

What is wrong with a setting is told together with the nearest one that RDS takes. AWS's own words for these refusals are not known.

Sources: the API reference of CreateDBInstance, CreateDBCluster and ServerlessV2ScalingConfiguration; "Scaling to Zero ACUs with automatic
pause and resume for Aurora Serverless v2" in the Aurora User Guide; read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from keyturn.facts.rds import number, release_line
from keyturn.facts.rds_tables import order

BACKUP_LEAST = {"cluster": 1, "instance": 0}
BACKUP_MOST = 35
"""The days for which backups are kept."""

CAPACITY_MOST = 256
PAUSE_SECONDS = (300, 86_400)
"""The fewest and the most seconds of idleness before a pause."""

AUTO_PAUSE = {
    "aurora-mysql": {"3": "3.08.0", "8.4": "0"},
    "aurora-postgresql": {"13": "13.15", "14": "14.12", "15": "15.7", "16": "16.3", "17": "0", "18": "0"},
}
"""The first version of each release line that can pause, and so have a minimum capacity of 0."""

INSIGHTS_RETENTION = frozenset({7, 731, *(month * 31 for month in range(1, 24))})
ADVANCED_RETENTION = 465
"""What the advanced mode of Database Insights asks for at least, in days."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """
    A setting that RDS does not take.

    Attributes:
        name: The member's name in its structure, e.g. `MaxCapacity`.
        better: The nearest value that it takes.
    """

    name: str
    message: str
    better: float


def backups(kind: str, days: float | None) -> Misfit | None:
    """
    What is wrong with the days for which backups are kept.

    Args:
        kind: `cluster` or `instance`.
    """
    least = BACKUP_LEAST[kind]
    if days is None or least <= days <= BACKUP_MOST:
        return None
    nearest = min(max(int(days), least), BACKUP_MOST)
    return Misfit("BackupRetentionPeriod", f"{days} days are not between {least} and {BACKUP_MOST}", nearest)


def capacity(
    engine: str, version: str, least: float | None, most: float | None, pause: float | None
) -> Iterator[Misfit]:
    """
    What is wrong with a serverless capacity.

    Args:
        version: Empty where it is not known; then all of them can pause.
        least, most: In Aurora's units.
        pause: Seconds of idleness.
    """
    for name, units in (("MinCapacity", least), ("MaxCapacity", most)):
        if units is not None and units * 2 != int(units * 2):
            yield Misfit(name, f"{units:g} is not a multiple of 0.5", round(units * 2) / 2 or 0.5)
            return
    if least is not None and not 0 <= least <= CAPACITY_MOST:
        yield Misfit(
            "MinCapacity", f"{least:g} is not between 0 and {CAPACITY_MOST}", min(max(least, 0.5), CAPACITY_MOST)
        )
        return
    if least == 0 and not _can_pause(engine, version):
        yield Misfit("MinCapacity", f"{engine} {version} cannot pause", 0.5)
    if most is not None and not 1 <= most <= CAPACITY_MOST:
        nearest = min(max(most, 1), CAPACITY_MOST)
        yield Misfit("MaxCapacity", f"{most:g} is not between 1 and {CAPACITY_MOST}", nearest)
    elif most is not None and least is not None and most < least:
        yield Misfit("MaxCapacity", f"{most:g} is less than the minimum, {least:g}", least)
    if pause is not None and not PAUSE_SECONDS[0] <= pause <= PAUSE_SECONDS[1]:
        told = f"{pause} is not between {PAUSE_SECONDS[0]} and {PAUSE_SECONDS[1]} seconds"
        yield Misfit("SecondsUntilAutoPause", told, min(max(pause, PAUSE_SECONDS[0]), PAUSE_SECONDS[1]))


def insights(days: float | None, *, advanced: bool) -> Misfit | None:
    """
    What is wrong with the days for which Performance Insights keeps its data.

    Args:
        advanced: Whether Database Insights is in its advanced mode.
    """
    name = "PerformanceInsightsRetentionPeriod"
    if days is None:
        return None
    if days not in INSIGHTS_RETENTION:
        longer = min((each for each in INSIGHTS_RETENTION if each > days), default=max(INSIGHTS_RETENTION))
        return Misfit(name, f"{days} days are not offered", longer)
    if advanced and days < ADVANCED_RETENTION:
        told = f"the advanced mode of Database Insights keeps {ADVANCED_RETENTION} days or more"
        return Misfit(name, told, ADVANCED_RETENTION)
    return None


def _can_pause(engine: str, version: str) -> bool:
    """Whether a version can, as far as is known; it is taken to where it is not."""
    if not version or engine not in AUTO_PAUSE:
        return True
    lines = AUTO_PAUSE[engine]
    line, own = release_line(engine, version), number(engine, version)
    if own == line:
        return True
    if line not in lines:
        return order(line) > max(map(order, lines))
    return order(own) >= order(lines[line])
