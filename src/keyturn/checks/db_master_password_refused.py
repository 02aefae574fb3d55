"""
A master password stands in the program, and RDS refuses it.

RDS asks for at least eight printable ASCII characters, without `/`, `@`, `"` and spaces, and each engine for no more than it can store. Nor
may a password be given where RDS is to manage it.

Fix: leave the password out and let RDS manage it, `ManageMasterUserPassword: true`; then it stands nowhere.

Why it matters: the database is refused; and whatever password is put there stands in the template, in its history and in the stack.

Scope: clusters and instances with a password in plain text

Noticed: at deployment, when the database is created

Recovery: take another password and deploy again; change one that has been published

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
  https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import restored, true
from keyturn.facts.rds_rules import password_fault
from keyturn.graph import Graph, Resource

HINT = "leave it out and let RDS manage it: `ManageMasterUserPassword: true`"


@check("AWS::RDS::DBCluster", "AWS::RDS::DBInstance", verdict=Verdict.REFUSED)
def db_master_password_refused(database: Resource, graph: Graph) -> Iterator[Outcome]:
    password, engine = database.get("MasterUserPassword"), database.get("Engine")
    at = database.at("MasterUserPassword")
    if password is not None and true(database.get("ManageMasterUserPassword")):
        yield Finding(at, "a password is given, and RDS is to manage it", hint="leave the password out")
    elif isinstance(password, str) and not restored(database) and (fault := password_fault(str(engine), password)):
        message, error = fault
        yield Finding(at, message, error=error, hint=HINT)
