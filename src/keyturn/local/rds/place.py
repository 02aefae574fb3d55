"""Where a database stands in its network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keyturn.local.moto_state import backend
from keyturn.local.network import Network, Place
from keyturn.local.rds.estate import Estate


def place(estate: Estate, name: str, subnet_group: str, settings: Mapping[str, Any]) -> Place | None:
    """A database's place: in its subnet group's subnets, else in those of the default VPC."""
    network = Network(estate.account, estate.region)
    if group := estate.subnet_groups.get(subnet_group):
        subnets = [subnet.id for subnet in group.subnets]
    else:
        ec2 = backend("ec2", estate.account, estate.region)
        subnets = [subnet.id for subnet in ec2.describe_subnets() if subnet.vpc_id == ec2.default_vpc.id]
    return network.place(name, subnets, settings.get("VpcSecurityGroupIds") or (), public=_public(settings))


def _public(settings: Mapping[str, Any]) -> bool:
    return str(settings.get("PubliclyAccessible", "false")).lower() == "true"
