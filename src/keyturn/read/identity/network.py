"""
What the parts of a network are known by: ids of a prefix and 17 hexadecimal digits.

Source: "Return values" of each type in CloudFormation's template reference; EC2's "Resource IDs" and its resource table in AWS's Service
Authorization Reference; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.graph import Unknown, Value
from keyturn.read.identity.shape import Fields, Form, Shape


def _ec2(prefix: str, kind: str = "", **attributes: Form) -> Shape:
    """
    A type known by an id.

    Args:
        prefix: What its id begins with.
        kind: What stands before the id in its ARN; empty for a type without.
        attributes: Beside those named in full, each `Fn::GetAtt` attribute and its form.
    """
    return Shape(
        ref=f"{prefix}-0{{hex16}}",
        arn=f"arn:{{partition}}:ec2:{{region}}:{{account}}:{kind}/{{ref}}" if kind else None,
        attributes=attributes,
    )


def _default(prefix: str) -> Form:
    return f"{prefix}-0{{hex16:default}}"


def _interfaces(fields: Fields) -> Value:
    """One interface in each subnet."""
    subnets = fields.properties.get("SubnetIds", ())
    if not isinstance(subnets, tuple):
        return subnets if isinstance(subnets, Unknown) else ()
    return tuple(f"eni-0{fields.mint('hex16', f'interface {index}')}" for index in range(len(subnets)))


def _dns_entries(fields: Fields) -> Value:
    """Zone and name of the endpoint, regional first, then one for each subnet's zone."""
    service = fields.properties.get("ServiceName")
    if not isinstance(service, str):
        return service if isinstance(service, Unknown) else ()
    endpoint, short = fields.render("{ref}-{lower8}"), service.rpartition(".")[2]
    zone = f"Z{fields.mint('upper13', 'zone')}"
    return (f"{zone}:{endpoint}.{short}.{fields.world.region}.vpce.{fields.world.dns_suffix}",)


def _ipv6(fields: Fields) -> Value:
    block = fields.properties.get("Ipv6CidrBlock")
    return () if block is None else block if isinstance(block, Unknown) else (block,)


def _chosen(what: str) -> Form:
    return lambda fields: Unknown(f"AWS chooses the {what} of {fields.logical}")


SHAPES: Mapping[str, Shape] = {
    "EC2::VPC": _ec2(
        "vpc",
        "vpc",
        VpcId="{ref}",
        CidrBlock="{CidrBlock}",
        DefaultSecurityGroup=_default("sg"),
        DefaultNetworkAcl=_default("acl"),
        CidrBlockAssociations=lambda fields: (f"vpc-cidr-assoc-0{fields.mint('hex16', 'association')}",),
        Ipv6CidrBlocks=_ipv6,
    ),
    "EC2::Subnet": _ec2(
        "subnet",
        "subnet",
        SubnetId="{ref}",
        AvailabilityZone="{AvailabilityZone}",
        AvailabilityZoneId=_chosen("zone id"),
        CidrBlock="{CidrBlock}",
        VpcId="{VpcId}",
        NetworkAclAssociationId="aclassoc-0{hex16:association}",
        Ipv6CidrBlocks=_ipv6,
    ),
    "EC2::SecurityGroup": _ec2("sg", "security-group", GroupId="{ref}", Id="{ref}", VpcId="{VpcId}"),
    "EC2::SecurityGroupIngress": _ec2("sgr", "security-group-rule", Id="{ref}"),
    "EC2::SecurityGroupEgress": _ec2("sgr", "security-group-rule", Id="{ref}"),
    "EC2::VPCEndpoint": _ec2(
        "vpce",
        "vpc-endpoint",
        Id="{ref}",
        DnsEntries=_dns_entries,
        NetworkInterfaceIds=_interfaces,
        CreationTimestamp=_chosen("time of creation"),
    ),
    "EC2::RouteTable": _ec2("rtb", "route-table", RouteTableId="{ref}"),
    "EC2::SubnetRouteTableAssociation": _ec2("rtbassoc", Id="{ref}"),
    "EC2::GatewayRouteTableAssociation": _ec2("rtbassoc", AssociationId="{ref}"),
    "EC2::Route": Shape(attributes={"CidrBlock": "{DestinationCidrBlock}"}),
    "EC2::InternetGateway": _ec2("igw", "internet-gateway", InternetGatewayId="{ref}"),
    "EC2::EgressOnlyInternetGateway": _ec2("eigw", "egress-only-internet-gateway", Id="{ref}"),
    "EC2::VPCGatewayAttachment": Shape(ref="IGW|{VpcId}", attributes={"AttachmentType": lambda _: "IGW"}),
    "EC2::NatGateway": _ec2("nat", "natgateway", NatGatewayId="{ref}", EniId="eni-0{hex16:interface}"),
    "EC2::EIP": Shape(
        ref=_chosen("address"),
        arn="arn:{partition}:ec2:{region}:{account}:elastic-ip/eipalloc-0{hex16}",
        attributes={"AllocationId": "eipalloc-0{hex16}", "PublicIp": "{ref}"},
    ),
    "EC2::NetworkAcl": _ec2("acl", "network-acl", Id="{ref}"),
    "EC2::NetworkAclEntry": Shape(attributes={"Id": "{ref}"}),
    "EC2::SubnetNetworkAclAssociation": _ec2("aclassoc", AssociationId="{ref}"),
    "EC2::FlowLog": _ec2("fl", "vpc-flow-log", Id="{ref}"),
    "EC2::Instance": _ec2(
        "i",
        "instance",
        InstanceId="{ref}",
        AvailabilityZone="{AvailabilityZone}",
        PrivateIp=_chosen("address"),
        PublicIp=_chosen("address"),
        PrivateDnsName=_chosen("name"),
        PublicDnsName=_chosen("name"),
        VpcId=_chosen("VPC"),
    ),
    "EC2::LaunchTemplate": _ec2(
        "lt",
        "launch-template",
        LaunchTemplateId="{ref}",
        LatestVersionNumber=lambda _: "1",
        DefaultVersionNumber=lambda _: "1",
    ),
    "EC2::NetworkInterface": _ec2("eni", "network-interface", Id="{ref}", PrimaryPrivateIpAddress=_chosen("address")),
    "EC2::PrefixList": _ec2("pl", "prefix-list", PrefixListId="{ref}", Arn="{arn}"),
    "EC2::TransitGateway": _ec2("tgw", "transit-gateway", Id="{ref}", TransitGatewayArn="{arn}"),
    "EC2::TransitGatewayAttachment": _ec2("tgw-attach", "transit-gateway-attachment", Id="{ref}"),
    "EC2::VPCPeeringConnection": _ec2("pcx", "vpc-peering-connection", Id="{ref}"),
    "EC2::DHCPOptions": _ec2("dopt", "dhcp-options", DhcpOptionsId="{ref}"),
    "EC2::VPCDHCPOptionsAssociation": Shape(),
    "EC2::Volume": _ec2("vol", "volume", VolumeId="{ref}"),
    "EC2::KeyPair": Shape(
        name="KeyName",
        arn="arn:{partition}:ec2:{region}:{account}:key-pair/{ref}",
        attributes={"KeyPairId": "key-0{hex16}"},
    ),
}
