"""
Backups are to be kept for a time that RDS does not offer.

It is 0 to 35 days for an instance, and 1 to 35 for a cluster.

Fix: take a number within these bounds; for longer, use AWS Backup.

Why it matters: the database is refused.

Scope: clusters and instances

Noticed: at deployment, when the database is created

Recovery: change the number and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
  https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import number
from keyturn.graph import Graph, Resource

LEAST = {"AWS::RDS::DBCluster": 1, "AWS::RDS::DBInstance": 0}
MOST = 35


@check(*LEAST, verdict=Verdict.REFUSED)
def db_backup_retention_refused(database: Resource, graph: Graph) -> Iterator[Outcome]:
    days, least = number(database.get("BackupRetentionPeriod")), LEAST[database.type]
    if days is not None and not least <= days <= MOST:
        at, better = database.at("BackupRetentionPeriod"), min(max(int(days), least), MOST)
        yield Finding(
            at, f"{days} days are not between {least} and {MOST}", fix=Fix(f"take {better}", at, replace=better)
        )
