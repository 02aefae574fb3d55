"""
DB subnet groups: where in a VPC databases may be.

Source: RDS API reference, CreateDBSubnetGroup: subnets of one VPC, in two Availability Zones or more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from keyturn.facts import rds_rules
from keyturn.local.call import Refused
from keyturn.local.moto_state import backend
from keyturn.local.rds import errors


@dataclass(frozen=True, slots=True)
class Subnet:
    id: str
    zone: str
    vpc: str


@dataclass(slots=True, eq=False)
class SubnetGroup:
    """One group."""

    name: str
    arn: str
    description: str
    subnets: tuple[Subnet, ...]
    tags: dict[str, str]

    @property
    def vpc(self) -> str:
        return self.subnets[0].vpc

    def told(self) -> dict[str, Any]:
        return {
            "DBSubnetGroupName": self.name,
            "DBSubnetGroupArn": self.arn,
            "DBSubnetGroupDescription": self.description,
            "VpcId": self.vpc,
            "SubnetGroupStatus": "Complete",
            "Subnets": [
                {
                    "SubnetIdentifier": subnet.id,
                    "SubnetAvailabilityZone": {"Name": subnet.zone},
                    "SubnetStatus": "Active",
                }
                for subnet in self.subnets
            ],
            "SupportedNetworkTypes": ["IPV4"],
        }


def subnets(account: str, region: str, ids: list[str]) -> tuple[Subnet, ...]:
    """
    Find the subnets of a group.

    Raises:
        Refused: There is not each of them, or they are in two VPCs, or all in one zone.
    """
    held = {each.id: each for zone in backend("ec2", account, region).subnets.values() for each in zone.values()}
    unknown = [each for each in ids if each not in held]
    if unknown or not ids:
        raise errors.subnets_not_found(unknown)
    found = tuple(Subnet(each, held[each].availability_zone, held[each].vpc_id) for each in ids)
    if len({each.vpc for each in found}) > 1:
        raise errors.subnets_not_found(ids)
    zones = sorted({each.zone for each in found})
    if len(zones) < 2:
        raise Refused.with_error(rds_rules.one_zone(", ".join(zones)))
    return found
