"""
A database has a master user name that its engine refuses.

Each engine reserves names: `admin` is free in MySQL and reserved in PostgreSQL and DocumentDB, `rdsadmin` is RDS's own everywhere. A name
begins with a letter and has only letters, digits and underscores.

Fix: choose another name, such as `keeper` or `dbadmin`.

Why it matters: the database is refused after everything around it has been made.

Scope: clusters and instances that are not restored from elsewhere

Noticed: at deployment, when the database is created

Recovery: choose another name and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
  https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import restored, unchanged
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource

ENGINES = {"AWS::DocDB::DBCluster": "docdb"}
"""The engines of types that do not name theirs."""


@check("AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::DocDB::DBCluster", verdict=Verdict.REFUSED)
def db_master_name_refused(database: Resource, graph: Graph) -> Iterator[Outcome]:
    name, engine = database.get("MasterUsername"), ENGINES.get(database.type) or database.get("Engine")
    if not isinstance(name, str) or not isinstance(engine, str) or restored(database):
        return
    if unchanged(database, graph, "Engine", "MasterUsername"):
        return  # It was taken.
    longest = rds_rules.NAME_LENGTHS.get(engine)
    at = database.at("MasterUsername")
    hint = "choose another name, such as `keeper`"
    if name.lower() in rds_rules.RESERVED_NAMES.get(engine, ()):
        yield Finding(at, f"`{name}` is a reserved word of {engine}", error=rds_rules.name_reserved(name), hint=hint)
    elif engine in rds_rules.RESERVED_NAMES and not rds_rules.NAME.fullmatch(name):
        message = f"`{name}` has other characters than letters, digits and underscores, or does not begin with a letter"
        yield Finding(at, message, error=rds_rules.name_malformed(), hint=hint)
    elif longest and len(name) > longest:
        yield Finding(at, f"{len(name)} characters; {engine} allows {longest}", hint=hint)
