"""
An instance has another engine, or another version, than the cluster it belongs to.

Engine and version belong to the cluster; the instance repeats its engine, and may leave the version out.

Fix: write what the cluster has.

Why it matters: the instance is refused, after the cluster has been made.

Scope: instances of a cluster that is declared beside them

Noticed: at deployment, when the instance is created

Recovery: make both the same and deploy again; the cluster can be kept

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-rds-dbinstance.html
  https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import cluster_of
from keyturn.facts import rds_rules
from keyturn.facts.rds import number, release_line
from keyturn.graph import Graph, Resource


@check("AWS::RDS::DBInstance", verdict=Verdict.REFUSED)
def db_instance_contradicts_cluster(instance: Resource, graph: Graph) -> Iterator[Outcome]:
    cluster = cluster_of(instance, graph)
    if cluster is None:
        return
    for name, error in (("Engine", rds_rules.other_engine), ("EngineVersion", rds_rules.other_version)):
        own, shared = instance.get(name), cluster.get(name)
        if not isinstance(own, str) or not isinstance(shared, str) or own == shared:
            continue
        if name == "EngineVersion" and not _differ(str(cluster.get("Engine")), own, shared):
            continue
        at = instance.at(name)
        yield Finding(
            at=at,
            message=f"{own} is not what its cluster has, {shared}",
            related=(Note(cluster.at(name), f"of the cluster, {cluster}"),),
            error=error(own, shared),
            fix=Fix("write what the cluster has", at, replace=shared),
        )
        return


def _differ(engine: str, one: str, other: str) -> bool:
    """Whether two versions are certain to differ: `16` may well be 16.9."""
    lines = release_line(engine, one), release_line(engine, other)
    short = number(engine, one) == lines[0] or number(engine, other) == lines[1]
    return lines[0] != lines[1] or not short
