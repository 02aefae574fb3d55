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
from keyturn.facts.rds_bounds import backups
from keyturn.graph import Graph, Resource

KINDS = {"AWS::RDS::DBCluster": "cluster", "AWS::RDS::DBInstance": "instance"}


@check(*KINDS, verdict=Verdict.REFUSED)
def db_backup_retention_refused(database: Resource, graph: Graph) -> Iterator[Outcome]:
    if misfit := backups(KINDS[database.type], number(database.get("BackupRetentionPeriod"))):
        at, better = database.at(misfit.name), int(misfit.better)
        yield Finding(at, misfit.message, fix=Fix(f"take {better}", at, replace=better))
