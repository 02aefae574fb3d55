"""AWS::EC2: machines, their templates and disks; and AWS::AutoScaling."""

from __future__ import annotations

from typing import Any

from keyturn.local.cloudformation.types.api import arguments, by_api, by_id
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, truth


def _create_instance(place: Place, properties: Properties) -> Result:
    ec2 = place.client("ec2")
    settings = arguments(ec2, "run_instances", properties) | {"MinCount": 1, "MaxCount": 1}
    if tags := place.tagged(properties):
        settings["TagSpecifications"] = [{"ResourceType": "instance", "Tags": tags}]
    if profile := properties.get("IamInstanceProfile"):
        settings["IamInstanceProfile"] = {"Name": profile}
    made = ec2.run_instances(**settings)["Instances"][0]
    told = {
        "InstanceId": "InstanceId",
        "PrivateIp": "PrivateIpAddress",
        "PrivateDnsName": "PrivateDnsName",
        "PublicIp": "PublicIpAddress",
        "PublicDnsName": "PublicDnsName",
        "VpcId": "VpcId",
    }
    attributes: dict[str, Any] = {name: made.get(path, "") for name, path in told.items()}
    return Result(made["InstanceId"], attributes | {"AvailabilityZone": made["Placement"]["AvailabilityZone"]})


def _delete_instance(place: Place, identity: str, properties: Properties) -> None:
    place.client("ec2").terminate_instances(InstanceIds=[identity])


def _create_template(place: Place, properties: Properties) -> Result:
    ec2 = place.client("ec2")
    name = place.name(properties.get("LaunchTemplateName"), 128)
    settings = arguments(ec2, "create_launch_template", {"LaunchTemplateData": properties["LaunchTemplateData"]})
    made = ec2.create_launch_template(LaunchTemplateName=name, **settings)["LaunchTemplate"]
    versions = {f"{which}VersionNumber": str(made[f"{which}VersionNumber"]) for which in ("Latest", "Default")}
    return Result(made["LaunchTemplateId"], {"LaunchTemplateId": made["LaunchTemplateId"], **versions})


def _create_group(place: Place, properties: Properties) -> Result:
    scaling = place.client("autoscaling")
    name = place.name(properties.get("AutoScalingGroupName"))
    settings = arguments(scaling, "create_auto_scaling_group", properties) | {"AutoScalingGroupName": name}
    if subnets := properties.get("VPCZoneIdentifier"):
        settings["VPCZoneIdentifier"] = ",".join(subnets)
    tags = [
        {
            "Key": tag["Key"],
            "Value": tag["Value"],
            "PropagateAtLaunch": truth(tag.get("PropagateAtLaunch", False)),
            "ResourceId": name,
            "ResourceType": "auto-scaling-group",
        }
        for tag in properties.get("Tags") or ()
    ]
    scaling.create_auto_scaling_group(**settings, **({"Tags": tags} if tags else {}))
    return Result(
        name, {"AutoScalingGroupARN": place.arn("autoscaling", f"autoScalingGroup:*:autoScalingGroupName/{name}")}
    )


def _update_group(place: Place, name: str, old: Properties, new: Properties) -> Result:
    scaling = place.client("autoscaling")
    settings = arguments(scaling, "update_auto_scaling_group", new) | {"AutoScalingGroupName": name}
    if subnets := new.get("VPCZoneIdentifier"):
        settings["VPCZoneIdentifier"] = ",".join(subnets)
    scaling.update_auto_scaling_group(**settings)
    return Result(name)


def _delete_group(place: Place, name: str, properties: Properties) -> None:
    place.client("autoscaling").delete_auto_scaling_group(AutoScalingGroupName=name, ForceDelete=True)


def _create_configuration(place: Place, properties: Properties) -> Result:
    scaling = place.client("autoscaling")
    name = place.name(properties.get("LaunchConfigurationName"))
    settings = arguments(scaling, "create_launch_configuration", properties) | {"LaunchConfigurationName": name}
    scaling.create_launch_configuration(**settings)
    return Result(name)


KINDS = {
    "AWS::EC2::Instance": Kind(_create_instance, _delete_instance),
    "AWS::EC2::LaunchTemplate": Kind(_create_template, by_id("ec2", "delete_launch_template", "LaunchTemplateId")),
    "AWS::EC2::Volume": by_api("ec2", "create_volume", "delete_volume", identity="VolumeId", parameter="VolumeId"),
    "AWS::EC2::KeyPair": by_api(
        "ec2",
        "create_key_pair",
        "delete_key_pair",
        identity="KeyName",
        parameter="KeyName",
        attributes={"KeyPairId": "KeyPairId", "KeyFingerprint": "KeyFingerprint"},
    ),
    "AWS::AutoScaling::AutoScalingGroup": Kind(_create_group, _delete_group, _update_group),
    "AWS::AutoScaling::LaunchConfiguration": Kind(
        _create_configuration, by_id("autoscaling", "delete_launch_configuration", "LaunchConfigurationName")
    ),
}
