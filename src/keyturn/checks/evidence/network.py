"""
Ways through a VPC: from a function to a service of AWS, and to a database.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html (a function has no public address, so an internet
gateway is no way out for it), https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html,
https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from keyturn.check import Fix
from keyturn.checks.evidence import acls, routes
from keyturn.checks.evidence.rules import Answer, Blocked, End, Open, leaves_to_anywhere
from keyturn.checks.evidence.rules import connects as groups_connect
from keyturn.graph import Graph, Resource, Unknown, Value

HTTPS = 443
VPC = "AWS::EC2::VPC"


class Placed(NamedTuple):
    """
    What stands in subnets of a VPC, or in no VPC: a function, a database.

    Attributes:
        settings: Where it may be told of an endpoint's own name.
    """

    name: str
    groups: Value
    subnets: Value
    settings: Value = None

    def end(self, graph: Graph) -> End:
        return End(self.name, self.groups, tuple(_blocks(self.subnets, graph)))


def placed(function: Resource) -> Placed:
    """Where a function stands."""
    groups, subnets = (function.get("VpcConfig", name) for name in ("SecurityGroupIds", "SubnetIds"))
    return Placed(str(function), groups, subnets, function.get("Environment"))


def in_vpc(function: Resource) -> bool:
    """Whether a function is placed into a VPC."""
    return bool(placed(function).subnets)


def to_service(here: Placed, service: str, graph: Graph) -> Answer:
    """Whether one in a VPC gets to a service of AWS, e.g. `secretsmanager`: by an interface endpoint, or out of the VPC."""
    return _all(
        each if isinstance(each, Unknown) else _from_subnet(each, here, service, graph)
        for each in _subnets(here.subnets, graph)
    )


def to_database(here: Placed, there: Placed, port: int, graph: Graph) -> Answer:
    """Whether one in a VPC gets to a database, in that VPC or in another that is joined to it."""
    ends = [list(_subnets(each.subnets, graph)) for each in (here, there)]
    known = [[subnet for subnet in end if isinstance(subnet, Resource)] for end in ends]
    if ends != known or not all(ends):
        return Unknown(f"whether {here.name} and {there.name} are in the same VPC is not known")
    ways = (_some([_between(own, other, port, graph) for other in known[1]], str(own)) for own in known[0])
    return _all([groups_connect(here.end(graph), there.end(graph), port, graph), *ways])


def _all(answers: Iterable[Answer]) -> Answer:
    """Open if all are: what blocks is told first, then what is not known."""
    answers = list(answers)
    blocked = next((each for each in answers if isinstance(each, Blocked)), None)
    return blocked or next((each for each in answers if isinstance(each, Unknown)), Open())


def _some(answers: list[Answer], here: str) -> Answer:
    """Blocked if all are: in which of its subnets a database stands is not known."""
    if all(isinstance(each, Blocked) for each in answers):
        return answers[0]
    if any(isinstance(each, Blocked) for each in answers):
        return Unknown(f"from {here} one gets to some of its subnets only")
    return _all(answers)


def _between(here: Resource, there: Resource, port: int, graph: Graph) -> Answer:
    """From one subnet to another: by the routes of two VPCs if they are not of the same, then by their network ACLs."""
    ids = here.get("VpcId"), there.get("VpcId")
    if unknown := next((each for each in ids if not isinstance(each, str)), None):
        return unknown if isinstance(unknown, Unknown) else Unknown(f"the VPC of {here} or {there} is not known")
    vpcs = [graph.follow(each, "VpcId", types=(VPC,)) for each in (here, there)]
    if isinstance(dns := _names_lead(vpcs[0], graph), Blocked):
        return dns
    if ids[0] == ids[1]:
        return acls.connects(here, there, port, graph)
    own, other = vpcs
    if own is None or other is None:
        return Unknown(f"whether the VPCs of {here} and {there} are joined is not known")
    joined = routes.between(own, other, graph)
    if not isinstance(joined, Open):
        return joined
    both = routes.by_peering(here, there, graph), routes.by_peering(there, here, graph)
    return _all([*both, acls.connects(here, there, port, graph)])


def _names_lead(vpc: Resource | None, graph: Graph) -> Answer:
    """Whether names are looked up in a VPC."""
    off = vpc is not None and vpc.get("EnableDnsSupport") in (False, "false")
    if vpc is None or not off or any(graph.everywhere("AWS::EC2::VPCDHCPOptionsAssociation")):
        return Open()
    at = vpc.at("EnableDnsSupport")
    return Blocked(f"{vpc} looks no names up", at, Fix("turn on its DNS", at, replace=True))


def _from_subnet(subnet: Resource, here: Placed, service: str, graph: Graph) -> Answer:
    by_endpoint = _by_endpoint(subnet, here, service, graph)
    if isinstance(by_endpoint, Open):
        return by_endpoint
    if left_out := graph.left_out("vpcendpoint"):
        return Unknown(f"what {left_out} changes is not known here")
    outside = _outside(subnet, here, graph)
    if isinstance(outside, Open):
        return outside
    if unknown := next((each for each in (by_endpoint, outside) if isinstance(each, Unknown)), None):
        return unknown
    return by_endpoint if isinstance(by_endpoint, Blocked) else outside


def _by_endpoint(subnet: Resource, here: Placed, service: str, graph: Graph) -> Answer | None:
    """By an interface endpoint for the service in the subnet's VPC; None if there is none."""
    vpc = graph.follow(subnet, "VpcId", types=(VPC,))
    if vpc is None:
        return Unknown(f"the VPC of {subnet}, and so its endpoints, is not declared here")
    answer: Answer | None = None
    for endpoint in graph.everywhere("AWS::EC2::VPCEndpoint"):
        name = endpoint.get("ServiceName")
        if isinstance(name, Unknown) or isinstance(endpoint.get("VpcId"), Unknown):
            answer = answer or Unknown(f"for which service {endpoint} is, and where, is not known")
        elif str(name).endswith(f".{service}") and graph.follow(endpoint, "VpcId") is vpc:
            answer = _through(endpoint, subnet, here, graph)
            if isinstance(answer, Open):
                return answer
    return answer


def _through(endpoint: Resource, subnet: Resource, here: Placed, graph: Graph) -> Answer:
    private_dns = endpoint.get("PrivateDnsEnabled")
    if private_dns in (False, "false"):
        if "vpce" in str(here.settings):
            return Unknown(f"{here.name} may name {endpoint} in its environment")
        at = endpoint.at("PrivateDnsEnabled")
        why = f"{endpoint} has no private DNS, so the service's name does not lead to it"
        risk = "all of the VPC then calls the service through it"
        return Blocked(why, at, Fix("turn on its private DNS", at, replace=True, risk=risk))
    if private_dns not in (True, "true"):
        return Unknown(f"whether {endpoint} has private DNS is not given")
    there = Placed(str(endpoint), endpoint.get("SecurityGroupIds"), endpoint.get("SubnetIds"))
    passes = [
        acls.connects(subnet, each, HTTPS, graph) if isinstance(each, Resource) else each
        for each in _subnets(there.subnets, graph)
    ]
    if any(isinstance(each, Open) for each in passes):  # It has an address in each of them.
        passes = []
    return _all([groups_connect(here.end(graph), there.end(graph), HTTPS, graph), *passes])


def _outside(subnet: Resource, here: Placed, graph: Graph) -> Answer:
    """Out of the VPC by the subnet's routes."""
    ways = routes.of_subnet(subnet, graph)
    if isinstance(ways, Unknown):
        return ways
    for route in ways:
        if route.get("DestinationPrefixListId") or route.get("DestinationIpv6CidrBlock"):
            continue
        if route.get("DestinationCidrBlock") != routes.ANYWHERE:
            continue
        if any(route.get(way) for way in routes.WAYS_OUT):
            out = leaves_to_anywhere(here.end(graph), HTTPS, graph)
            return _all([out, acls.connects(subnet, None, HTTPS, graph), routes.by_nat(route, graph)])
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


def _subnets(value: Value, graph: Graph) -> Iterator[Resource | Unknown]:
    if not isinstance(value, tuple):
        yield value if isinstance(value, Unknown) else Unknown("the subnets are not given")
        return
    for each in value:
        found = graph.find(each, "AWS::EC2::Subnet")
        yield found or (each if isinstance(each, Unknown) else Unknown(f"the subnet {each} is not declared here"))


def _blocks(value: Value, graph: Graph) -> Iterator[Value]:
    for subnet in _subnets(value, graph):
        yield subnet if isinstance(subnet, Unknown) else subnet.get("CidrBlock")
