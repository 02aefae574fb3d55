"""
An instance asks for storage that RDS does not offer.

Each storage type has a least and a most size. With gp3, IOPS and throughput can be chosen from 400 GiB on; below, every volume has the
same.

Fix: take a size within the bounds; below 400 GiB of gp3 leave IOPS and throughput out.

Why it matters: the instance is refused.

Scope: instances of MySQL, MariaDB and PostgreSQL that are not members of an Aurora cluster

Noticed: at deployment, when the instance is created

Recovery: change the size and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
  https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import number, restored
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource


@check("AWS::RDS::DBInstance", verdict=Verdict.REFUSED)
def db_storage_refused(instance: Resource, graph: Graph) -> Iterator[Outcome]:
    engine, size = instance.get("Engine"), number(instance.get("AllocatedStorage"))
    if str(engine) not in rds_rules.STRIPED_FROM or size is None or restored(instance):
        return
    kind = instance.get("StorageType")
    kind = ("gp2" if instance.get("Iops") is None else "io1") if kind is None else kind
    bounds = rds_rules.STORAGE.get(str(kind))
    at = instance.at("AllocatedStorage")
    if bounds and not bounds[0] <= size <= bounds[1]:
        nearest = min(max(int(size), bounds[0]), bounds[1])
        yield Finding(
            at=at,
            message=f"{size} GiB of {kind} are not between {bounds[0]} and {bounds[1]}",
            error=rds_rules.storage_size(str(engine), str(kind), size),
            fix=Fix(f"take {nearest}", at, replace=str(nearest)),
        )
    elif kind == "gp3" and size < rds_rules.STRIPED_FROM[str(engine)]:
        threshold = rds_rules.STRIPED_FROM[str(engine)]
        for name in ("Iops", "StorageThroughput"):
            if instance.get(name) is not None:
                yield Finding(
                    at=instance.at(name),
                    message=f"{name} cannot be chosen below {threshold} GiB of gp3",
                    error=rds_rules.not_striped(str(engine), threshold),
                    hint=f"leave {name} out, or take {threshold} GiB",
                )
                return
