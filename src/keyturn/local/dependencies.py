"""
What stands in a subnet, or has a security group: as long as it does, neither can be deleted.

Source: EC2 API reference, DeleteSecurityGroup and DeleteSubnet; the texts as quoted in public reports.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from keyturn.local.call import Call, Refused
from keyturn.local.moto_state import backend


class Use(NamedTuple):
    """Something with network interfaces: the subnets that these are in, and the security groups that they have."""

    subnets: frozenset[str]
    groups: frozenset[str]


Databases = Callable[[str], Iterable[Use]]
"""Those of a region."""


class Dependencies:
    """Looks whether something is in use."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases

    def check_group(self, call: Call, group: str) -> None:
        """
        See whether a security group can be deleted.

        Raises:
            Refused: Something has it, or another group's rule names it.
        """
        others = (
            each for each in backend("ec2", call.account, call.region).describe_security_groups() if each.id != group
        )
        if any(group in use.groups for use in self._uses(call)) or any(group in _named(other) for other in others):
            raise Refused("DependencyViolation", f"resource {group} has a dependent object")

    def check_subnet(self, call: Call, subnet: str) -> None:
        """
        See whether a subnet can be deleted.

        Raises:
            Refused: Something stands in it.
        """
        if any(subnet in use.subnets for use in self._uses(call)):
            raise Refused("DependencyViolation", f"The subnet '{subnet}' has dependencies and cannot be deleted.")

    def _uses(self, call: Call) -> Iterator[Use]:
        ec2 = backend("ec2", call.account, call.region)
        gateways = [*ec2.nat_gateways.values()]
        left = {gateway._eni.id for gateway in gateways if gateway.state == "deleted" and gateway._eni}
        for interface in ec2.enis.values():
            ended = interface.instance is not None and interface.instance.state == "terminated"
            if not ended and interface.id not in left:  # moto keeps them
                yield _use([interface.subnet.id], [group.id for group in interface.group_set])
        for endpoint in ec2.vpc_end_points.values():
            if endpoint.state != "deleted":
                yield _use(endpoint.subnet_ids, endpoint.security_group_ids)
        for gateway in gateways:
            if gateway.state != "deleted":
                yield _use([gateway.subnet_id], ())
        for function in backend("awslambda", call.account, call.region).list_functions():
            network = function._vpc_config or {}
            yield _use(network.get("SubnetIds"), network.get("SecurityGroupIds"))
        for balancer in backend("elbv2", call.account, call.region).load_balancers.values():
            yield _use([subnet.id for subnet in balancer.subnets], balancer.security_groups)
        yield from self._databases(call.region)


def _use(subnets: Iterable[str] | None, groups: Iterable[str] | None) -> Use:
    return Use(frozenset(subnets or ()), frozenset(groups or ()))


def _named(group: Any) -> set[str]:
    """The groups that a group's rules name."""
    rules = [*group.ingress_rules, *group.egress_rules]
    return {str(rule.source_group.get("GroupId")) for rule in rules}
