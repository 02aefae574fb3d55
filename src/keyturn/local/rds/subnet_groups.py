"""The operations on DB subnet groups."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keyturn.local.call import Call, Handler
from keyturn.local.rds import errors
from keyturn.local.rds.database import tags
from keyturn.local.rds.estate import Estate
from keyturn.local.rds.subnet_group import SubnetGroup, subnets


class SubnetGroups:
    """Answers for the estate of whatever region is called."""

    def __init__(self, estate: Callable[[Call], Estate]) -> None:
        self._estate = estate

    def handlers(self) -> dict[str, Handler]:
        return {
            "rds:CreateDBSubnetGroup": self.create,
            "rds:DescribeDBSubnetGroups": self.describe,
            "rds:ModifyDBSubnetGroup": self.modify,
            "rds:DeleteDBSubnetGroup": self.delete,
        }

    def create(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        estate = self._estate(call)
        name = parameters["DBSubnetGroupName"].lower()
        if name in estate.subnet_groups:
            raise errors.subnet_group_exists(name)
        group = SubnetGroup(
            name=name,
            arn=estate.arn("subgrp", name),
            description=parameters.get("DBSubnetGroupDescription", ""),
            subnets=subnets(call.account, call.region, parameters.get("SubnetIds", [])),
            tags=tags(parameters.get("Tags")),
        )
        estate.subnet_groups[name] = group
        return {"DBSubnetGroup": group.told()}

    def describe(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        estate = self._estate(call)
        named = parameters.get("DBSubnetGroupName")
        found = [estate.subnet_group(named)] if named else list(estate.subnet_groups.values())
        return {"DBSubnetGroups": [group.told() for group in found]}

    def modify(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        group = self._estate(call).subnet_group(parameters["DBSubnetGroupName"])
        group.subnets = subnets(call.account, call.region, parameters.get("SubnetIds", []))
        group.description = parameters.get("DBSubnetGroupDescription", group.description)
        return {"DBSubnetGroup": group.told()}

    def delete(self, call: Call, parameters: dict[str, Any]) -> None:
        estate = self._estate(call)
        group = estate.subnet_group(parameters["DBSubnetGroupName"])
        users = [each.name for each in estate.clusters.values() if each.subnet_group == group.name]
        users += [each.name for each in estate.instances.values() if each.subnet_group == group.told()]
        if users:
            raise errors.subnet_group_used(group.name, users[0])
        del estate.subnet_groups[group.name]
