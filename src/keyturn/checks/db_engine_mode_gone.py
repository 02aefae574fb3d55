"""
A cluster asks for an engine mode of Aurora that is no more.

The mode `serverless`, Aurora Serverless v1, ended in March 2025. What scales today is Serverless v2: an ordinary (`provisioned`) cluster
with a capacity and instances of the class db.serverless. The mode `multimaster` ended in February 2023.

Fix: leave EngineMode and ScalingConfiguration out; to scale, give the cluster a `ServerlessV2ScalingConfiguration`, and add an instance of
the class db.serverless.

Why it matters: the cluster is refused.

Scope: Aurora clusters with an engine mode, unless it is known to be what they are already (`--previous`)

Noticed: at deployment, when the cluster is created

Recovery: change the cluster and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import unchanged
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource

HINTS = {
    "serverless": "take Serverless v2: a ServerlessV2ScalingConfiguration, and an instance of the class db.serverless",
    "multimaster": "leave it out; an ordinary cluster has one instance that writes",
}


@check("AWS::RDS::DBCluster", verdict=Verdict.REFUSED)
def db_engine_mode_gone(cluster: Resource, graph: Graph) -> Iterator[Outcome]:
    day, mode = graph.as_of or datetime.now(UTC).date(), cluster.get("EngineMode")
    ended = rds_rules.ENGINE_MODES_GONE.get(str(mode))
    if ended and day >= ended and not unchanged(cluster, graph, "EngineMode"):
        yield Finding(
            at=cluster.at("EngineMode"),
            message=f"the engine mode {mode} ended on {ended}",
            error=rds_rules.engine_mode_gone(str(mode)),
            hint=HINTS[str(mode)],
        )
