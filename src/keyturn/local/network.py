"""
What can reach what in a VPC, and in one that it is peered with: by security groups, network access lists, routes, and the VPC's endpoints,
as moto's EC2 has them at the moment.

Source: Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC"; VPC guide, "Security group rules",
"Route tables", "Access an AWS service using an interface VPC endpoint", "Gateway endpoints".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, ip_network
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local.acls import AccessLists
from keyturn.local.moto_state import backend

HTTPS = 443
EVERYWHERE = "0.0.0.0/0"


class Blocked(Exception):
    """There is no way; the text says where it ends."""


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where something stands in a VPC: it has an address in each of the subnets, or in any of them.

    Attributes:
        name: For messages: `the function`, `the endpoint vpce-…`.
        public: Whether it has a public address, too.
    """

    name: str
    vpc: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    public: bool = False


class Network:
    """The network of one account in one region."""

    def __init__(self, account: str, region: str) -> None:
        self._ec2 = backend("ec2", account, region)
        self._region = region

    def place(self, name: str, subnets: Iterable[str], groups: Iterable[str], *, public: bool = False) -> Place | None:
        """A place from its subnets; None when one of them is gone. Without groups it has its VPC's default one."""
        known = {subnet.id: subnet for subnet in self._ec2.describe_subnets()}
        there = [known.get(subnet) for subnet in subnets]
        if not there or None in there:
            return None
        vpc: str = there[0].vpc_id  # type: ignore[union-attr]
        default = self._ec2.get_default_security_group(vpc)
        return Place(name, vpc, tuple(subnets), tuple(groups) or ((default.id,) if default else ()), public)

    def connect(self, source: Place, target: Place, port: int) -> None:
        """
        See whether a connection gets from one place to another, of the same VPC or of one that it is peered with.

        Raises:
            Blocked: It does not.
        """
        if source.vpc != target.vpc and not (self._is_peered(source, target) and self._is_peered(target, source)):
            raise Blocked(f"{source.name} is in {source.vpc}, {target.name} in {target.vpc}: no peering leads there")
        if not self._open(source.groups, "egress_rules", port, target):
            raise Blocked(f"no security group of {source.name} lets it out to {target.name} on port {port}")
        if not self._open(target.groups, "ingress_rules", port, source):
            raise Blocked(f"no security group of {target.name} lets {source.name} in on port {port}")
        lists = AccessLists(self._ec2)
        for here, there in itertools.product(self._those(source), self._those(target)):
            if not lists.let_through(here, there, port):
                raise Blocked(f"a network access list lets nothing through from {here.id} to {there.id} on port {port}")

    def from_internet(self, target: Place, port: int) -> None:
        """
        See whether a connection gets from the internet to a place.

        Raises:
            Blocked: It does not.
        """
        if not target.public:
            raise Blocked(f"{target.name} has no public address")
        if not any(
            rule.cidr_ipv4 == EVERYWHERE and _covers(rule, port) for rule in self._rules(target, "ingress_rules")
        ):
            raise Blocked(f"no security group of {target.name} lets the internet in on port {port}")

    def to_internet(self, source: Place, port: int) -> None:
        """
        See whether a connection gets from a place with private addresses to the internet.

        Raises:
            Blocked: It does not, from one of its subnets.
        """
        for subnet in source.subnets:
            if not self._leads_out(subnet):
                raise Blocked(f"{subnet} has no route to the internet through a NAT gateway")
        if not any(
            rule.cidr_ipv4 == EVERYWHERE and _covers(rule, port) for rule in self._rules(source, "egress_rules")
        ):
            raise Blocked(f"no security group of {source.name} lets it out to the internet on port {port}")

    def to_service(self, source: Place, service: str) -> tuple[Any, ...]:
        """
        See whether a call gets from a place to a service of AWS; give the policies of the endpoint that it comes through.

        Raises:
            Blocked: It does not.
        """
        if endpoint := self._interface(source.vpc, service):
            place = self.place(f"the endpoint {endpoint.id}", endpoint.subnet_ids, endpoint.security_group_ids)
            if place is None:
                raise Blocked(f"a subnet of the endpoint {endpoint.id} is gone")
            self.connect(source, place, HTTPS)
            return (endpoint.policy_document,)
        if endpoint := self._gateway(source, service):
            lists = (EVERYWHERE, endpoint.destination_prefix_list_id)
            rules = self._rules(source, "egress_rules")
            if not any((rule.cidr_ipv4 or rule.prefix_list_id) in lists and _covers(rule, HTTPS) for rule in rules):
                raise Blocked(f"no security group of {source.name} lets it out to the endpoint {endpoint.id}")
            return (endpoint.policy_document,)
        try:
            self.to_internet(source, HTTPS)
        except Blocked as blocked:
            raise Blocked(f"{source.vpc} has no endpoint for {service}, and {blocked}") from None
        return ()

    def _open(self, groups: Iterable[str], direction: str, port: int, other: Place) -> bool:
        return any(
            _covers(rule, port) and (rule.source_group.get("GroupId") in other.groups or self._holds(rule, other))
            for group in groups
            for rule in self._of(group, direction)
        )

    def _holds(self, rule: Any, place: Place) -> bool:
        """Whether a rule's addresses hold whatever address something has in its subnets."""
        if not rule.cidr_ipv4:
            return False
        allowed = IPv4Network(rule.cidr_ipv4, strict=False)
        blocks = (ip_network(subnet.cidr_block) for subnet in self._those(place))
        return all(isinstance(block, IPv4Network) and block.subnet_of(allowed) for block in blocks)

    def _rules(self, place: Place, direction: str) -> Iterator[Any]:
        for group in place.groups:
            yield from self._of(group, direction)

    def _of(self, group: str, direction: str) -> list[Any]:
        found = self._ec2.get_security_group_from_id(group)
        return list(getattr(found, direction)) if found else []

    def _those(self, place: Place) -> list[Any]:
        """A place's subnets."""
        return self._subnets(lambda each: each.id in place.subnets)

    def _subnets(self, which: Callable[[Any], bool]) -> list[Any]:
        return [subnet for subnet in self._ec2.describe_subnets() if which(subnet)]

    def _interface(self, vpc: str, service: str) -> Any:
        """The endpoint that the service's usual name leads to in a VPC: one with private DNS."""
        return next(
            (
                endpoint
                for endpoint in self._endpoints(vpc, service)
                if endpoint.vpc_endpoint_type == "Interface" and _truth(endpoint.private_dns_enabled)
            ),
            None,
        )

    def _gateway(self, source: Place, service: str) -> Any:
        """The gateway endpoint to which the routes of all of a place's subnets lead."""
        tables = {self._table(subnet).id for subnet in source.subnets}
        return next(
            (
                endpoint
                for endpoint in self._endpoints(source.vpc, service)
                if endpoint.vpc_endpoint_type in (None, "", "Gateway") and tables <= set(endpoint.route_table_ids)
            ),
            None,
        )

    def _endpoints(self, vpc: str, service: str) -> list[Any]:
        suffix = ".".join(reversed(partition(self._region).dns_suffix.split(".")))
        names = {f"{suffix}.{self._region}.{service}", f"com.amazonaws.{self._region}.{service}"}
        found = (each for each in self._ec2.vpc_end_points.values() if each.state != "deleted")  # moto keeps them
        return [endpoint for endpoint in found if endpoint.vpc_id == vpc and endpoint.service_name in names]

    def _table(self, subnet: str) -> Any:
        """The route table of a subnet: its own, else its VPC's main one."""
        tables = list(self._ec2.route_tables.values())
        own = next((table for table in tables if subnet in table._associations.values()), None)
        if own is not None:
            return own
        vpc = self._subnets(lambda each: each.id == subnet)[0].vpc_id
        return next(table for table in tables if table.vpc_id == vpc and table.main_association_id)

    def _leads_out(self, subnet: str) -> bool:
        """
        Whether the internet can be reached from a private address in a subnet.

        An internet gateway by itself is of no use to it; a public NAT gateway whose own subnet has a route to one is. Routes to
        what is deleted or detached lead nowhere. What stands behind an instance, an interface or a transit gateway is taken to
        work.
        """
        route = self._default_route(subnet)
        if route is None or route.gateway is not None:
            return False
        if route.nat_gateway is None:
            return True
        if route.nat_gateway.state == "deleted" or route.nat_gateway.connectivity_type == "private":
            return False
        beyond = self._default_route(route.nat_gateway.subnet_id)
        return beyond is not None and getattr(beyond.gateway, "vpc", None) is not None

    def _is_peered(self, here: Place, there: Place) -> bool:
        """Whether the routes of all subnets here lead to those there, through a peering of both VPCs."""
        blocks = [ip_network(each.cidr_block) for each in self._those(there)]
        return all(
            any(
                route.vpc_pcx is not None
                and route.vpc_pcx._status.code == "active"
                and {route.vpc_pcx.vpc.id, route.vpc_pcx.peer_vpc.id} == {here.vpc, there.vpc}
                and all(block.subnet_of(ip_network(route.destination_cidr_block)) for block in blocks)  # type: ignore[arg-type]
                for route in self._table(subnet).routes
                if route.destination_cidr_block
            )
            for subnet in here.subnets
        )

    def _default_route(self, subnet: str) -> Any:
        return next((each for each in self._table(subnet).routes if each.destination_cidr_block == EVERYWHERE), None)


def _covers(rule: Any, port: int) -> bool:
    """Whether a rule is about a TCP port."""
    if rule.ip_protocol == "-1":
        return True
    return bool(rule.ip_protocol == "tcp" and rule.from_port <= port <= rule.to_port)


def _truth(value: Any) -> bool:
    """moto keeps what it was told; not told means yes."""
    return value is None or str(value).lower() == "true"
