"""
Ways through a VPC: from a function to a service of AWS, and to a database.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html (a function has no public address, so an internet
gateway is no way out for it), https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html,
https://docs.aws.amazon.com/vpc/latest/userguide/subnet-route-tables.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Fix
from keyturn.checks.evidence.rules import Answer, Blocked, End, Open, connects, leaves_to_anywhere
from keyturn.graph import Graph, Resource, Unknown, Value

HTTPS = 443
_GROUPS, _SUBNETS = ("VpcConfig", "SecurityGroupIds"), ("VpcConfig", "SubnetIds")
_ROUTES = ("AWS::EC2::RouteTable", "AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation")
_WAYS_OUT = (
    "NatGatewayId",
    "TransitGatewayId",
    "InstanceId",
    "NetworkInterfaceId",
    "VpcPeeringConnectionId",
    "VpcEndpointId",
)


def in_vpc(function: Resource) -> bool:
    """Whether a function is placed into a VPC."""
    return bool(function.get(*_SUBNETS))


def to_service(function: Resource, service: str, graph: Graph) -> Answer:
    """Whether a function in a VPC gets to a service of AWS, e.g. `secretsmanager`: by an interface endpoint, or out of the VPC."""
    here = End(str(function), function.get(*_GROUPS), tuple(_blocks(function.get(*_SUBNETS), graph)))
    subnets = list(_subnets(function.get(*_SUBNETS), graph))
    answers = [
        each if isinstance(each, Unknown) else _from_subnet(each, here, function, service, graph) for each in subnets
    ]
    blocked = next((each for each in answers if isinstance(each, Blocked)), None)
    return blocked or next((each for each in answers if isinstance(each, Unknown)), Open())


def to_database(function: Resource, groups: Value, subnets: Value, name: str, port: int, graph: Graph) -> Answer:
    """Whether a function in a VPC gets to a database in that VPC."""
    here = End(str(function), function.get(*_GROUPS), tuple(_blocks(function.get(*_SUBNETS), graph)))
    there = End(name, groups, tuple(_blocks(subnets, graph)))
    vpcs = [_vpcs(value, graph) for value in (function.get(*_SUBNETS), subnets)]
    if not all(isinstance(each, str) for each in (*vpcs[0], *vpcs[1])) or len({*vpcs[0], *vpcs[1]}) != 1:
        return Unknown(f"whether {function} and {name} are in the same VPC is not known")
    return connects(here, there, port, graph)


def _from_subnet(subnet: Resource, here: End, function: Resource, service: str, graph: Graph) -> Answer:
    by_endpoint = _by_endpoint(subnet, here, function, service, graph)
    if isinstance(by_endpoint, Open):
        return by_endpoint
    outside = _outside(subnet, here, graph)
    if isinstance(outside, Open):
        return outside
    if unknown := next((each for each in (by_endpoint, outside) if isinstance(each, Unknown)), None):
        return unknown
    return by_endpoint if isinstance(by_endpoint, Blocked) else outside or Open()


def _by_endpoint(subnet: Resource, here: End, function: Resource, service: str, graph: Graph) -> Answer | None:
    """By an interface endpoint for the service in the subnet's VPC; None if there is none."""
    vpc = graph.follow(subnet, "VpcId", types=("AWS::EC2::VPC",))
    if vpc is None:
        return Unknown(f"the VPC of {subnet}, and so its endpoints, is not declared here")
    answer: Answer | None = None
    for endpoint in graph.of_type("AWS::EC2::VPCEndpoint"):
        name = endpoint.get("ServiceName")
        if isinstance(name, Unknown) or isinstance(endpoint.get("VpcId"), Unknown):
            answer = answer or Unknown(f"for which service {endpoint} is, and where, is not known")
        elif str(name).endswith(f".{service}") and graph.follow(endpoint, "VpcId") is vpc:
            answer = _through(endpoint, here, function, graph)
            if isinstance(answer, Open):
                return answer
    return answer


def _through(endpoint: Resource, here: End, function: Resource, graph: Graph) -> Answer:
    private_dns = endpoint.get("PrivateDnsEnabled")
    if private_dns in (False, "false"):
        if "vpce" in str(function.get("Environment")):
            return Unknown(f"{function} may name {endpoint} in its environment")
        at = endpoint.at("PrivateDnsEnabled")
        why = f"{endpoint} has no private DNS, so the service's name does not lead to it"
        return Blocked(why, at, Fix("turn on its private DNS", at, replace=True))
    if private_dns not in (True, "true"):
        return Unknown(f"whether {endpoint} has private DNS is not given")
    groups = endpoint.get("SecurityGroupIds")
    there = End(str(endpoint), groups, tuple(_blocks(endpoint.get("SubnetIds"), graph)))
    return connects(here, there, HTTPS, graph)


def _outside(subnet: Resource, here: End, graph: Graph) -> Answer:
    """Out of the VPC by the subnet's routes."""
    table = _route_table(subnet, graph)
    if isinstance(table, Unknown):
        return table
    routes = [] if table is None else [each for each in graph.of_type("AWS::EC2::Route") if _of(each, table, graph)]
    for route in routes:
        if unknown := next((each for each in route.properties.values() if isinstance(each, Unknown)), None):
            return unknown
        if route.get("DestinationPrefixListId") or route.get("DestinationIpv6CidrBlock"):
            continue
        if route.get("DestinationCidrBlock") != "0.0.0.0/0":
            continue
        if any(route.get(way) for way in _WAYS_OUT):
            return leaves_to_anywhere(here, HTTPS, graph)
        if str(route.get("GatewayId")).startswith("igw-"):
            why = f"{subnet} leads to the internet gateway, and a function has no public address to go out with"
            return Blocked(
                why, route.at("GatewayId"), hint="route it to a NAT gateway, or add an endpoint for the service"
            )
        return Unknown(f"where {route} leads is not known here")
    why = f"{subnet} has no way out of its VPC, and there is no endpoint for the service"
    return Blocked(
        why, subnet.at(), hint="add an interface endpoint for the service, or route the subnet to a NAT gateway"
    )


def _route_table(subnet: Resource, graph: Graph) -> Resource | Unknown | None:
    """The route table of a subnet; None for the main one of a VPC, which knows only the VPC itself."""
    for link in graph.of_type("AWS::EC2::SubnetRouteTableAssociation"):
        if isinstance(link.get("SubnetId"), Unknown):
            return Unknown(f"which subnet {link} is for is not known")
        if graph.follow(link, "SubnetId") is subnet:
            table = graph.follow(link, "RouteTableId", types=("AWS::EC2::RouteTable",))
            return table or Unknown(f"the route table of {subnet} is not declared here")
    strange = next(
        (each for each in graph if "routetable" in each.type.lower().replace("_", "") and each.type not in _ROUTES),
        None,
    )
    return Unknown(f"{strange} may be the route table of {subnet}") if strange else None


def _of(route: Resource, table: Resource, graph: Graph) -> bool:
    return isinstance(route.get("RouteTableId"), Unknown) or graph.follow(route, "RouteTableId") is table


def _subnets(value: Value, graph: Graph) -> Iterator[Resource | Unknown]:
    if not isinstance(value, tuple):
        yield value if isinstance(value, Unknown) else Unknown("the subnets are not given")
        return
    for each in value:
        found = graph.find(each, "AWS::EC2::Subnet")
        yield found or (each if isinstance(each, Unknown) else Unknown(f"the subnet {each} is not declared here"))


def _vpcs(value: Value, graph: Graph) -> list[Value]:
    return [each if isinstance(each, Unknown) else each.get("VpcId") for each in _subnets(value, graph)]


def _blocks(value: Value, graph: Graph) -> Iterator[Value]:
    for subnet in _subnets(value, graph):
        yield subnet if isinstance(subnet, Unknown) else subnet.get("CidrBlock")
