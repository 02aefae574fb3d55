"""
A parameter group is of another family than the engine version that uses it.

Parameters differ from release to release, so each group belongs to one family, such as `postgres16` or `aurora-mysql8.0`.

Fix: give the group the family of the engine version.

Why it matters: the database is refused, or an upgrade to the next release is.

Scope: parameter groups of instances and clusters that are declared beside them

Noticed: at deployment, when the database is created or upgraded

Recovery: change the family and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import declared
from keyturn.facts import rds, rds_rules
from keyturn.facts.rds import release_line
from keyturn.graph import Graph, Resource

GROUPS = {
    "AWS::RDS::DBCluster": ("DBClusterParameterGroupName", "AWS::RDS::DBClusterParameterGroup"),
    "AWS::RDS::DBInstance": ("DBParameterGroupName", "AWS::RDS::DBParameterGroup"),
}


@check(*GROUPS, verdict=Verdict.REFUSED)
def db_parameter_family_refused(database: Resource, graph: Graph) -> Iterator[Outcome]:
    name, type_ = GROUPS[database.type]
    group = graph.follow(database, name, types=(type_,))
    engine, _ = declared(database, graph, "Engine")
    version, where = declared(database, graph, "EngineVersion")
    if group is None or not isinstance(version, str) or str(engine) not in rds_rules.RESERVED_NAMES:
        return
    line = release_line(str(engine), version)
    has, wanted = group.get("Family"), rds_rules.family(str(engine), line)
    if isinstance(has, str) and has != wanted and line in rds.release_lines(str(engine)):
        at = group.at("Family")
        yield Finding(
            at=at,
            message=f"{has} is not the family of {engine} {version}, {wanted}",
            related=(Note(database.at(name), f"used here, by {database}"), Note(where, "the version")),
            error=rds_rules.other_family(str(group.identity), has, wanted),
            fix=Fix(f"take {wanted}", at, replace=wanted),
        )
