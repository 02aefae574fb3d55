"""
A database stores its data, its backups and its snapshots in the clear.

Encryption is chosen when a database is made. A member of a cluster has that of the cluster.

Fix: `StorageEncrypted: true`, with a key of your own (`KmsKeyId`).

Why it matters: it cannot be turned on later: the database has to be made anew from an encrypted copy of its snapshot.

Scope: clusters, and instances that are members of none

Noticed: by an audit, when it is expensive to mend

Recovery: copy a snapshot with encryption, restore it, and move the clients over

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import restored, true
from keyturn.graph import Graph, Resource, Unknown


@check("AWS::RDS::DBCluster", "AWS::RDS::DBInstance", verdict=Verdict.WEAK)
def db_not_encrypted(database: Resource, graph: Graph) -> Iterator[Outcome]:
    encrypted = database.get("StorageEncrypted")
    if database.get("DBClusterIdentifier") is not None and database.type == "AWS::RDS::DBInstance":
        return
    if not restored(database) and not isinstance(encrypted, Unknown) and not true(encrypted):
        at = database.at("StorageEncrypted")
        yield Finding(
            at,
            "the storage is not encrypted",
            fix=Fix("encrypt it", at, replace=True, risk="a database that is there is replaced"),
        )
