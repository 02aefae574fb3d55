"""
Security groups: do their rules let one thing speak to another?

Answers are `Open`, `Blocked` with the hop that blocks, or `Unknown`. A group without outbound rules of its own is open to everywhere.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import NamedTuple, TypeAlias

from keyturn.check import Fix
from keyturn.checks.evidence.order import comes_after
from keyturn.graph import Graph, Ref, Resource, Site, Text, Unknown, Value


class Open(NamedTuple):
    """It gets through."""


class Blocked(NamedTuple):
    """It does not: why, where that could be changed, and how."""

    because: str
    at: Site
    fix: Fix | None = None
    hint: str = ""


Answer: TypeAlias = Open | Blocked | Unknown
_PEERS = {
    "Ingress": ("SourceSecurityGroupId", "CidrIp", "SourceSecurityGroupName", "SourcePrefixListId", "CidrIpv6"),
    "Egress": ("DestinationSecurityGroupId", "CidrIp", "DestinationPrefixListId", "CidrIpv6"),
}
_DOUBTFUL = ("SourceSecurityGroupName", "SourcePrefixListId", "DestinationPrefixListId")


class End(NamedTuple):
    """One end of a connection: its security groups, and the blocks of addresses that its subnets have."""

    name: str
    groups: Value
    blocks: tuple[Value, ...] = ()


def connects(here: End, there: End, port: int, graph: Graph) -> Answer:
    """Whether the groups of both ends let a TCP connection through, from here to a port there."""
    leaves = _passes(here, there, "Egress", port, graph)
    arrives = _passes(there, here, "Ingress", port, graph)
    blocked = next((each for each in (leaves, arrives) if isinstance(each, Blocked)), None)
    return blocked or next((each for each in (leaves, arrives) if isinstance(each, Unknown)), Open())


def leaves_to_anywhere(here: End, port: int, graph: Graph) -> Answer:
    """Whether the groups let a TCP connection out to a public address."""
    return _passes(here, End("the internet", (), ("0.0.0.0/0",)), "Egress", port, graph)


def _passes(own: End, peer: End, direction: str, port: int, graph: Graph) -> Answer:
    """Whether one of the groups at this end has a rule for the other end."""
    if isinstance(own.groups, Unknown) or not isinstance(own.groups, tuple):
        return own.groups if isinstance(own.groups, Unknown) else Unknown(f"the groups of {own.name} are not given")
    doubt: Unknown | None = None
    groups = [(value, graph.find(value, "AWS::EC2::SecurityGroup")) for value in own.groups]
    for value, group in groups:
        if group is None:
            if _default_passes(value, peer, direction, graph):
                return Open()
            doubt = value if isinstance(value, Unknown) else Unknown(f"the group {value} is not declared here")
            continue
        for rule in _rules(group, direction, graph):
            answer = True if rule is None else _admits(rule, peer, direction, port, graph)
            if answer is True:
                return Open()
            doubt = answer if isinstance(answer, Unknown) else doubt
    declared = next((group for _, group in groups if group), None)
    if doubt or declared is None:
        return doubt or Unknown(f"{own.name} has no group")
    if left_out := graph.left_out("securitygroup"):
        return Unknown(f"what {left_out} changes is not known here")
    said = f"admits {peer.name} on {port}" if direction == "Ingress" else f"lets it out to {peer.name} on {port}"
    return Blocked(
        f"no rule of {declared} {said}",
        declared.at(f"SecurityGroup{direction}"),
        _rule_for(declared, peer, direction, port, graph),
        f"add a rule for {port} to {declared}",
    )


def _default_passes(value: Value, peer: End, direction: str, graph: Graph) -> bool:
    """
    Whether it is the group that a VPC begins with, and lets this through: its own members in, everything out.

    Source: https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """
    defaults = [vpc.attributes.get("DefaultSecurityGroup") for vpc in graph.everywhere("AWS::EC2::VPC")]
    if not isinstance(value, str) or value not in defaults:
        return False
    return direction == "Egress" or (isinstance(peer.groups, tuple) and value in peer.groups)


def _rule_for(group: Resource, peer: End, direction: str, port: int, graph: Graph) -> Fix | None:
    """A rule more for the first group of the other end, unless that group is made after this one."""
    others = peer.groups if isinstance(peer.groups, tuple) else ()
    other = next((found for each in others if (found := graph.find(each, "AWS::EC2::SecurityGroup"))), None)
    if other is None or other is group or comes_after(other, group, graph):
        return None
    rule: dict[str, Value] = {
        "IpProtocol": "tcp",
        "FromPort": port,
        "ToPort": port,
        _PEERS[direction][0]: Text(str(other.attributes.get("GroupId", other.identity)), (Ref(other.name, "GroupId"),)),
    }
    said = f"admit {peer.name}" if direction == "Ingress" else f"let it out to {peer.name}"
    return Fix(f"{said} on {port}", group.at(f"SecurityGroup{direction}"), append=rule)


def _rules(group: Resource, direction: str, graph: Graph) -> Iterator[Mapping[str, Value] | Unknown | None]:
    """A group's rules in one direction; None stands for all that a group lets out that names nothing."""
    inline = group.get(f"SecurityGroup{direction}")
    if isinstance(inline, Unknown):
        yield inline
    elif isinstance(inline, tuple):
        for rule in inline:
            yield rule if isinstance(rule, Mapping | Unknown) else Unknown(f"a rule of {group} cannot be read")
    elif direction == "Egress":
        yield None
    for separate in graph.everywhere(f"AWS::EC2::SecurityGroup{direction}"):
        named = separate.get("GroupId")
        if isinstance(named, Unknown) or graph.find(named, "AWS::EC2::SecurityGroup") is group:
            yield named if isinstance(named, Unknown) else separate.properties


def _admits(rule: Mapping[str, Value] | Unknown, peer: End, direction: str, port: int, graph: Graph) -> bool | Unknown:
    if isinstance(rule, Unknown):
        return rule
    protocol, first, last = (rule.get(name) for name in ("IpProtocol", "FromPort", "ToPort"))
    for value in (protocol, first, last):
        if isinstance(value, Unknown):
            return value
    if str(protocol).lower() not in ("-1", "tcp", "6"):
        return False
    ranged = str(protocol) != "-1" and first is not None and last is not None
    if ranged and _number(first) != -1 and not _number(first) <= port <= _number(last):
        return False
    named = {name: rule[name] for name in _PEERS[direction] if rule.get(name) is not None}
    if not named:
        return Unknown("a rule does not say whom it is for")
    if unknown := next((value for value in named.values() if isinstance(value, Unknown)), None):
        return unknown
    if doubtful := next((name for name in named if name in _DOUBTFUL), None):
        return Unknown(f"what {doubtful} stands for is not known here")
    if group := next((value for name, value in named.items() if name.endswith("SecurityGroupId")), None):
        return _is_among(group, peer, graph)
    block = rule.get("CidrIp")
    return _covers(str(block), peer) if isinstance(block, str) else False


def _is_among(group: Value, peer: End, graph: Graph) -> bool | Unknown:
    groups = peer.groups if isinstance(peer.groups, tuple) else (peer.groups,)
    meant = graph.find(group, "AWS::EC2::SecurityGroup")
    for each in groups:
        if isinstance(each, Unknown):
            return each
        if each == group or (meant is not None and graph.find(each, "AWS::EC2::SecurityGroup") is meant):
            return True
    return False


def _covers(block: str, peer: End) -> bool | Unknown:
    """Whether a block of addresses has all that the other end may have."""
    if block == "0.0.0.0/0":
        return True
    try:
        wide = ip_network(block, strict=False)
        blocks = [ip_network(each, strict=False) if isinstance(each, str) else None for each in peer.blocks]
    except ValueError:
        return Unknown(f"{block} is not a block of addresses")
    if not blocks or None in blocks:
        return False if wide.is_loopback else Unknown(f"the addresses of {peer.name} are not known")
    if all(each.version == wide.version and each.subnet_of(wide) for each in blocks if each):  # type: ignore[arg-type]
        return True
    if "0.0.0.0/0" in peer.blocks and wide.is_private:
        return False
    overlap = any(each.overlaps(wide) for each in blocks if each)
    return Unknown(f"{block} has some of the addresses of {peer.name}") if overlap else False


def _number(value: Value) -> int:
    return int(str(value)) if str(value).lstrip("-").isdigit() else -1
