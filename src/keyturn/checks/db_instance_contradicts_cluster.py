"""
An instance has another engine, version or encryption than its Aurora cluster, or what only the cluster has.

Engine, version and encryption belong to the cluster; the instance repeats its engine, and may leave the others out. The master user, his
password, the first database and the time for which backups are kept are said at the cluster, and nowhere else.

Fix: write what the cluster has; leave out what is the cluster's alone.

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
from keyturn.checks.evidence.clusters import cluster_of, given, restored, true
from keyturn.facts import rds_rules
from keyturn.facts.rds import number, release_line
from keyturn.graph import Graph, Resource, Unknown

NOT_ITS_OWN = ("MasterUsername", "MasterUserPassword", "DBName", "BackupRetentionPeriod")
"""What RDS is known to refuse at a member of a cluster."""


@check("AWS::RDS::DBInstance", verdict=Verdict.REFUSED)
def db_instance_contradicts_cluster(instance: Resource, graph: Graph) -> Iterator[Outcome]:
    cluster = cluster_of(instance, graph)
    if cluster is None:
        return
    for name, error in (("Engine", rds_rules.other_engine), ("EngineVersion", rds_rules.other_version)):
        own, shared = given(instance, name), given(cluster, name)
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
    if str(cluster.get("Engine")).startswith("aurora"):
        yield from _of_the_cluster(instance)
        yield from _encrypted(instance, cluster)


def _of_the_cluster(instance: Resource) -> Iterator[Outcome]:
    for name in NOT_ITS_OWN:
        value = instance.get(name)
        if isinstance(value, str | int) and value:
            what = rds_rules.OF_THE_CLUSTER[name]
            yield Finding(
                at=instance.at(name),
                message=f"the {what} is said at the cluster",
                error=rds_rules.set_for_the_cluster(what),
                hint=f"leave {name} out here",
            )
            return


def _encrypted(instance: Resource, cluster: Resource) -> Iterator[Outcome]:
    name = "StorageEncrypted"
    own, shared = instance.get(name), cluster.get(name)
    by_key = shared is None and (cluster.get("KmsKeyId") is not None or restored(cluster))
    if own is None or by_key or isinstance(own, Unknown) or isinstance(shared, Unknown) or true(own) == true(shared):
        return
    at = instance.at(name)
    yield Finding(
        at=at,
        message=f"the cluster is {'' if true(shared) else 'not '}encrypted",
        related=(Note(cluster.at(name), f"of the cluster, {cluster}"),),
        error=rds_rules.encrypted_otherwise(true(own), true(shared)),
        fix=Fix("write what the cluster has", at, replace=true(shared)) if true(shared) else None,
        hint="" if true(shared) else f"say {name} at the cluster",
    )


def _differ(engine: str, one: str, other: str) -> bool:
    """Whether two versions are certain to differ: `16` may well be 16.9."""
    lines = release_line(engine, one), release_line(engine, other)
    short = number(engine, one) == lines[0] or number(engine, other) == lines[1]
    return lines[0] != lines[1] or not short
