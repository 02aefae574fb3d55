"""AWS::EC2: access lists, peerings, interfaces and flow logs."""

from __future__ import annotations

from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.types.api import arguments, by_api, by_id
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result

EVERYTHING = -1
"""A rule's protocol."""


def _create_acl(place: Place, properties: Properties) -> Result:
    made = place.client("ec2").create_network_acl(VpcId=properties["VpcId"])["NetworkAcl"]
    return Result(made["NetworkAclId"], {"Id": made["NetworkAclId"]})


def _create_entry(place: Place, properties: Properties) -> Result:
    ec2 = place.client("ec2")
    settings = arguments(ec2, "create_network_acl_entry", properties)
    settings["Egress"] = settings.get("Egress", False)
    settings["IcmpTypeCode"] = arguments(ec2, "create_network_acl_entry", {"IcmpTypeCode": properties.get("Icmp")}).get(
        "IcmpTypeCode", {}
    )
    ec2.create_network_acl_entry(**{name: value for name, value in settings.items() if value != {}})
    return Result(place.name(None), {"Id": place.name(None)})


def _delete_entry(place: Place, identity: str, properties: Properties) -> None:
    ec2 = place.client("ec2")
    ec2.delete_network_acl_entry(**{"Egress": False, **arguments(ec2, "delete_network_acl_entry", properties)})


def _associate(place: Place, properties: Properties) -> Result:
    return _move(place, properties["SubnetId"], properties["NetworkAclId"])


def _move(place: Place, subnet: str, acl: str) -> Result:
    """Give a subnet another access list: it always has one."""
    ec2 = place.client("ec2")
    found = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
    held = next(
        (
            each["NetworkAclAssociationId"]
            for own in found
            for each in own["Associations"]
            if each["SubnetId"] == subnet
        ),
        None,
    )
    if held is None:
        raise Failed(f"The subnet ID '{subnet}' does not exist")
    made = ec2.replace_network_acl_association(AssociationId=held, NetworkAclId=acl)["NewAssociationId"]
    return Result(made, {"AssociationId": made})


def _dissociate(place: Place, identity: str, properties: Properties) -> None:
    ec2 = place.client("ec2")
    vpc = ec2.describe_subnets(SubnetIds=[properties["SubnetId"]])["Subnets"][0]["VpcId"]
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "default", "Values": ["true"]}]
    default = ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0]["NetworkAclId"]
    _move(place, properties["SubnetId"], default)


def _create_peering(place: Place, properties: Properties) -> Result:
    ec2 = place.client("ec2")
    made = ec2.create_vpc_peering_connection(**arguments(ec2, "create_vpc_peering_connection", properties))
    identity = made["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    place.began(identity)
    if str(properties.get("PeerOwnerId", place.account)) == place.account:
        ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=identity)
    return Result(identity, {"Id": identity})


def _create_flow_log(place: Place, properties: Properties) -> Result:
    ec2 = place.client("ec2")
    settings = arguments(ec2, "create_flow_logs", properties) | {"ResourceIds": [properties["ResourceId"]]}
    if tags := place.tagged(properties):
        settings["TagSpecifications"] = [{"ResourceType": "vpc-flow-log", "Tags": tags}]
    made = ec2.create_flow_logs(**settings)
    if made.get("Unsuccessful"):
        raise Failed(made["Unsuccessful"][0]["Error"]["Message"])
    return Result(made["FlowLogIds"][0], {"Id": made["FlowLogIds"][0]})


def _delete_flow_log(place: Place, identity: str, properties: Properties) -> None:
    place.client("ec2").delete_flow_logs(FlowLogIds=[identity])


def _associate_block(place: Place, properties: Properties) -> Result:
    """Of IPv4 or of IPv6, which the answer tells in different places."""
    ec2 = place.client("ec2")
    made = ec2.associate_vpc_cidr_block(**arguments(ec2, "associate_vpc_cidr_block", properties))
    identity = (made.get("CidrBlockAssociation") or made["Ipv6CidrBlockAssociation"])["AssociationId"]
    return Result(identity, {"Id": identity})


KINDS = {
    "AWS::EC2::NetworkAcl": Kind(_create_acl, by_id("ec2", "delete_network_acl", "NetworkAclId")),
    "AWS::EC2::NetworkAclEntry": Kind(_create_entry, _delete_entry),
    "AWS::EC2::SubnetNetworkAclAssociation": Kind(_associate, _dissociate),
    "AWS::EC2::VPCPeeringConnection": Kind(
        _create_peering, by_id("ec2", "delete_vpc_peering_connection", "VpcPeeringConnectionId")
    ),
    "AWS::EC2::NetworkInterface": by_api(
        "ec2",
        "create_network_interface",
        "delete_network_interface",
        answer="NetworkInterface",
        identity="NetworkInterfaceId",
        parameter="NetworkInterfaceId",
        attributes={"Id": "NetworkInterfaceId", "PrimaryPrivateIpAddress": "PrivateIpAddress"},
        renamed={"GroupSet": "Groups"},
    ),
    "AWS::EC2::VPCCidrBlock": Kind(_associate_block, by_id("ec2", "disassociate_vpc_cidr_block", "AssociationId")),
    "AWS::EC2::FlowLog": Kind(_create_flow_log, _delete_flow_log),
}
