"""
An instance asks for storage that RDS does not offer, or for none.

Each storage type has a least and a most size. With io1 and io2, IOPS have to be given, and fit the size. With gp3, IOPS and throughput
can be chosen from 400 GiB on (200 for Oracle), and are then 12000 and 500 at least; below, every volume has the same. What may grow
begins below its bound.

Fix: take a size and IOPS within the bounds; below 400 GiB of gp3 leave IOPS and throughput out.

Why it matters: the instance is refused.

Scope: instances of MySQL, MariaDB, PostgreSQL, Db2, Oracle and SQL Server that are not members of a cluster, nor made from another database

Noticed: at deployment, when the instance is created

Recovery: change the size and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
  https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.clusters import INSTANCE, number, restored
from keyturn.facts import rds_storage
from keyturn.graph import Graph, Resource, Unknown

SIZE = "AllocatedStorage"


@check(INSTANCE, verdict=Verdict.REFUSED)
def db_storage_refused(instance: Resource, graph: Graph) -> Iterator[Outcome]:
    engine = str(instance.get("Engine")).lower()
    if engine not in rds_storage.ENGINES or restored(instance) or instance.get("DBClusterIdentifier") is not None:
        return
    for name in (SIZE, "StorageType", "Iops"):
        if isinstance(unknown := instance.get(name), Unknown):
            yield Undecided(instance.at(name), unknown.because)
            return
    if instance.get(SIZE) is None:
        yield Finding(
            at=instance.at(SIZE),
            message="it has no storage",
            error=rds_storage.missing(),
            hint="say how many GiB, such as `AllocatedStorage: 20`",
        )
    elif fault := rds_storage.fault(_asked(instance, engine)):
        at = instance.at(fault.name)
        better = str(fault.better) if fault.name == SIZE else fault.better
        fix = None if fault.better is None else Fix(f"take {fault.better}", at, replace=better)
        yield Finding(at, fault.message, error=fault.error, fix=fix, hint=fault.hint)


def _asked(instance: Resource, engine: str) -> rds_storage.Asked:
    kind = instance.get("StorageType")
    size, iops, throughput, most = (
        number(instance.get(name)) for name in (SIZE, "Iops", "StorageThroughput", "MaxAllocatedStorage")
    )
    return rds_storage.Asked(engine, size, kind if isinstance(kind, str) else None, iops, throughput, most)
