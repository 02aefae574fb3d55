"""
A DB subnet group has subnets in one availability zone only.

RDS wants to be able to move a database to another zone, and asks for subnets in two of them, even for a single instance.

Fix: add a subnet in another zone.

Why it matters: the subnet group is refused, and every database waits for it.

Scope: DB subnet groups whose subnets are declared beside them, or that name one subnet only

Noticed: at deployment, when the subnet group is created

Recovery: add a subnet and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.facts import rds_rules
from keyturn.graph import Graph, Resource


@check("AWS::RDS::DBSubnetGroup", verdict=Verdict.REFUSED)
def db_subnets_in_one_zone(group: Resource, graph: Graph) -> Iterator[Outcome]:
    listed = group.get("SubnetIds")
    if not isinstance(listed, tuple) or not listed or not all(isinstance(each, str) for each in listed):
        return
    subnets = [graph.find(each, "AWS::EC2::Subnet") for each in listed]
    known = [subnet for subnet in subnets if subnet]
    given = [subnet.get("AvailabilityZone") or subnet.get("AvailabilityZoneId") for subnet in known]
    zone = given[0] if given else None
    alone = len(set(listed)) == 1
    if alone or (len(known) == len(listed) and isinstance(zone, str) and all(each == zone for each in given)):
        yield Finding(
            at=group.at("SubnetIds"),
            message="one subnet is in one zone; two zones are asked for" if alone else f"all subnets are in {zone}",
            related=tuple(Note(subnet.at("AvailabilityZone"), f"the zone of {subnet}") for subnet in known),
            error=rds_rules.one_zone(zone) if isinstance(zone, str) else None,
            hint="add a subnet in another zone",
        )
