"""
A database can be reached from the internet.

Its name resolves to a public address, and only its security groups stand between it and everybody.

Fix: `PubliclyAccessible: false`; clients come from within the VPC, or through a bastion or VPN.

Why it matters: one rule too wide, one password too simple, and it is anybody's.

Scope: every instance that says that it is public

Noticed: by whoever scans the internet first

Recovery: turn it off: the instance gets no new name, and clients in the VPC notice nothing

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import true
from keyturn.graph import Graph, Resource


@check("AWS::RDS::DBCluster", "AWS::RDS::DBInstance", verdict=Verdict.WEAK)
def db_public(database: Resource, graph: Graph) -> Iterator[Outcome]:
    if true(database.get("PubliclyAccessible")):
        at = database.at("PubliclyAccessible")
        yield Finding(
            at,
            "it can be reached from the internet",
            fix=Fix("keep it private", at, replace=False, risk="who reaches it over the internet no longer does"),
        )
