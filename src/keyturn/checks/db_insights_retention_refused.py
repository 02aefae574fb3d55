"""
Performance Insights keeps its data for a time that RDS does not offer.

It is 7 days, a multiple of 31 days up to 23 of them, or 731 days. The advanced mode of Database Insights asks for 465 days or more, and for
Performance Insights to be on.

Fix: take the next longer time that is offered.

Why it matters: the database is refused.

Scope: clusters and instances with Performance Insights or Database Insights

Noticed: at deployment, when the database is created

Recovery: change the time and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
  https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import cluster_of, number, true
from keyturn.facts.rds_rules import ADVANCED_RETENTION, INSIGHTS_RETENTION
from keyturn.graph import Graph, Resource

ENABLED = {"AWS::RDS::DBCluster": "PerformanceInsightsEnabled", "AWS::RDS::DBInstance": "EnablePerformanceInsights"}
RETENTION = "PerformanceInsightsRetentionPeriod"


@check(*ENABLED, verdict=Verdict.REFUSED)
def db_insights_retention_refused(database: Resource, graph: Graph) -> Iterator[Outcome]:
    days, on = number(database.get(RETENTION)), database.get(ENABLED[database.type])
    at = database.at(RETENTION)
    member = database.type == "AWS::RDS::DBInstance" and cluster_of(database, graph) is not None
    if days is not None and days not in INSIGHTS_RETENTION:
        longer = min((each for each in INSIGHTS_RETENTION if each > days), default=731)
        yield Finding(at, f"{days} days are not offered", fix=Fix(f"take {longer}", at, replace=longer))
    elif database.get("DatabaseInsightsMode") == "advanced" and not member:
        if days is not None and days < ADVANCED_RETENTION:
            fix = Fix(f"take {ADVANCED_RETENTION}", at, replace=ADVANCED_RETENTION)
            yield Finding(
                at, f"the advanced mode of Database Insights keeps {ADVANCED_RETENTION} days or more", fix=fix
            )
        elif on is None or (isinstance(on, bool | str) and not true(on)):
            where = database.at(ENABLED[database.type])
            message = "the advanced mode of Database Insights asks for Performance Insights"
            yield Finding(where, message, fix=Fix("turn it on", where, replace=True))
