"""AWS::EC2: networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keyturn.local.cloudformation.types.ec2_tags import retagged, specification
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, document, pick, truth


def _by_id(call: str, parameter: str) -> Callable[[Place, str, Properties], None]:
    """Removal by a call that takes the id alone."""

    def delete(place: Place, identity: str, properties: Properties) -> None:
        getattr(place.client("ec2"), call)(**{parameter: identity})

    return delete


def _create_vpc(place: Place, properties: Properties) -> Result:
    ec2 = place.client("ec2")
    settings = pick(properties, "CidrBlock", "InstanceTenancy")
    vpc = ec2.create_vpc(**settings, TagSpecifications=specification(place, "vpc", properties))["Vpc"]
    place.began(vpc["VpcId"])
    for name in ("EnableDnsSupport", "EnableDnsHostnames"):
        if name in properties:
            ec2.modify_vpc_attribute(VpcId=vpc["VpcId"], **{name: {"Value": truth(properties[name])}})
    mine = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    group = ec2.describe_security_groups(Filters=[*mine, {"Name": "group-name", "Values": ["default"]}])[
        "SecurityGroups"
    ][0]
    network = ec2.describe_network_acls(Filters=mine)["NetworkAcls"][0]
    return Result(
        vpc["VpcId"],
        {
            "VpcId": vpc["VpcId"],
            "CidrBlock": vpc["CidrBlock"],
            "CidrBlockAssociations": [each["AssociationId"] for each in vpc.get("CidrBlockAssociationSet", ())],
            "DefaultSecurityGroup": group["GroupId"],
            "DefaultNetworkAcl": network["NetworkAclId"],
        },
    )


def _update_vpc(place: Place, vpc: str, old: Properties, new: Properties) -> Result | None:
    if old.get("InstanceTenancy") != new.get("InstanceTenancy"):
        return None
    for name, unset in (("EnableDnsSupport", True), ("EnableDnsHostnames", False)):
        if old.get(name) != new.get(name):
            value = {"Value": truth(new.get(name, unset))}
            place.client("ec2").modify_vpc_attribute(VpcId=vpc, **{name: value})
    return Result(vpc)


def _update_subnet(place: Place, subnet: str, old: Properties, new: Properties) -> Result | None:
    if {name for name in {*old, *new} if old.get(name) != new.get(name)} - {"MapPublicIpOnLaunch", "Tags"}:
        return None
    value = {"Value": truth(new.get("MapPublicIpOnLaunch", False))}
    place.client("ec2").modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch=value)
    return Result(subnet)


def _create_subnet(place: Place, properties: Properties) -> Result:
    ec2 = place.client("ec2")
    settings = pick(properties, "VpcId", "CidrBlock", "Ipv6CidrBlock", "AvailabilityZone")
    subnet = ec2.create_subnet(**settings, TagSpecifications=specification(place, "subnet", properties))["Subnet"]
    place.began(subnet["SubnetId"])
    if truth(properties.get("MapPublicIpOnLaunch", False)):
        ec2.modify_subnet_attribute(SubnetId=subnet["SubnetId"], MapPublicIpOnLaunch={"Value": True})
    return Result(
        subnet["SubnetId"],
        {
            "SubnetId": subnet["SubnetId"],
            "AvailabilityZone": subnet["AvailabilityZone"],
            "CidrBlock": subnet["CidrBlock"],
            "VpcId": subnet["VpcId"],
        },
    )


def _create_route_table(place: Place, properties: Properties) -> Result:
    tags = specification(place, "route-table", properties)
    table = place.client("ec2").create_route_table(VpcId=properties["VpcId"], TagSpecifications=tags)["RouteTable"]
    return Result(table["RouteTableId"], {"RouteTableId": table["RouteTableId"]})


_TARGETS = (
    "GatewayId",
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "InstanceId",
    "VpcEndpointId",
    "EgressOnlyInternetGatewayId",
)
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def _create_route(place: Place, properties: Properties) -> Result:
    place.client("ec2").create_route(**pick(properties, "RouteTableId", *_DESTINATIONS, *_TARGETS))
    destination = next(str(properties[name]) for name in _DESTINATIONS if properties.get(name))
    return Result(f"{properties['RouteTableId']}|{destination}", {"CidrBlock": destination})


def _update_route(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    place.client("ec2").replace_route(**pick(new, "RouteTableId", *_DESTINATIONS, *_TARGETS))
    return Result(identity)


def _delete_route(place: Place, identity: str, properties: Properties) -> None:
    place.client("ec2").delete_route(**pick(properties, "RouteTableId", *_DESTINATIONS))


def _create_association(place: Place, properties: Properties) -> Result:
    made = place.client("ec2").associate_route_table(**pick(properties, "RouteTableId", "SubnetId"))
    return Result(made["AssociationId"], {"Id": made["AssociationId"]})


def _create_gateway(place: Place, properties: Properties) -> Result:
    tags = specification(place, "internet-gateway", properties)
    gateway = place.client("ec2").create_internet_gateway(TagSpecifications=tags)["InternetGateway"]
    return Result(gateway["InternetGatewayId"], {"InternetGatewayId": gateway["InternetGatewayId"]})


def _attach_gateway(place: Place, properties: Properties) -> Result:
    place.client("ec2").attach_internet_gateway(**pick(properties, "InternetGatewayId", "VpcId"))
    return Result(f"IGW|{properties['VpcId']}", {"AttachmentType": "IGW"})


def _detach_gateway(place: Place, identity: str, properties: Properties) -> None:
    place.client("ec2").detach_internet_gateway(**pick(properties, "InternetGatewayId", "VpcId"))


def _create_address(place: Place, properties: Properties) -> Result:
    tags = specification(place, "elastic-ip", properties)
    domain = properties.get("Domain", "vpc")
    made = place.client("ec2").allocate_address(Domain=domain, TagSpecifications=tags)
    return Result(made["PublicIp"], {"AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"]})


def _delete_address(place: Place, address: str, properties: Properties) -> None:
    ec2 = place.client("ec2")
    for found in ec2.describe_addresses(PublicIps=[address])["Addresses"]:
        ec2.release_address(AllocationId=found["AllocationId"])


def _create_nat(place: Place, properties: Properties) -> Result:
    settings = pick(properties, "SubnetId", "AllocationId", "ConnectivityType")
    tags = specification(place, "natgateway", properties)
    made = place.client("ec2").create_nat_gateway(**settings, TagSpecifications=tags)["NatGateway"]
    return Result(made["NatGatewayId"], {"NatGatewayId": made["NatGatewayId"]})


def _create_endpoint(place: Place, properties: Properties) -> Result:
    names = ("VpcId", "ServiceName", "VpcEndpointType", "RouteTableIds", "SubnetIds", "SecurityGroupIds")
    settings = pick(properties, *names)
    if properties.get("PolicyDocument"):
        settings["PolicyDocument"] = document(properties["PolicyDocument"])
    if "PrivateDnsEnabled" in properties:
        settings["PrivateDnsEnabled"] = truth(properties["PrivateDnsEnabled"])
    tags = specification(place, "vpc-endpoint", properties)
    made = place.client("ec2").create_vpc_endpoint(**settings, TagSpecifications=tags)["VpcEndpoint"]
    entries = [f"{each['HostedZoneId']}:{each['DnsName']}" for each in made.get("DnsEntries", ()) if "DnsName" in each]
    return Result(
        made["VpcEndpointId"],
        {
            "Id": made["VpcEndpointId"],
            "DnsEntries": entries,
            "NetworkInterfaceIds": list(made.get("NetworkInterfaceIds", ())),
            "CreationTimestamp": str(made.get("CreationTimestamp", "")),
        },
    )


def _update_endpoint(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    settings: dict[str, Any] = {}
    for name in ("RouteTableIds", "SubnetIds", "SecurityGroupIds"):
        was, wanted = set(old.get(name) or ()), set(new.get(name) or ())
        come, gone = sorted(wanted - was), sorted(was - wanted)
        settings |= {f"{how}{name}": each for how, each in (("Add", come), ("Remove", gone)) if each}
    if new.get("PolicyDocument") != old.get("PolicyDocument"):
        given = new.get("PolicyDocument")
        settings |= {"PolicyDocument": document(given)} if given else {"ResetPolicy": True}
    if new.get("PrivateDnsEnabled") != old.get("PrivateDnsEnabled"):
        settings["PrivateDnsEnabled"] = truth(new.get("PrivateDnsEnabled", False))
    if settings:
        place.client("ec2").modify_vpc_endpoint(VpcEndpointId=identity, **settings)
    return Result(identity)


def _delete_endpoint(place: Place, identity: str, properties: Properties) -> None:
    place.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[identity])


KINDS = {
    "AWS::EC2::VPC": Kind(_create_vpc, _by_id("delete_vpc", "VpcId"), retagged(_update_vpc)),
    "AWS::EC2::Subnet": Kind(_create_subnet, _by_id("delete_subnet", "SubnetId"), retagged(_update_subnet)),
    "AWS::EC2::RouteTable": Kind(_create_route_table, _by_id("delete_route_table", "RouteTableId"), retagged()),
    "AWS::EC2::Route": Kind(_create_route, _delete_route, _update_route),
    "AWS::EC2::SubnetRouteTableAssociation": Kind(
        _create_association, _by_id("disassociate_route_table", "AssociationId")
    ),
    "AWS::EC2::InternetGateway": Kind(
        _create_gateway, _by_id("delete_internet_gateway", "InternetGatewayId"), retagged()
    ),
    "AWS::EC2::VPCGatewayAttachment": Kind(_attach_gateway, _detach_gateway),
    "AWS::EC2::EIP": Kind(_create_address, _delete_address),
    "AWS::EC2::NatGateway": Kind(_create_nat, _by_id("delete_nat_gateway", "NatGatewayId"), retagged()),
    "AWS::EC2::VPCEndpoint": Kind(_create_endpoint, _delete_endpoint, retagged(_update_endpoint)),
}
