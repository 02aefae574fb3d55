"""
Network access lists: which traffic a subnet lets in and out, as moto's EC2 has them at the moment.

A list has no memory: what answers a connection needs rules of its own, for the port that the client happened to take. Rules are looked at
by their numbers; the first that is about a packet decides, and what none is about is denied. Traffic inside one subnet passes none.

Source: VPC guide, "Control subnet traffic with network access control lists", "Ephemeral ports".
"""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

EPHEMERAL = (1024, 65535)
"""The ports that a function's connections may come from."""
TCP = ("-1", "6", "tcp", "all")


class AccessLists:
    """Those of one region."""

    def __init__(self, ec2: Any) -> None:
        self._ec2 = ec2

    def let_through(self, here: Any, there: Any, port: int) -> bool:
        """Whether a TCP connection gets from one of moto's subnets to a port in another, and its answers back."""
        if here.id == there.id:
            return True
        one = (port, port)
        return (
            self._passes(here, there.cidr_block, one, egress=True)
            and self._passes(there, here.cidr_block, one, egress=False)
            and self._passes(there, here.cidr_block, EPHEMERAL, egress=True)
            and self._passes(here, there.cidr_block, EPHEMERAL, egress=False)
        )

    def _passes(self, subnet: Any, block: str, ports: tuple[int, int], *, egress: bool) -> bool:
        """Whether all traffic of a subnet with some addresses passes, on all of some ports."""
        rules = [each for each in self._rules(subnet) if _is(each.egress) is egress and str(each.protocol) in TCP]
        open_from = ports[0]
        for rule in sorted(rules, key=lambda each: int(each.rule_number)):
            first, last = int(rule.port_range_from or 0), int(rule.port_range_to or 65535)
            if not _covers(rule.cidr_block, block) or last < open_from or first > ports[1]:
                continue
            if rule.rule_action != "allow" or first > open_from:
                return False
            if last >= ports[1]:
                return True
            open_from = last + 1
        return False

    def _rules(self, subnet: Any) -> list[Any]:
        lists = list(self._ec2.network_acls.values())
        own = next((each for each in lists if any(it.subnet_id == subnet.id for it in each.associations)), None)
        default = next((each for each in lists if each.vpc_id == subnet.vpc_id and each.default), None)
        found = own or default
        return list(found.network_acl_entries) if found else []


def _covers(allowed: str | None, block: str) -> bool:
    """Whether all addresses of a block are among the allowed ones."""
    if not allowed:
        return False
    wide, narrow = ip_network(allowed, strict=False), ip_network(block, strict=False)
    return wide.version == narrow.version and narrow.subnet_of(wide)  # type: ignore[arg-type]


def _is(value: Any) -> bool:
    """moto keeps flags as it got them."""
    return str(value).lower() == "true"
