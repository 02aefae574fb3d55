"""
A DB instance has a class that its engine version does not offer.

Which classes there are depends on the engine and its exact version: Aurora MySQL 3, for one, offers of the T3 family only medium and
large, whatever Aurora MySQL 2 offered. RDS finds out when the instance is created, after the cluster has been made.

Fix: take the nearest class that this engine version offers.

Why it matters: the cluster, its subnets and its keys are created first, so the failure comes after many minutes, and all of it is rolled
back; a bigger class also costs more, which is better known before.

Scope: every instance of Aurora MySQL, Aurora PostgreSQL, MySQL, PostgreSQL and MariaDB, unless it is known to run already (`--previous`);
of other engines, classes that AWS does not sell at all, or not in the region

Noticed: at deployment, when the instance is created

Recovery: change the class and deploy again; a cluster that was kept can be used as it is

Source: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.clusters import cluster_of, declared, unchanged
from keyturn.facts import rds
from keyturn.graph import Graph, Resource, Unknown

ENGINES = {"AWS::DocDB::DBInstance": "docdb", "AWS::Neptune::DBInstance": "neptune"}
"""The engines of types that do not name theirs."""


@check("AWS::RDS::DBInstance", *ENGINES, verdict=Verdict.REFUSED)
def db_class_not_offered(instance: Resource, graph: Graph) -> Iterator[Outcome]:
    wanted, at = instance.get("DBInstanceClass"), instance.at("DBInstanceClass")
    engine, _ = declared(instance, graph, "Engine")
    engine = ENGINES.get(instance.type, engine)
    version, where = declared(instance, graph, "EngineVersion")
    for value in (wanted, engine, version):
        if isinstance(value, Unknown):
            yield Undecided(at, value.because)
            return
    if not isinstance(wanted, str) or _runs_already(instance, graph):
        return
    if not isinstance(engine, str):
        yield Undecided(at, "no engine is given here")
        return
    known = isinstance(version, str)
    match _answer(engine.lower(), str(version) if known else None, wanted, instance.region, graph):
        case rds.Unknown(because):
            yield Undecided(at, because)
        case rds.NotOffered(nearest):
            offering = f"{engine} {version}" if known else engine
            meant = rds.did_you_mean(engine, wanted)
            best = meant if meant and meant != wanted and meant in nearest else next(iter(nearest), None)
            apart = known and where.resource is not instance
            yield Finding(
                at=at,
                message=f"{offering} does not offer {wanted}",
                related=(Note(where, f"the engine version is from here, {where.resource}"),) if apart else (),
                error=rds.combination_refused(engine, str(version), wanted) if known else None,
                fix=Fix(f"take {best}", at, replace=best) if best else None,
                hint=f"{offering} offers {', '.join(nearest)}" if nearest else "take another class",
            )


def _runs_already(instance: Resource, graph: Graph) -> bool:
    """Whether it is known to be there, of this class and version: RDS is not asked for it again."""
    cluster = cluster_of(instance, graph)
    return unchanged(instance, graph, "Engine", "EngineVersion", "DBInstanceClass") and (
        cluster is None or unchanged(cluster, graph, "Engine", "EngineVersion")
    )


def _answer(
    engine: str, version: str | None, wanted: str, region: str, graph: Graph
) -> rds.Offered | rds.NotOffered | rds.Unknown:
    if version is None:
        return rds.offered_by_default(engine, wanted, region, graph.as_of)
    return rds.offered(engine, version, wanted, region, graph.as_of)
