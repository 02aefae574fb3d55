"""
An instance of a global database has a burstable class.

Global databases replicate all the time, and take no T class in any region.

Fix: take a memory-optimized class, such as db.r6g.large.

Why it matters: the instance is refused, after both clusters have been made.

Scope: instances of clusters that belong to a global database

Noticed: at deployment, when the instance is created

Recovery: change the class and deploy again; the clusters can be kept

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.configuration.requirements.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import cluster_of, said_to_be_global
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource


@check("AWS::RDS::DBInstance", verdict=Verdict.REFUSED)
def db_class_not_global(instance: Resource, graph: Graph) -> Iterator[Outcome]:
    wanted, cluster = instance.get("DBInstanceClass"), cluster_of(instance, graph)
    if cluster is None or not isinstance(wanted, str) or not wanted.startswith("db.t"):
        return
    if where := said_to_be_global(cluster, graph):
        at = instance.at("DBInstanceClass")
        yield Finding(
            at=at,
            message=f"global databases do not take {wanted}",
            related=(Note(where, f"{cluster} belongs to a global database"),),
            error=rds_rules.class_not_global(wanted),
            fix=Fix("take db.r6g.large", at, replace="db.r6g.large"),
        )
