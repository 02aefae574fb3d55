"""
Routes: which table a subnet has, and where it leads.

Sources: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html,
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html (a public one stands in a public subnet),
https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html, read 2026-11-24.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_network

from keyturn.checks.evidence.rules import Answer, Blocked, Open
from keyturn.graph import Graph, Resource, Unknown, Value

WAYS_OUT = (
    "NatGatewayId",
    "TransitGatewayId",
    "InstanceId",
    "NetworkInterfaceId",
    "VpcPeeringConnectionId",
    "VpcEndpointId",
)
ANYWHERE = "0.0.0.0/0"
_KNOWN = ("AWS::EC2::RouteTable", "AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation")
PEERING = "AWS::EC2::VPCPeeringConnection"
_BETWEEN_VPCS = ("transitgateway", "vpcpeering", "networkmanager", "vpngateway", "vpnconnection", "vpclattice")


def of_subnet(subnet: Resource, graph: Graph) -> list[Resource] | Unknown:
    """The routes of a subnet; none are those of a VPC's main table, which knows only the VPC itself."""
    table = _table(subnet, graph)
    if table is None or isinstance(table, Unknown):
        return [] if table is None else table
    routes = [
        each
        for each in graph.everywhere("AWS::EC2::Route")
        if isinstance(each.get("RouteTableId"), Unknown) or graph.follow(each, "RouteTableId") is table
    ]
    own = table.metadata.get("Routes", ())
    if isinstance(own, Unknown) or not isinstance(own, tuple):
        return own if isinstance(own, Unknown) else Unknown(f"the routes of {table} are not known")
    routes += [_own_route(each, table) for each in own if isinstance(each, Mapping)]
    unknown = (value for each in routes for value in each.properties.values() if isinstance(value, Unknown))
    return next(unknown, None) or routes


def by_nat(route: Resource, graph: Graph) -> Answer:
    """Whether the NAT gateway that a route leads to has a way out itself; open for a route to anything else."""
    nat = graph.follow(route, "NatGatewayId", types=("AWS::EC2::NatGateway",))
    subnet = graph.follow(nat, "SubnetId", types=("AWS::EC2::Subnet",)) if nat else None
    if nat is None or subnet is None or nat.get("ConnectivityType") not in (None, "public"):
        return Open()
    onward = of_subnet(subnet, graph)
    if isinstance(onward, Unknown) or any(each.get("DestinationPrefixListId") for each in onward):
        return Open()
    if any(each.get("DestinationCidrBlock") == ANYWHERE for each in onward):
        return Open()
    return Blocked(
        f"{nat} stands in {subnet}, which has no way out itself",
        nat.at("SubnetId"),
        hint=f"route {subnet} to an internet gateway",
    )


def between(here: Resource, there: Resource, graph: Graph) -> Answer:
    """Whether two VPCs are joined by a peering connection."""
    for peering in graph.everywhere(PEERING):
        if any(isinstance(peering.get(name), Unknown) for name in ("VpcId", "PeerVpcId")):
            return Unknown(f"which VPCs {peering} joins is not known")
        if {graph.follow(peering, "VpcId"), graph.follow(peering, "PeerVpcId")} == {here, there}:
            return Open()
    if other := next((each for each in graph.everywhere() if _may_join(each)), None) or _left_out(graph):
        return Unknown(f"whether {here} and {there} are joined by {other} is not known")
    return Blocked(
        f"{here} and {there} are two VPCs, and nothing joins them",
        there.at(),
        hint=f"place the function into {there}, or join the two by a peering connection, with routes both ways",
    )


def by_peering(here: Resource, there: Resource, graph: Graph) -> Answer:
    """Whether a subnet has a route to the addresses of another, in another VPC, by a peering connection."""
    routes, block = of_subnet(here, graph), there.get("CidrBlock")
    if isinstance(routes, Unknown) or not isinstance(block, str):
        return routes if isinstance(routes, Unknown) else Unknown(f"the addresses of {there} are not known")
    for route in routes:
        if route.get("VpcPeeringConnectionId") and _covers(route.get("DestinationCidrBlock"), block):
            return Open()
    if any(route.get("DestinationPrefixListId") or route.get("TransitGatewayId") for route in routes):
        return Unknown(f"whether a route of {here} leads to {there} is not known")
    return Blocked(
        f"{here} has no route to {there}, {block}",
        here.at(),
        hint=f"route {block} to the peering connection in the route table of {here}",
    )


def _own_route(written: Mapping[str, Value], table: Resource) -> Resource:
    """A route that is written into its table, as one of its own."""
    named = {"".join(name.lower().split("_")): value for name, value in written.items() if value not in (None, "")}
    properties = {_WRITTEN[name]: value for name, value in named.items() if name in _WRITTEN}
    return replace(table, type="AWS::EC2::Route", properties=properties)


def _left_out(graph: Graph) -> str | None:
    return next((found for word in _BETWEEN_VPCS if (found := graph.left_out(word))), None)


def _may_join(resource: Resource) -> bool:
    name = resource.type.lower().replace("_", "").replace("::", "")
    return resource.type != PEERING and any(each in name for each in _BETWEEN_VPCS)


_WRITTEN = {
    "cidrblock": "DestinationCidrBlock",
    "ipv6cidrblock": "DestinationIpv6CidrBlock",
    "destinationprefixlistid": "DestinationPrefixListId",
    "gatewayid": "GatewayId",
    "natgatewayid": "NatGatewayId",
    "networkinterfaceid": "NetworkInterfaceId",
    "transitgatewayid": "TransitGatewayId",
    "vpcendpointid": "VpcEndpointId",
    "vpcpeeringconnectionid": "VpcPeeringConnectionId",
}
"""What a route that is written into its table calls its properties, without underscores and capitals."""


def _covers(wide: Value, block: str) -> bool:
    try:
        return ip_network(block, strict=False).subnet_of(ip_network(str(wide), strict=False))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def _table(subnet: Resource, graph: Graph) -> Resource | Unknown | None:
    """The route table of a subnet; None for the main one of its VPC."""
    for link in graph.everywhere("AWS::EC2::SubnetRouteTableAssociation"):
        if isinstance(link.get("SubnetId"), Unknown):
            return Unknown(f"which subnet {link} is for is not known")
        if graph.follow(link, "SubnetId") is subnet:
            table = graph.follow(link, "RouteTableId", types=("AWS::EC2::RouteTable",))
            return table or Unknown(f"the route table of {subnet} is not declared here")
    strange = next(
        (str(each) for each in graph.everywhere() if "routetable" in each.type.lower() and each.type not in _KNOWN),
        graph.left_out("routetable"),
    )
    return Unknown(f"{strange} may be the route table of {subnet}") if strange else None
