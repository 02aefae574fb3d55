"""
A database asks for an engine version that RDS does not offer, or no longer.

RDS withdraws minor versions month by month, and a version that deployed last year is refused today. The lists in `facts/` say since
when; `--as-of` asks for another day.

Fix: take the next version of the same release line that is offered.

Why it matters: of all deployments that fail with an error of RDS, most fail with this one.

Scope: every cluster and instance of Aurora and RDS that names its exact version, unless it is known to have it already (`--previous`)

Noticed: at deployment, when the cluster or the instance is created

Recovery: change the version and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBEngineVersions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.clusters import given, unchanged
from keyturn.facts import rds
from keyturn.graph import Graph, Resource, Unknown

RISK = "a database that is there is upgraded"


@check("AWS::RDS::DBCluster", "AWS::RDS::DBInstance", verdict=Verdict.REFUSED)
def db_version_not_offered(database: Resource, graph: Graph) -> Iterator[Outcome]:
    engine, version = database.get("Engine"), given(database, "EngineVersion")
    for value in (engine, version):
        if isinstance(value, Unknown):
            yield Undecided(database.at("EngineVersion"), value.because)
            return
    if not isinstance(engine, str) or not isinstance(version, str):
        return
    if unchanged(database, graph, "Engine", "EngineVersion"):
        return  # A version that was withdrawn goes on running.
    answer = rds.version(engine.lower(), version, graph.as_of)  # RDS does not mind the case.
    if isinstance(answer, rds.NotOffered) and isinstance(database.get("EngineVersion"), float):
        longer = f"{version}0"
        if not isinstance(rds.version(engine.lower(), longer, graph.as_of), rds.NotOffered):
            yield Undecided(database.at("EngineVersion"), f"{version} without quotes may be {longer}")
            return
    match answer:
        case rds.Unknown(because):
            yield Undecided(database.at("EngineVersion"), because)
        case rds.NotOffered(nearest, since):
            best = next(iter(nearest), None)
            yield Finding(
                at=database.at("EngineVersion"),
                message=f"{engine} {version} was withdrawn by {since}"
                if since
                else f"{engine} {version} does not exist",
                error=rds.version_not_found(engine, version),
                fix=Fix(f"take {best}", database.at("EngineVersion"), replace=best, risk=RISK) if best else None,
                hint=f"{engine} offers {', '.join(nearest)}" if nearest else "",
            )
