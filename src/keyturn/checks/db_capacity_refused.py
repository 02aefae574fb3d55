"""
A serverless capacity is out of what Aurora offers.

Capacity goes in half steps, from 0.5 (from 0 where the version can pause) up to 256 units, and the most is not less than the least.

Fix: take numbers within these bounds.

Why it matters: the cluster is refused.

Scope: Aurora clusters with a `ServerlessV2ScalingConfiguration`

Noticed: at deployment, when the cluster is created

Recovery: change the numbers and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html
  https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import number
from keyturn.facts.rds import number as version_number
from keyturn.facts.rds import release_line
from keyturn.facts.rds_rules import AUTO_PAUSE
from keyturn.facts.rds_tables import order
from keyturn.graph import Graph, Resource

MOST = 256
PAUSE = (300, 86400)
"""The fewest and the most seconds of idleness before a pause."""


@check("AWS::RDS::DBCluster", verdict=Verdict.REFUSED)
def db_capacity_refused(cluster: Resource, graph: Graph) -> Iterator[Outcome]:
    def fault(name: str, message: str, better: float) -> Finding:
        at = cluster.at("ServerlessV2ScalingConfiguration", name)
        return Finding(
            at, message, fix=Fix(f"take {better:g}", at, replace=int(better) if better == int(better) else better)
        )

    least, most, pause = (
        number(cluster.get("ServerlessV2ScalingConfiguration", name))
        for name in ("MinCapacity", "MaxCapacity", "SecondsUntilAutoPause")
    )
    for name, units in (("MinCapacity", least), ("MaxCapacity", most)):
        if units is not None and units * 2 != int(units * 2):
            yield fault(name, f"{units:g} is not a multiple of 0.5", round(units * 2) / 2 or 0.5)
            return
    if least == 0 and not _can_pause(cluster):
        yield fault("MinCapacity", f"{cluster.get('Engine')} {cluster.get('EngineVersion')} cannot pause", 0.5)
    if most is not None and not 1 <= most <= MOST:
        yield fault("MaxCapacity", f"{most:g} is not between 1 and {MOST}", min(max(most, 1), MOST))
    elif most is not None and least is not None and most < least:
        yield fault("MaxCapacity", f"{most:g} is less than the minimum, {least:g}", least)
    if pause is not None and not PAUSE[0] <= pause <= PAUSE[1]:
        message = f"{pause} is not between {PAUSE[0]} and {PAUSE[1]} seconds"
        yield fault("SecondsUntilAutoPause", message, min(max(pause, PAUSE[0]), PAUSE[1]))


def _can_pause(cluster: Resource) -> bool:
    """Whether the version can pause, as far as is known; it is taken to where it is not."""
    engine, version = cluster.get("Engine"), cluster.get("EngineVersion")
    if not isinstance(engine, str) or not isinstance(version, str) or engine not in AUTO_PAUSE:
        return True
    line, own = release_line(engine, version), version_number(engine, version)
    if own == line:
        return True
    if line not in AUTO_PAUSE[engine]:
        return order(line) > max(map(order, AUTO_PAUSE[engine]))
    return order(own) >= order(AUTO_PAUSE[engine][line])
