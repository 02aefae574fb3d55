"""
A serverless instance belongs to a cluster that does not say its capacity.

Aurora Serverless v2 scales between the two numbers that stand at the cluster. Without them there is nothing to scale between.

Fix: give the cluster a `ServerlessV2ScalingConfiguration`.

Why it matters: the instance is refused, after the cluster has been made.

Scope: instances of the class db.serverless in a cluster that is declared beside them

Noticed: at deployment, when the instance is created

Recovery: add the capacity and deploy again; the cluster can be kept

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.requirements.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import cluster_of
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource

CAPACITY = "ServerlessV2ScalingConfiguration"


@check("AWS::RDS::DBInstance", verdict=Verdict.REFUSED)
def db_capacity_missing(instance: Resource, graph: Graph) -> Iterator[Outcome]:
    cluster = cluster_of(instance, graph)
    if instance.get("DBInstanceClass") == "db.serverless" and cluster and cluster.get(CAPACITY) is None:
        yield Finding(
            at=instance.at("DBInstanceClass"),
            message=f"{cluster} does not say its serverless capacity",
            related=(Note(cluster.at(), "the cluster"),),
            error=rds_rules.no_capacity(),
            fix=Fix("scale from 0.5 to 4 units", cluster.at(CAPACITY), replace={"MinCapacity": 0.5, "MaxCapacity": 4}),
        )
