"""
An instance of Aurora belongs to no cluster.

In Aurora the data, the master user and the storage are a cluster's; an instance only serves them. So there is no instance by itself, other
than of MySQL or PostgreSQL.

Fix: declare an `AWS::RDS::DBCluster` (`aws_rds_cluster`), and let the instance name it, `DBClusterIdentifier`
(`aws_rds_cluster_instance`).

Why it matters: the instance is refused, with an error that speaks of storage and says nothing of clusters.

Scope: instances whose engine is aurora-mysql or aurora-postgresql

Noticed: at deployment, when the instance is created

Recovery: add the cluster and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.CreateInstance.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import INSTANCE, restored
from keyturn.facts import rds_storage
from keyturn.graph import Graph, Resource

ENGINES = ("aurora-mysql", "aurora-postgresql")
CLUSTER = "DBClusterIdentifier"


@check(INSTANCE, verdict=Verdict.REFUSED)
def db_cluster_missing(instance: Resource, graph: Graph) -> Iterator[Outcome]:
    engine = instance.get("Engine")
    if engine not in ENGINES or instance.get(CLUSTER) is not None or restored(instance):
        return
    bare = instance.get("AllocatedStorage") is None
    yield Finding(
        at=instance.at("Engine"),
        message=f"an instance of {engine} belongs to a cluster, and this one names none",
        error=rds_storage.missing() if bare else rds_storage.standalone(str(engine)),
        hint=f"declare a cluster, and name it in {CLUSTER}; by itself an instance is of mysql or postgres",
    )
