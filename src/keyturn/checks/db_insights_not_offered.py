"""
Performance Insights is turned on for an instance whose class does not have it.

Small classes of MySQL and MariaDB, and the T3 family of Aurora MySQL, are without it.

Fix: turn it off, or take a class that has it.

Why it matters: the instance is refused, after its cluster has been made.

Scope: instances of MySQL, MariaDB and Aurora MySQL

Noticed: at deployment, when the instance is created

Recovery: change one of the two and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Engines.html
  https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_PerfInsights.Overview.Engines.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import cluster_of, declared, true
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource


@check("AWS::RDS::DBInstance", verdict=Verdict.REFUSED)
def db_insights_not_offered(instance: Resource, graph: Graph) -> Iterator[Outcome]:
    wanted, (engine, _) = instance.get("DBInstanceClass"), declared(instance, graph, "Engine")
    if not isinstance(wanted, str) or not any(
        re.fullmatch(pattern, wanted) for pattern in rds_rules.NO_INSIGHTS.get(str(engine), ())
    ):
        return
    at = instance.at("EnablePerformanceInsights")
    if instance.get("EnablePerformanceInsights") is None and (cluster := cluster_of(instance, graph)):
        at = cluster.at("PerformanceInsightsEnabled")
    if true(at.resource.get(*at.path)):
        yield Finding(
            at=at,
            message=f"{engine} has no Performance Insights on {wanted}",
            related=(Note(instance.at("DBInstanceClass"), f"the class of {instance}"),),
            error=rds_rules.no_insights(),
            fix=Fix("turn it off", at, replace=False),
        )
