"""AWS::ApplicationAutoScaling, and the policies of AWS::AutoScaling."""

from __future__ import annotations

from keyturn.local.cloudformation.types.api import arguments
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result

SERVICE = "application-autoscaling"
WHOSE = ("ResourceId", "ScalableDimension", "ServiceNamespace")


def _register(place: Place, properties: Properties) -> Result:
    client = place.client(SERVICE)
    client.register_scalable_target(**arguments(client, "register_scalable_target", properties))
    identity = "|".join(str(properties[name]) for name in WHOSE)
    return Result(identity, {"Id": identity})


def _register_again(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    return _register(place, new)


def _deregister(place: Place, identity: str, properties: Properties) -> None:
    client = place.client(SERVICE)
    client.deregister_scalable_target(**arguments(client, "deregister_scalable_target", properties))


def _target(properties: Properties) -> dict[str, object]:
    """A policy's properties, with those of the target that it names by its id."""
    if not properties.get("ScalingTargetId"):
        return dict(properties.items())
    return {**dict(properties.items()), **dict(zip(WHOSE, str(properties["ScalingTargetId"]).split("|"), strict=True))}


def _put(place: Place, properties: Properties) -> Result:
    client = place.client(SERVICE)
    made = client.put_scaling_policy(**arguments(client, "put_scaling_policy", _target(properties)))
    return Result(made["PolicyARN"], {"Arn": made["PolicyARN"]})


def _put_again(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    return _put(place, new)


def _remove(place: Place, identity: str, properties: Properties) -> None:
    client = place.client(SERVICE)
    client.delete_scaling_policy(**arguments(client, "delete_scaling_policy", _target(properties)))


def _put_for_group(place: Place, name: str, properties: Properties) -> Result:
    client = place.client("autoscaling")
    settings = arguments(client, "put_scaling_policy", properties) | {"PolicyName": name}
    client.put_scaling_policy(**settings)
    found = client.describe_policies(AutoScalingGroupName=settings["AutoScalingGroupName"], PolicyNames=[name])
    arn = found["ScalingPolicies"][0]["PolicyARN"]
    return Result(arn, {"Arn": arn, "PolicyName": name})


def _create_for_group(place: Place, properties: Properties) -> Result:
    return _put_for_group(place, place.name(None), properties)


def _change_for_group(place: Place, arn: str, old: Properties, new: Properties) -> Result:
    return _put_for_group(place, arn.rpartition("policyName/")[2], new)


def _remove_for_group(place: Place, arn: str, properties: Properties) -> None:
    group = properties["AutoScalingGroupName"]
    place.client("autoscaling").delete_policy(AutoScalingGroupName=group, PolicyName=arn)


KINDS = {
    "AWS::ApplicationAutoScaling::ScalableTarget": Kind(_register, _deregister, _register_again),
    "AWS::ApplicationAutoScaling::ScalingPolicy": Kind(_put, _remove, _put_again),
    "AWS::AutoScaling::ScalingPolicy": Kind(_create_for_group, _remove_for_group, _change_for_group),
}
