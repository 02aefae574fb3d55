"""AWS::ElasticLoadBalancingV2."""

from __future__ import annotations

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
)


def _create_balancer(place: Place, properties: Properties) -> Result:
    made = _BALANCER.create(place, properties)
    place.began(made.identity)
    if attributes := properties.get("LoadBalancerAttributes"):
        place.client(SERVICE).modify_load_balancer_attributes(
            LoadBalancerArn=made.identity,
            Attributes=[{"Key": each["Key"], "Value": _text(each["Value"])} for each in attributes],
        )
    full = made.identity.partition(":loadbalancer/")[2]
    return Result(made.identity, {**made.attributes, "LoadBalancerFullName": full})


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _create_targets(place: Place, properties: Properties) -> Result:
    made = _TARGETS.create(place, properties)
    place.began(made.identity)
    client = place.client(SERVICE)
    if attributes := properties.get("TargetGroupAttributes"):
        listed = [{"Key": each["Key"], "Value": _text(each["Value"])} for each in attributes]
        client.modify_target_group_attributes(TargetGroupArn=made.identity, Attributes=listed)
    if targets := properties.get("Targets"):
        client.register_targets(TargetGroupArn=made.identity, Targets=[{"Id": each["Id"]} for each in targets])
    full = made.identity.rpartition(":")[2]
    return Result(made.identity, {**made.attributes, "TargetGroupFullName": full})


KINDS = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": replace(_BALANCER, create=_create_balancer),
    "AWS::ElasticLoadBalancingV2::TargetGroup": replace(_TARGETS, create=_create_targets),
    "AWS::ElasticLoadBalancingV2::Listener": by_api(
        SERVICE,
        "create_listener",
        "delete_listener",
        identity="ListenerArn",
        parameter="ListenerArn",
        answer="Listeners.0",
        attributes={"ListenerArn": "ListenerArn"},
    ),
    "AWS::ElasticLoadBalancingV2::ListenerRule": by_api(
        SERVICE,
        "create_rule",
        "delete_rule",
        identity="RuleArn",
        parameter="RuleArn",
        answer="Rules.0",
        attributes={"RuleArn": "RuleArn"},
    ),
}
