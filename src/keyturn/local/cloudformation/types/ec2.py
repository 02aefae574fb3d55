"""AWS::EC2: networks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, document, number, pick, truth


def _specification(place: Place, kind: str, properties: Properties) -> list[dict[str, Any]]:
    tags = place.tagged(properties)
    return [{"ResourceType": kind, "Tags": tags}] if tags else []


def _by_id(call: str, parameter: str) -> Callable[[Place, str, Properties], None]:
    """Removal by a call that takes the id alone."""

    def delete(place: Place, identity: str, properties: Properties) -> None:
        getattr(place.client("ec2"), call)(**{parameter: identity})

    return delete


def _create_vpc(place: Place, properties: Properties) -> Result:
    ec2 = place.client("ec2")
    settings = pick(properties, "CidrBlock", "InstanceTenancy")
    vpc = ec2.create_vpc(**settings, TagSpecifications=_specification(place, "vpc", properties))["Vpc"]
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


def _create_subnet(place: Place, properties: Properties) -> Result:
    ec2 = place.client("ec2")
    settings = pick(properties, "VpcId", "CidrBlock", "Ipv6CidrBlock", "AvailabilityZone")
    subnet = ec2.create_subnet(**settings, TagSpecifications=_specification(place, "subnet", properties))["Subnet"]
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
    specification = _specification(place, "route-table", properties)
    table = place.client("ec2").create_route_table(VpcId=properties["VpcId"], TagSpecifications=specification)[
        "RouteTable"
    ]
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


def _delete_route(place: Place, identity: str, properties: Properties) -> None:
    place.client("ec2").delete_route(**pick(properties, "RouteTableId", *_DESTINATIONS))


def _create_association(place: Place, properties: Properties) -> Result:
    made = place.client("ec2").associate_route_table(**pick(properties, "RouteTableId", "SubnetId"))
    return Result(made["AssociationId"], {"Id": made["AssociationId"]})


def _create_gateway(place: Place, properties: Properties) -> Result:
    specification = _specification(place, "internet-gateway", properties)
    gateway = place.client("ec2").create_internet_gateway(TagSpecifications=specification)["InternetGateway"]
    return Result(gateway["InternetGatewayId"], {"InternetGatewayId": gateway["InternetGatewayId"]})


def _attach_gateway(place: Place, properties: Properties) -> Result:
    place.client("ec2").attach_internet_gateway(**pick(properties, "InternetGatewayId", "VpcId"))
    return Result(f"IGW|{properties['VpcId']}", {"AttachmentType": "IGW"})


def _detach_gateway(place: Place, identity: str, properties: Properties) -> None:
    place.client("ec2").detach_internet_gateway(**pick(properties, "InternetGatewayId", "VpcId"))


def _create_address(place: Place, properties: Properties) -> Result:
    specification = _specification(place, "elastic-ip", properties)
    domain = properties.get("Domain", "vpc")
    made = place.client("ec2").allocate_address(Domain=domain, TagSpecifications=specification)
    return Result(made["PublicIp"], {"AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"]})


def _delete_address(place: Place, address: str, properties: Properties) -> None:
    ec2 = place.client("ec2")
    for found in ec2.describe_addresses(PublicIps=[address])["Addresses"]:
        ec2.release_address(AllocationId=found["AllocationId"])


def _create_nat(place: Place, properties: Properties) -> Result:
    settings = pick(properties, "SubnetId", "AllocationId", "ConnectivityType")
    specification = _specification(place, "natgateway", properties)
    made = place.client("ec2").create_nat_gateway(**settings, TagSpecifications=specification)["NatGateway"]
    return Result(made["NatGatewayId"], {"NatGatewayId": made["NatGatewayId"]})


ALL_TRAFFIC = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
"""What a new security group lets out, until it is told what to let out."""


def _permission(rule: Mapping[str, Any], other: str) -> dict[str, Any]:
    """
    One rule as EC2's API takes it.

    Args:
        other: `Source` for ingress, `Destination` for egress.
    """
    about = {"Description": rule["Description"]} if rule.get("Description") else {}
    permission: dict[str, Any] = {"IpProtocol": str(rule["IpProtocol"])}
    if permission["IpProtocol"] != "-1":
        permission |= {name: number(rule[name]) for name in ("FromPort", "ToPort") if rule.get(name) is not None}
    if rule.get("CidrIp"):
        permission["IpRanges"] = [{"CidrIp": rule["CidrIp"], **about}]
    if rule.get("CidrIpv6"):
        permission["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **about}]
    if prefixes := rule.get(f"{other}PrefixListId"):
        permission["PrefixListIds"] = [{"PrefixListId": prefixes, **about}]
    if group := rule.get(f"{other}SecurityGroupId"):
        permission["UserIdGroupPairs"] = [{"GroupId": group, **about}]
    return permission


def _create_group(place: Place, properties: Properties) -> Result:
    ec2 = place.client("ec2")
    group = ec2.create_security_group(
        GroupName=place.name(properties.get("GroupName")),
        Description=properties["GroupDescription"],
        TagSpecifications=_specification(place, "security-group", properties),
        **pick(properties, "VpcId"),
    )["GroupId"]
    place.began(group)
    if rules := [_permission(rule, "Source") for rule in properties.get("SecurityGroupIngress") or ()]:
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)
    if rules := [_permission(rule, "Destination") for rule in properties.get("SecurityGroupEgress") or ()]:
        ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[ALL_TRAFFIC])
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=rules)
    return Result(group, {"GroupId": group, "Id": group, **pick(properties, "VpcId")})


def _rule(
    call: str, undo: str, other: str
) -> tuple[Callable[[Place, Properties], Result], Callable[[Place, str, Properties], None]]:
    """How a rule that stands by itself is made, and removed."""

    def create(place: Place, properties: Properties) -> Result:
        permission = _permission(properties, other)
        made = getattr(place.client("ec2"), call)(GroupId=properties["GroupId"], IpPermissions=[permission])
        identity = next((each["SecurityGroupRuleId"] for each in made.get("SecurityGroupRules", ())), place.name(None))
        return Result(identity, {"Id": identity})

    def delete(place: Place, identity: str, properties: Properties) -> None:
        permission = _permission({name: value for name, value in properties.items() if name != "Description"}, other)
        getattr(place.client("ec2"), undo)(GroupId=properties["GroupId"], IpPermissions=[permission])

    return create, delete


def _create_endpoint(place: Place, properties: Properties) -> Result:
    names = ("VpcId", "ServiceName", "VpcEndpointType", "RouteTableIds", "SubnetIds", "SecurityGroupIds")
    settings = pick(properties, *names)
    if properties.get("PolicyDocument"):
        settings["PolicyDocument"] = document(properties["PolicyDocument"])
    if "PrivateDnsEnabled" in properties:
        settings["PrivateDnsEnabled"] = truth(properties["PrivateDnsEnabled"])
    specification = _specification(place, "vpc-endpoint", properties)
    made = place.client("ec2").create_vpc_endpoint(**settings, TagSpecifications=specification)["VpcEndpoint"]
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


def _delete_endpoint(place: Place, identity: str, properties: Properties) -> None:
    place.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[identity])


KINDS = {
    "AWS::EC2::VPC": Kind(_create_vpc, _by_id("delete_vpc", "VpcId")),
    "AWS::EC2::Subnet": Kind(_create_subnet, _by_id("delete_subnet", "SubnetId")),
    "AWS::EC2::RouteTable": Kind(_create_route_table, _by_id("delete_route_table", "RouteTableId")),
    "AWS::EC2::Route": Kind(_create_route, _delete_route),
    "AWS::EC2::SubnetRouteTableAssociation": Kind(
        _create_association, _by_id("disassociate_route_table", "AssociationId")
    ),
    "AWS::EC2::InternetGateway": Kind(_create_gateway, _by_id("delete_internet_gateway", "InternetGatewayId")),
    "AWS::EC2::VPCGatewayAttachment": Kind(_attach_gateway, _detach_gateway),
    "AWS::EC2::EIP": Kind(_create_address, _delete_address),
    "AWS::EC2::NatGateway": Kind(_create_nat, _by_id("delete_nat_gateway", "NatGatewayId")),
    "AWS::EC2::SecurityGroup": Kind(_create_group, _by_id("delete_security_group", "GroupId")),
    "AWS::EC2::SecurityGroupIngress": Kind(
        *_rule("authorize_security_group_ingress", "revoke_security_group_ingress", "Source")
    ),
    "AWS::EC2::SecurityGroupEgress": Kind(
        *_rule("authorize_security_group_egress", "revoke_security_group_egress", "Destination")
    ),
    "AWS::EC2::VPCEndpoint": Kind(_create_endpoint, _delete_endpoint),
}
