"""
A cluster of a global database is to keep changes for backtracking.

Backtracking rewinds a cluster of Aurora MySQL where it stands. The other regions of a global database could not follow, so none of its
clusters may have it.

Fix: leave BacktrackWindow out. A restore to a point in time, into another cluster, is what there is instead.

Why it matters: the cluster is refused.

Scope: clusters that belong to a global database

Noticed: at deployment, when the cluster is created, or made the source of the global database

Recovery: leave it out and deploy again

Source: https://docs.aws.amazon.com/prescriptive-guidance/latest/aurora-replication-options/aurora-global-database.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import CLUSTER, number, said_to_be_global
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource

WINDOW = "BacktrackWindow"


@check(CLUSTER, verdict=Verdict.REFUSED)
def db_backtrack_not_global(cluster: Resource, graph: Graph) -> Iterator[Outcome]:
    if (number(cluster.get(WINDOW)) or 0) > 0 and (where := said_to_be_global(cluster, graph)):
        yield Finding(
            at=cluster.at(WINDOW),
            message="clusters of a global database cannot be backtracked",
            related=(Note(where, f"{cluster} belongs to a global database"),),
            error=rds_rules.backtrack_not_global() if where.resource is cluster else None,
            fix=Fix("keep no changes", cluster.at(WINDOW), replace=0),
        )
