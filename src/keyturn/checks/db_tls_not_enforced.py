"""
A database accepts connections without TLS.

MySQL and MariaDB take clients without encryption unless `require_secure_transport` is on; PostgreSQL does when `rds.force_ssl` is 0.

Fix: set `require_secure_transport: "ON"`, or `rds.force_ssl: "1"`, in the parameter group.

Why it matters: passwords and data pass in the clear, and no client is told.

Scope: databases whose parameter group is declared beside them

Noticed: by an audit

Recovery: set the parameter; it takes effect at once for new connections

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html
  https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.graph import Graph, Resource, Unknown

ON = ("1", "on", "true")


@check("AWS::RDS::DBClusterParameterGroup", "AWS::RDS::DBParameterGroup", verdict=Verdict.WEAK)
def db_tls_not_enforced(group: Resource, graph: Graph) -> Iterator[Outcome]:
    family = str(group.get("Family"))
    if family.startswith("aurora-mysql") and group.type == "AWS::RDS::DBParameterGroup":
        return  # In Aurora MySQL it is a parameter of the cluster.
    mysql = family.startswith(("mysql", "mariadb", "aurora-mysql"))
    name = "require_secure_transport" if mysql else "rds.force_ssl"
    given = group.get("Parameters", name)
    off = given is None if mysql else False
    if isinstance(given, Unknown) or isinstance(group.get("Parameters"), Unknown):
        return
    if off or (given is not None and str(given).lower() not in ON):
        at = group.at("Parameters", name)
        value = "ON" if mysql else "1"
        yield Finding(at, "connections without TLS are accepted", fix=Fix(f"set {name} to {value}", at, replace=value))
