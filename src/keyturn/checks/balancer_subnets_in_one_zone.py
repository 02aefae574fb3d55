"""
An Application Load Balancer is given subnets of one Availability Zone only.

It needs subnets in two Availability Zones at least, so that it outlives the loss of one.

Fix: add a subnet in another zone.

Why it matters: the load balancer is not created, nor what waits for it.

Scope: Application Load Balancers whose subnets are declared beside them, with their zones

Noticed: at deployment, when the load balancer is created

Recovery: add a subnet and deploy again

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.facts.networks import ONE_ZONE
from keyturn.graph import Graph, Resource


@check("AWS::ElasticLoadBalancingV2::LoadBalancer", verdict=Verdict.REFUSED)
def balancer_subnets_in_one_zone(balancer: Resource, graph: Graph) -> Iterator[Outcome]:
    listed = balancer.get("Subnets")
    if balancer.get("Type") not in (None, "application") or not isinstance(listed, tuple):
        return
    subnets = [graph.find(each, "AWS::EC2::Subnet") for each in listed]
    zones = [each.get("AvailabilityZone") if each else None for each in subnets]
    # In which zone a subnet is that is not declared here, or that lets AWS choose, nobody knows.
    named = {str(zone) for zone in zones if isinstance(zone, str)}
    if len(named) == 1 and all(isinstance(zone, str) for zone in zones):
        yield Finding(
            at=balancer.at("Subnets"),
            message=f"all subnets of {balancer} are in {named.pop()}; it needs two Availability Zones",
            error=ONE_ZONE,
            hint="add a subnet in another zone",
        )
