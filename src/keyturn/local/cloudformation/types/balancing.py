"""AWS::ElasticLoadBalancingV2."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from keyturn.local.cloudformation.types.api import by_api
from keyturn.local.cloudformation.types.kind import Place, Properties, Result

SERVICE = "elbv2"

_BALANCER = by_api(
    SERVICE,
    "create_load_balancer",
    "delete_load_balancer",
    identity="LoadBalancerArn",
    parameter="LoadBalancerArn",
    answer="LoadBalancers.0",
    name="Name",
    longest=32,
    attributes={
        "LoadBalancerArn": "LoadBalancerArn",
        "LoadBalancerName": "LoadBalancerName",
        "DNSName": "DNSName",
        "CanonicalHostedZoneID": "CanonicalHostedZoneId",
        "SecurityGroups": "SecurityGroups",
    },
)
_TARGETS = by_api(
    SERVICE,
    "create_target_group",
    "delete_target_group",
    identity="TargetGroupArn",
    parameter="TargetGroupArn",
    answer="TargetGroups.0",
    name="Name",
    longest=32,
    attributes={"TargetGroupArn": "TargetGroupArn", "TargetGroupName": "TargetGroupName"},
    update="modify_target_group",
)


def _create_balancer(place: Place, properties: Properties) -> Result:
    made = _BALANCER.create(place, properties)
    place.began(made.identity)
    if attributes := properties.get("LoadBalancerAttributes"):
        place.client(SERVICE).modify_load_balancer_attributes(
            LoadBalancerArn=made.identity,
            Attributes=_listed(attributes),
        )
    full = made.identity.partition(":loadbalancer/")[2]
    return Result(made.identity, {**(made.attributes or {}), "LoadBalancerFullName": full})


def _update_balancer(place: Place, arn: str, old: Properties, new: Properties) -> Result | None:
    client = place.client(SERVICE)
    if new.get("SubnetMappings") != old.get("SubnetMappings"):
        return None
    if new.get("Subnets") != old.get("Subnets"):
        client.set_subnets(LoadBalancerArn=arn, Subnets=new["Subnets"])
    if new.get("SecurityGroups") and new["SecurityGroups"] != old.get("SecurityGroups"):
        client.set_security_groups(LoadBalancerArn=arn, SecurityGroups=new["SecurityGroups"])
    if attributes := new.get("LoadBalancerAttributes"):
        client.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=_listed(attributes))
    return Result(arn)


def _listed(attributes: Iterable[Properties]) -> list[dict[str, str]]:
    return [{"Key": each["Key"], "Value": _text(each["Value"])} for each in attributes]


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _create_targets(place: Place, properties: Properties) -> Result:
    made = _TARGETS.create(place, properties)
    place.began(made.identity)
    client = place.client(SERVICE)
    if attributes := properties.get("TargetGroupAttributes"):
        client.modify_target_group_attributes(TargetGroupArn=made.identity, Attributes=_listed(attributes))
    if targets := properties.get("Targets"):
        client.register_targets(TargetGroupArn=made.identity, Targets=[{"Id": each["Id"]} for each in targets])
    full = made.identity.rpartition(":")[2]
    return Result(made.identity, {**(made.attributes or {}), "TargetGroupFullName": full})


def _update_targets(place: Place, arn: str, old: Properties, new: Properties) -> Result | None:
    client = place.client(SERVICE)
    assert _TARGETS.update
    _TARGETS.update(place, arn, old, new)
    if attributes := new.get("TargetGroupAttributes"):
        client.modify_target_group_attributes(TargetGroupArn=arn, Attributes=_listed(attributes))
    was, wanted = ({each["Id"] for each in some.get("Targets") or ()} for some in (old, new))
    if gone := sorted(was - wanted):
        client.deregister_targets(TargetGroupArn=arn, Targets=[{"Id": each} for each in gone])
    if come := sorted(wanted - was):
        client.register_targets(TargetGroupArn=arn, Targets=[{"Id": each} for each in come])
    return Result(arn)


KINDS = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": replace(_BALANCER, create=_create_balancer, update=_update_balancer),
    "AWS::ElasticLoadBalancingV2::TargetGroup": replace(_TARGETS, create=_create_targets, update=_update_targets),
    "AWS::ElasticLoadBalancingV2::Listener": by_api(
        SERVICE,
        "create_listener",
        "delete_listener",
        identity="ListenerArn",
        parameter="ListenerArn",
        answer="Listeners.0",
        attributes={"ListenerArn": "ListenerArn"},
        update="modify_listener",
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": by_api(
        SERVICE,
        "create_rule",
        "delete_rule",
        identity="RuleArn",
        parameter="RuleArn",
        answer="Rules.0",
        attributes={"RuleArn": "RuleArn"},
        update="modify_rule",
    ),
}
