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
from keyturn.facts.rds_bounds import insights
from keyturn.graph import Graph, Resource

ENABLED = {"AWS::RDS::DBCluster": "PerformanceInsightsEnabled", "AWS::RDS::DBInstance": "EnablePerformanceInsights"}


@check(*ENABLED, verdict=Verdict.REFUSED)
def db_insights_retention_refused(database: Resource, graph: Graph) -> Iterator[Outcome]:
    days, on = number(database.get("PerformanceInsightsRetentionPeriod")), database.get(ENABLED[database.type])
    member = database.type == "AWS::RDS::DBInstance" and cluster_of(database, graph) is not None
    advanced = database.get("DatabaseInsightsMode") == "advanced" and not member
    if misfit := insights(days, advanced=advanced):
        at, longer = database.at(misfit.name), int(misfit.better)
        yield Finding(at, misfit.message, fix=Fix(f"take {longer}", at, replace=longer))
    elif advanced and (on is None or (isinstance(on, bool | str) and not true(on))):
        where = database.at(ENABLED[database.type])
        message = "the advanced mode of Database Insights asks for Performance Insights"
        yield Finding(where, message, fix=Fix("turn it on", where, replace=True))
