"""
An instance is to be in two availability zones, and cannot be.

A Multi-AZ instance has a standby in another zone, and RDS chooses both; a zone that is asked for contradicts it. SQL Server Express has no
standby. In Aurora it is further instances of the cluster that stand by.

Fix: leave the zone out, or turn Multi-AZ off; in Aurora add an instance.

Why it matters: the instance is refused.

Scope: instances with `MultiAZ`

Noticed: at deployment, when the instance is created

Recovery: leave one of the two out and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
  https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import INSTANCE, declared, true
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource

ZONE = "AvailabilityZone"


@check(INSTANCE, verdict=Verdict.REFUSED)
def db_multi_az_refused(instance: Resource, graph: Graph) -> Iterator[Outcome]:
    if not true(instance.get("MultiAZ")):
        return
    at, zone = instance.at("MultiAZ"), instance.get(ZONE)
    engine, _ = declared(instance, graph, "Engine")
    if isinstance(engine, str) and rds_rules.always_in_one_zone(engine):
        yield Finding(
            at=at,
            message=f"an instance of {engine} has no standby of its own",
            error=rds_rules.no_multi_az(engine),
            fix=Fix("turn it off", at, replace=False),
        )
    elif isinstance(zone, str) and zone:
        yield Finding(
            at=instance.at(ZONE),
            message="RDS chooses the zones of a Multi-AZ instance",
            related=(Note(at, "it is one"),),
            error=rds_rules.zone_and_multi_az(),
            hint=f"leave {ZONE} out, or turn MultiAZ off",
        )
