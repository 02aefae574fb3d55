"""
A DB instance has a class that its engine version does not offer.

Which classes there are depends on the engine and its exact version: Aurora MySQL 3, for one, offers of the T3 family only medium and
large, whatever Aurora MySQL 2 offered. RDS finds out when the instance is created, after the cluster has been made.

Fix: take the nearest class that this engine version offers.

Why it matters: the cluster, its subnets and its keys are created first, so the failure comes after many minutes, and all of it is rolled
back; a bigger class also costs more, which is better known before.

Scope: every instance of Aurora MySQL, Aurora PostgreSQL, MySQL, PostgreSQL and MariaDB

Noticed: at deployment, when the instance is created

Recovery: change the class and deploy again; a cluster that was kept can be used as it is

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.clusters import declared
from keyturn.facts import rds
from keyturn.graph import Graph, Resource, Unknown


@check("AWS::RDS::DBInstance", verdict=Verdict.REFUSED)
def db_class_not_offered(instance: Resource, graph: Graph) -> Iterator[Outcome]:
    wanted = instance.get("DBInstanceClass")
    if wanted is None:
        return
    engine, _ = declared(instance, graph, "Engine")
    version, where = declared(instance, graph, "EngineVersion")
    for value in (wanted, engine, version):
        if isinstance(value, Unknown):
            yield Undecided(instance.at("DBInstanceClass"), value.because)
            return
    if not (isinstance(wanted, str) and isinstance(engine, str) and isinstance(version, str)):
        what = "engine" if engine is None else "engine version"
        yield Undecided(instance.at("DBInstanceClass"), f"no {what} is given, so AWS will take its default")
        return
    match rds.offered(engine, version, wanted, instance.region, graph.as_of):
        case rds.Unknown(because):
            yield Undecided(instance.at("DBInstanceClass"), because)
        case rds.NotOffered(nearest):
            meant = rds.did_you_mean(engine, wanted)
            best = meant if meant and meant != wanted and meant in nearest else next(iter(nearest), None)
            yield Finding(
                at=instance.at("DBInstanceClass"),
                message=f"{engine} {version} does not offer {wanted}",
                related=(Note(where, f"the engine version is from here, {where.resource}"),)
                if where.resource is not instance
                else (),
                error=rds.combination_refused(engine, version, wanted),
                fix=Fix(f"take {best}", instance.at("DBInstanceClass"), replace=best) if best else None,
                hint=f"{engine} {version} offers {', '.join(nearest)}; `keyturn check --fix` takes the first"
                if nearest
                else "",
            )
