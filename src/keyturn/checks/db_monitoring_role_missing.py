"""
Enhanced monitoring is turned on without a role.

RDS writes the metrics into CloudWatch Logs with a role that it is given.

Fix: give it a role that `monitoring.rds.amazonaws.com` may assume and that has the policy AmazonRDSEnhancedMonitoringRole, or turn
monitoring off.

Why it matters: the database is refused.

Scope: clusters and instances with a monitoring interval

Noticed: at deployment, when the database is created

Recovery: add the role and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import number
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource


@check("AWS::RDS::DBCluster", "AWS::RDS::DBInstance", verdict=Verdict.REFUSED)
def db_monitoring_role_missing(database: Resource, graph: Graph) -> Iterator[Outcome]:
    if number(database.get("MonitoringInterval")) and database.get("MonitoringRoleArn") is None:
        yield Finding(
            at=database.at("MonitoringInterval"),
            message="monitoring asks for a role",
            error=rds_rules.no_monitoring_role(),
            hint="add MonitoringRoleArn, a role with AmazonRDSEnhancedMonitoringRole; or set the interval to 0",
        )
