"""
A database has no master user, or none that anybody could log in as.

A new database of MySQL, MariaDB, PostgreSQL or Aurora needs a master user's name, and a password: one that is given, or one that RDS makes
and keeps in a secret (`ManageMasterUserPassword`).

Fix: name the master user, and let RDS manage the password.

Why it matters: the database is refused after everything around it has been made.

Scope: clusters, and instances that are members of none, that are not restored from elsewhere

Noticed: at deployment, when the database is created

Recovery: add what is missing and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
  https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
  https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import CLUSTER, INSTANCE, restored, true, unchanged
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource, Unknown

MANAGED = "ManageMasterUserPassword"
GIVEN = ("MasterUserPassword", "MasterUserAuthenticationType")
"""What gives a password, or makes do without."""


@check(CLUSTER, INSTANCE, verdict=Verdict.REFUSED)
def db_master_missing(database: Resource, graph: Graph) -> Iterator[Outcome]:
    engine, managed = database.get("Engine"), database.get(MANAGED)
    member = database.type == INSTANCE and database.get("DBClusterIdentifier") is not None
    if (
        member
        or restored(database)
        or unchanged(database, graph, "Engine", "MasterUsername")
        or str(engine).lower() not in rds_rules.NAMED_ENGINES
    ):
        return
    if database.get("MasterUsername") is None:
        yield Finding(
            at=database.at("MasterUsername"),
            message="no master user is named",
            error=rds_rules.blank("MasterUsername"),
            hint="name one, such as `keeper`",
        )
    elif not isinstance(managed, Unknown) and not true(managed) and all(database.get(each) is None for each in GIVEN):
        at = database.at(MANAGED)
        yield Finding(
            at=at,
            message="the master user has no password, and RDS is not to manage one",
            error=rds_rules.blank("MasterUserPassword"),
            fix=Fix("let RDS manage it", at, replace=True),
        )
