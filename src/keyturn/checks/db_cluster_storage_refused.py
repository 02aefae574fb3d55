"""
A cluster asks for storage that clusters of its kind do not have.

Aurora's storage grows by itself and has two types, `aurora` and `aurora-iopt1`; sizes, IOPS and the types of RDS are for Multi-AZ clusters
of MySQL and PostgreSQL, and those need IOPS for io1 and io2. Aurora's I/O-Optimized storage does not serve instances of the oldest
classes.

Fix: leave out what is not of the cluster's kind.

Why it matters: the cluster is refused, or each of its instances.

Scope: Aurora clusters and their instances, and Multi-AZ clusters

Noticed: at deployment, when the cluster or the instance is created

Recovery: change the storage and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
  https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import CLUSTER, INSTANCE, cluster_of, restored
from keyturn.facts import rds_storage
from keyturn.graph import Graph, Resource

TYPE = "StorageType"
OF_MULTI_AZ = ("AllocatedStorage", "Iops")


@check(CLUSTER, INSTANCE, verdict=Verdict.REFUSED)
def db_cluster_storage_refused(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    if resource.type == INSTANCE:
        yield from _served(resource, cluster_of(resource, graph))
        return
    engine, kind = resource.get("Engine"), resource.get(TYPE)
    if not isinstance(engine, str) or restored(resource):
        return
    if engine.startswith("aurora"):
        yield from _aurora(resource, engine)
    elif kind in rds_storage.PROVISIONED and resource.get("Iops") is None:
        hint = "say how many, `Iops`, or take gp3"
        yield Finding(resource.at(TYPE), f"{kind} asks for IOPS", error=rds_storage.iops_missing(str(kind)), hint=hint)


def _aurora(cluster: Resource, engine: str) -> Iterator[Outcome]:
    kind = cluster.get(TYPE)
    for name in OF_MULTI_AZ:
        value = cluster.get(name)
        if isinstance(value, int | str) and value:
            yield Finding(
                at=cluster.at(name),
                message=f"a cluster of {engine} has no {name}",
                error=rds_storage.not_of_aurora(name, engine),
                hint=f"leave {name} out",
            )
            return
    if isinstance(kind, str) and kind and kind not in rds_storage.AURORA_TYPES:
        yield Finding(
            at=cluster.at(TYPE),
            message=f"Aurora has no storage of the type {kind}",
            error=rds_storage.type_of_aurora(kind),
            fix=Fix("take aurora", cluster.at(TYPE), replace="aurora"),
        )


def _served(instance: Resource, cluster: Resource | None) -> Iterator[Outcome]:
    wanted = instance.get("DBInstanceClass")
    if cluster is None or cluster.get(TYPE) != "aurora-iopt1" or not isinstance(wanted, str):
        return
    if wanted.startswith(rds_storage.NOT_IO_OPTIMIZED):
        yield Finding(
            at=instance.at("DBInstanceClass"),
            message=f"I/O-Optimized storage does not serve {wanted}",
            related=(Note(cluster.at(TYPE), f"the storage of {cluster}"),),
            hint="take a class of a newer family, or leave StorageType out at the cluster",
        )
