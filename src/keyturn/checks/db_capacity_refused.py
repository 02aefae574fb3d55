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
from keyturn.checks.evidence.clusters import given, number
from keyturn.facts.rds_bounds import capacity
from keyturn.graph import Graph, Resource

CAPACITY = "ServerlessV2ScalingConfiguration"


@check("AWS::RDS::DBCluster", verdict=Verdict.REFUSED)
def db_capacity_refused(cluster: Resource, graph: Graph) -> Iterator[Outcome]:
    least, most, pause = (
        number(cluster.get(CAPACITY, name)) for name in ("MinCapacity", "MaxCapacity", "SecondsUntilAutoPause")
    )
    engine, version = (
        value if isinstance(value, str) else "" for value in (cluster.get("Engine"), given(cluster, "EngineVersion"))
    )
    for misfit in capacity(engine, version, least, most, pause):
        at, better = cluster.at(CAPACITY, misfit.name), misfit.better
        fix = Fix(f"take {better:g}", at, replace=int(better) if better == int(better) else better)
        yield Finding(at, misfit.message, fix=fix)
