"""
A database accepts connections without TLS.

MySQL and MariaDB take clients without encryption unless `require_secure_transport` is on, PostgreSQL unless `rds.force_ssl` is 1. The
newest release lines have it on; most are older, and a database without a parameter group of its own has what its release line begins with.

Fix: set `require_secure_transport: "ON"`, or `rds.force_ssl: "1"`, in a parameter group of the database's own.

Why it matters: passwords and data pass in the clear, and no client is told.

Scope: parameter groups, and databases that name none; in Aurora MySQL it is a parameter of the cluster

Noticed: by an audit

Recovery: set the parameter; it takes effect at once for new connections

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html
  https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import CLUSTER, INSTANCE, given, restored
from keyturn.facts import rds_rules, rds_tls
from keyturn.facts.rds import release_line
from keyturn.graph import Graph, Resource, Unknown

GROUPS = {CLUSTER: "DBClusterParameterGroupName", INSTANCE: "DBParameterGroupName"}
MESSAGE = "connections without TLS are accepted"


@check("AWS::RDS::DBClusterParameterGroup", "AWS::RDS::DBParameterGroup", *GROUPS, verdict=Verdict.WEAK)
def db_tls_not_enforced(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    if resource.type in GROUPS:
        yield from _by_default(resource)
    else:
        yield from _in_group(resource)


def _in_group(group: Resource) -> Iterator[Outcome]:
    family = str(group.get("Family"))
    if family.startswith("aurora-mysql") and group.type == "AWS::RDS::DBParameterGroup":
        return  # In Aurora MySQL it is a parameter of the cluster.
    name = rds_tls.parameter(family)
    if name is None or isinstance(group.get("Parameters"), Unknown):
        return
    given, at = group.get("Parameters", name), group.at("Parameters", name)
    off = rds_tls.on_by_default(family) is False if given is None else str(given).lower() not in rds_tls.ON
    # The group of an instance in an Aurora cluster adds to the cluster's.
    silent = given is None and family.startswith("aurora") and group.type == "AWS::RDS::DBParameterGroup"
    if off and not silent and not isinstance(given, Unknown):
        value = "1" if name == rds_tls.POSTGRES else "ON"
        yield Finding(
            at,
            MESSAGE,
            fix=Fix(f"set {name} to {value}", at, replace=value, risk="clients without TLS can no longer log in"),
        )


def _by_default(database: Resource) -> Iterator[Outcome]:
    engine, version = database.get("Engine"), given(database, "EngineVersion")
    if database.get(GROUPS[database.type]) is not None or database.get("DBClusterIdentifier") is not None:
        return
    if restored(database) or not isinstance(engine, str) or not isinstance(version, str):
        return
    family = rds_rules.family(engine.lower(), release_line(engine.lower(), version))
    if rds_tls.on_by_default(family) is False and (name := rds_tls.parameter(family)):
        yield Finding(
            at=database.at(GROUPS[database.type]),
            message=f"{MESSAGE}: that is what {family} begins with",
            hint=f"give it a parameter group of its own that sets {name}",
        )
