"""
Network ACLs: do those of two subnets let a connection through, and its answers back?

A network ACL has no memory: what answers a connection needs rules of its own, for the port that the client happened to take. Its rules are
looked at in the order of their numbers, and the first that fits decides; what none fits is denied. The ACL that a VPC begins with allows
everything, and traffic inside one subnet passes none.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html, read 2026-11-24.
"""

from __future__ import annotations

from ipaddress import IPv4Network, ip_network
from typing import NamedTuple

from keyturn.checks.evidence.routes import ANYWHERE
from keyturn.checks.evidence.rules import Answer, Blocked, Open
from keyturn.graph import Graph, Resource, Unknown, Value

EPHEMERAL = (1024, 65535)
"""The ports that a function's connections may come from."""
_TCP = ("-1", "6", "tcp", "all")


class Traffic(NamedTuple):
    """What passes a subnet's edge: the block of addresses on the other side, and the ports that it goes to."""

    egress: bool
    block: str
    ports: tuple[int, int]

    def __str__(self) -> str:
        first, last = self.ports
        ports = str(first) if first == last else f"{first}-{last}"
        return f"out to {self.block} on {ports}" if self.egress else f"in from {self.block} on {ports}"


def connects(here: Resource, there: Resource | None, port: int, graph: Graph) -> Answer:
    """Whether a TCP connection gets from one subnet to a port in another, or to a public address where there is none."""
    if there is here:
        return Open()
    own, other = here.get("CidrBlock"), ANYWHERE if there is None else there.get("CidrBlock")
    if not isinstance(own, str) or not isinstance(other, str):
        return Unknown(f"the addresses of {here} or {there} are not known")
    passes = [(here, Traffic(True, other, (port, port))), (here, Traffic(False, other, EPHEMERAL))]
    if there is not None:
        passes += [(there, Traffic(False, own, (port, port))), (there, Traffic(True, own, EPHEMERAL))]
    answers = [_passes(subnet, traffic, graph) for subnet, traffic in passes]
    blocked = next((each for each in answers if isinstance(each, Blocked)), None)
    return blocked or next((each for each in answers if isinstance(each, Unknown)), Open())


def _passes(subnet: Resource, traffic: Traffic, graph: Graph) -> Answer:
    acl = _of(subnet, graph)
    if not isinstance(acl, Resource):
        return acl or Open()
    entries = [
        each
        for each in graph.everywhere("AWS::EC2::NetworkAclEntry")
        if isinstance(each.get("NetworkAclId"), Unknown) or graph.follow(each, "NetworkAclId") is acl
    ]
    if any(isinstance(value, Unknown) for each in entries for value in each.properties.values()):
        return Unknown(f"a rule of {acl} is not known")
    entries.sort(key=lambda each: _number(each.get("RuleNumber"), 0))
    for entry in entries:
        if (str(entry.get("Egress")).lower() == "true") is not traffic.egress:
            continue
        fits = _fits(entry, traffic)
        if fits is None:
            return Unknown(f"{entry} is about some of what gets {traffic}")
        if fits:
            allowed = entry.get("RuleAction") == "allow"
            return Open() if allowed else _blocked(subnet, acl, traffic, f"{entry} of {acl} denies it")
    return _blocked(subnet, acl, traffic, f"no rule of {acl} allows it")


def _blocked(subnet: Resource, acl: Resource, traffic: Traffic, why: str) -> Blocked:
    return Blocked(
        f"{subnet} lets nothing {traffic}: {why}", acl.at(), hint=f"add a rule to {acl} that lets it {traffic}"
    )


def _of(subnet: Resource, graph: Graph) -> Resource | Unknown | None:
    """The network ACL of a subnet; None for the one that its VPC begins with."""
    for link in graph.everywhere("AWS::EC2::SubnetNetworkAclAssociation"):
        if isinstance(link.get("SubnetId"), Unknown):
            return Unknown(f"which subnet {link} is for is not known")
        if graph.follow(link, "SubnetId") is subnet:
            acl = graph.follow(link, "NetworkAclId", types=("AWS::EC2::NetworkAcl",))
            return acl or Unknown(f"the network ACL of {subnet} is not declared here")
    return None


def _fits(entry: Resource, traffic: Traffic) -> bool | None:
    """Whether a rule is about this traffic; None if it is about some of it."""
    if str(entry.get("Protocol")).lower() not in _TCP:
        return False
    block = entry.get("CidrBlock")
    if block is None:
        return False  # A rule for IPv6.
    answers = (_within(traffic.block, block), _among(traffic.ports, entry))
    return False if False in answers else None if None in answers else True


def _within(block: str, wide: Value) -> bool | None:
    try:
        inner, outer = ip_network(block, strict=False), ip_network(str(wide), strict=False)
    except ValueError:
        return None
    if not isinstance(inner, IPv4Network) or not isinstance(outer, IPv4Network):
        return False
    return True if inner.subnet_of(outer) else None if inner.overlaps(outer) else False


def _among(ports: tuple[int, int], entry: Resource) -> bool | None:
    if str(entry.get("Protocol")) in ("-1", "all"):
        return True
    first, last = (_number(entry.get("PortRange", name), default) for name, default in (("From", 0), ("To", 65535)))
    if first <= ports[0] and ports[1] <= last:
        return True
    return None if first <= ports[1] and ports[0] <= last else False


def _number(value: Value, default: int) -> int:
    return int(str(value)) if str(value).isdigit() else default
