"""
A cluster asks for Aurora Serverless v1, which is no more.

Its engine mode, `serverless`, ended in March 2025. What scales today is Serverless v2: an ordinary (`provisioned`) cluster with a capacity
and instances of the class db.serverless.

Fix: leave EngineMode and ScalingConfiguration out, give the cluster a `ServerlessV2ScalingConfiguration`, and add an instance of the class
db.serverless.

Why it matters: the cluster is refused.

Scope: Aurora clusters with the engine mode `serverless`

Noticed: at deployment, when the cluster is created

Recovery: change the cluster and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource


@check("AWS::RDS::DBCluster", verdict=Verdict.REFUSED)
def db_engine_mode_gone(cluster: Resource, graph: Graph) -> Iterator[Outcome]:
    day = graph.as_of or datetime.now(UTC).date()
    if cluster.get("EngineMode") == "serverless" and day >= rds_rules.SERVERLESS_V1_GONE:
        yield Finding(
            at=cluster.at("EngineMode"),
            message=f"Aurora Serverless v1 ended on {rds_rules.SERVERLESS_V1_GONE}",
            error=rds_rules.serverless_v1_gone(),
            hint="take Serverless v2: a ServerlessV2ScalingConfiguration, and an instance of the class db.serverless",
        )
