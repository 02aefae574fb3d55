"""
An Aurora cluster is given an instance class.

`DBClusterInstanceClass` is for Multi-AZ clusters of MySQL and PostgreSQL, whose instances come with them. In Aurora each instance is
declared on its own, with its own class.

Fix: leave it out, and declare an `AWS::RDS::DBInstance` for each instance.

Why it matters: the cluster is refused.

Scope: Aurora clusters

Noticed: at deployment, when the cluster is created

Recovery: leave the class out and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource


@check("AWS::RDS::DBCluster", verdict=Verdict.REFUSED)
def db_class_of_aurora_cluster(cluster: Resource, graph: Graph) -> Iterator[Outcome]:
    engine = cluster.get("Engine")
    if isinstance(engine, str) and engine.startswith("aurora") and cluster.get("DBClusterInstanceClass") is not None:
        yield Finding(
            at=cluster.at("DBClusterInstanceClass"),
            message=f"a cluster of {engine} has no class; its instances have",
            error=rds_rules.class_not_of_cluster(engine),
            hint="leave it out, and declare an AWS::RDS::DBInstance with that class",
        )
