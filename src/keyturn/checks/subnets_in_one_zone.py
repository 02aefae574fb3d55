"""
A load balancer or a database is given subnets of one Availability Zone only.

An Application Load Balancer and a DB subnet group need subnets in two Availability Zones at least, so that they outlive the
loss of one.

Fix: add a subnet in another zone.

Why it matters: the resource is not created, nor what waits for it.

Scope: Application Load Balancers and DB subnet groups whose subnets are declared beside them, with their zones

Noticed: at deployment, when the load balancer or the subnet group is created

Recovery: add a subnet and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
  https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource

BALANCER, SUBNET_GROUP = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::RDS::DBSubnetGroup"


@check(BALANCER, SUBNET_GROUP, verdict=Verdict.REFUSED)
def subnets_in_one_zone(holder: Resource, graph: Graph) -> Iterator[Outcome]:
    name = "Subnets" if holder.type == BALANCER else "SubnetIds"
    if holder.type == BALANCER and holder.get("Type") not in (None, "application"):
        return
    listed = holder.get(name)
    subnets = [graph.find(each, "AWS::EC2::Subnet") for each in listed] if isinstance(listed, tuple) else []
    zones = {each.get("AvailabilityZone") if each else None for each in subnets}
    named = sorted(zone for zone in zones if isinstance(zone, str))
    if len(subnets) == 1 and subnets[0] and not named:
        named = ["its own"]
    elif len(named) != len(zones):
        return  # In which zone a subnet is that is not declared here, or lets AWS choose, nobody knows.
    if len(named) == 1:
        yield Finding(
            at=holder.at(name),
            message=f"all subnets of {holder} are in one Availability Zone, {named[0]}; two are needed",
            error=AwsError(
                "ValidationError", "At least two subnets in two different Availability Zones must be specified"
            )
            if holder.type == BALANCER
            else AwsError(
                "DBSubnetGroupDoesNotCoverEnoughAZs",
                "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "
                f"Current AZ coverage: {named[0]}. Add subnets to cover at least 2 AZs.",
            ),
            hint="add a subnet in another zone",
        )
