"""ECS: a service that contradicts itself or its task definition is refused; no containers run here. ElastiCache: groups of subnets go."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from keyturn.facts import fargate
from keyturn.local.call import Answer, Call, Handler, Refused
from keyturn.local.moto_state import backend


class Containers:
    """The operations in front of moto's."""

    def __init__(self, rest: Callable[[Call], Answer]) -> None:
        self._rest = rest

    def handlers(self) -> dict[str, Handler]:
        return {
            "ecs:CreateService": self._create_service,
            "ecs:RegisterTaskDefinition": self._register,
            "elasticache:DeleteCacheSubnetGroup": self._delete_group,
        }

    def _create_service(self, call: Call, parameters: dict[str, Any]) -> Answer:
        if parameters.get("launchType") and parameters.get("capacityProviderStrategy"):
            raise Refused.with_error(fargate.BOTH)
        network = (parameters.get("networkConfiguration") or {}).get("awsvpcConfiguration")
        if network is None and _mode(call, parameters.get("taskDefinition", "")) == "awsvpc":
            raise Refused.with_error(fargate.NO_NETWORK)
        targets = backend("elbv2", call.account, call.region).target_groups
        for balancer in parameters.get("loadBalancers") or ():
            group = targets.get(balancer.get("targetGroupArn"))
            if group is not None and not group.load_balancer_arns:
                raise Refused.with_error(fargate.no_balancer(group.arn))
        if network is not None and not network.get("securityGroups"):
            network["securityGroups"] = _default_groups(call, network.get("subnets") or [])
            call.body = json.dumps(parameters).encode()
        return self._rest(call)

    def _register(self, call: Call, parameters: dict[str, Any]) -> Answer:
        if "FARGATE" in (parameters.get("requiresCompatibilities") or ()):
            if parameters.get("networkMode") != "awsvpc":
                raise Refused.with_error(fargate.NOT_AWSVPC)
            cpu, memory = fargate.units(parameters.get("cpu")), fargate.mebibytes(parameters.get("memory"))
            if cpu is not None and memory is not None and cpu <= fargate.MOST and not fargate.fits(cpu, memory):
                raise Refused.with_error(fargate.NO_SIZE)
        return self._rest(call)

    def _delete_group(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        name = parameters["CacheSubnetGroupName"].lower()
        held = backend("elasticache", call.account, call.region)
        found = next((each for each in held.cache_subnet_groups if each.lower() == name), None)
        if found is None:
            raise Refused("CacheSubnetGroupNotFoundFault", f"CacheSubnetGroup {name} not found.")
        used = any(getattr(each, "cache_subnet_group_name", None) == found for each in held.cache_clusters.values())
        if used:
            raise Refused("CacheSubnetGroupInUse", f"Cache subnet group {name} is currently in use by a cache cluster.")
        del held.cache_subnet_groups[found]
        return {}


def _mode(call: Call, named: str) -> str | None:
    """The network mode of a task definition, by its family, with or without revision, or its ARN; None if there is none."""
    family, _, revision = named.rpartition("/")[2].partition(":")
    revisions = backend("ecs", call.account, call.region).task_definitions.get(family) or {}
    held = revisions.get(int(revision) if revision.isdigit() else max(revisions, default=0))
    mode: str | None = getattr(held, "network_mode", None)
    return mode


def _default_groups(call: Call, subnets: list[str]) -> list[str]:
    """What a network interface has when nothing is said: the default security group of its VPC."""
    ec2 = backend("ec2", call.account, call.region)
    vpcs = {each.vpc_id for each in ec2.describe_subnets() if each.id in subnets}
    return [group.id for group in ec2.describe_security_groups() if group.vpc_id in vpcs and group.name == "default"]
