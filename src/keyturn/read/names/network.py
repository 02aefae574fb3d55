"""VPCs, subnets, routes, security groups, endpoints."""

from __future__ import annotations

from keyturn.read.names.kind import TAGS, Document, Ignored, Kept, Kind, Object, Only, Rule, Spread

_PORTS: dict[str, Rule] = {
    "from_port": "FromPort",
    "to_port": "ToPort",
    "protocol": "IpProtocol",
    "description": "Description",
}
_ALL_PORTS = {("protocol", "-1"): ("from_port", "to_port"), ("protocol", -1): ("from_port", "to_port")}
_NO_EGRESS = ({"IpProtocol": "-1", "CidrIp": "127.0.0.1/32", "Description": "no outbound traffic"},)
"""
CloudFormation opens a group that declares no outbound rule to everywhere, Terraform closes it. This rule is how CloudFormation's
reference for AWS::EC2::SecurityGroup closes one.
"""


def _peers(direction: str) -> dict[str, str]:
    return {
        "cidr_blocks": "CidrIp",
        "ipv6_cidr_blocks": "CidrIpv6",
        "prefix_list_ids": f"{direction}PrefixListId",
        "security_groups": f"{direction}SecurityGroupId",
    }


def _rule(type_: str, terraform: str, pulumi: str, direction: str) -> Kind:
    return Kind(
        type_,
        terraform,
        pulumi,
        {
            "security_group_id": "GroupId",
            "from_port": "FromPort",
            "to_port": "ToPort",
            "ip_protocol": "IpProtocol",
            "description": "Description",
            "cidr_ipv4": "CidrIp",
            "cidr_ipv6": "CidrIpv6",
            "prefix_list_id": f"{direction}PrefixListId",
            "referenced_security_group_id": f"{direction}SecurityGroupId",
            "tags": Ignored(),
        },
        {"id": "", "security_group_rule_id": ""},
    )


def _rules(type_: str, named: str, direction: str) -> Kind:
    return Kind(
        type_,
        "aws_security_group_rule",
        "aws:ec2/securityGroupRule:SecurityGroupRule",
        _PORTS
        | {
            "type": Ignored(),
            "security_group_id": "GroupId",
            "source_security_group_id": f"{direction}SecurityGroupId",
            "cidr_blocks": Only("CidrIp"),
            "ipv6_cidr_blocks": Only("CidrIpv6"),
            "prefix_list_ids": Only(f"{direction}PrefixListId"),
        },
        when={"type": named},
    )


def _flow_log(of: str, resource_type: str) -> Kind:
    return Kind(
        "AWS::EC2::FlowLog",
        "aws_flow_log",
        "aws:ec2/flowLog:FlowLog",
        {
            of: "ResourceId",
            "iam_role_arn": "DeliverLogsPermissionArn",
            "log_destination": "LogDestination",
            "log_destination_type": "LogDestinationType",
            "log_format": "LogFormat",
            "max_aggregation_interval": "MaxAggregationInterval",
            "traffic_type": "TrafficType",
            "tags": TAGS,
        },
        fixed={"ResourceType": resource_type},
        given=of,
    )


KINDS = (
    Kind(
        "AWS::EC2::VPC",
        "aws_vpc",
        "aws:ec2/vpc:Vpc",
        {
            "cidr_block": "CidrBlock",
            "enable_dns_hostnames": "EnableDnsHostnames",
            "enable_dns_support": "EnableDnsSupport",
            "instance_tenancy": "InstanceTenancy",
            "ipv4_ipam_pool_id": "Ipv4IpamPoolId",
            "ipv4_netmask_length": "Ipv4NetmaskLength",
            "enable_network_address_usage_metrics": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "default_security_group_id": "DefaultSecurityGroup", "default_network_acl_id": "DefaultNetworkAcl"},
    ),
    Kind(
        "AWS::EC2::Subnet",
        "aws_subnet",
        "aws:ec2/subnet:Subnet",
        {
            "vpc_id": "VpcId",
            "cidr_block": "CidrBlock",
            "availability_zone": "AvailabilityZone",
            "availability_zone_id": "AvailabilityZoneId",
            "map_public_ip_on_launch": "MapPublicIpOnLaunch",
            "assign_ipv6_address_on_creation": "AssignIpv6AddressOnCreation",
            "ipv6_cidr_block": "Ipv6CidrBlock",
            "enable_dns64": "EnableDns64",
            "ipv6_native": "Ipv6Native",
            "outpost_arn": "OutpostArn",
            "tags": TAGS,
        },
    ),
    Kind(
        "AWS::EC2::RouteTable",
        "aws_route_table",
        "aws:ec2/routeTable:RouteTable",
        {"vpc_id": "VpcId", "route": Kept("Routes"), "tags": TAGS},
    ),
    Kind(
        "AWS::EC2::Route",
        "aws_route",
        "aws:ec2/route:Route",
        {
            "route_table_id": "RouteTableId",
            "destination_cidr_block": "DestinationCidrBlock",
            "destination_ipv6_cidr_block": "DestinationIpv6CidrBlock",
            "destination_prefix_list_id": "DestinationPrefixListId",
            "egress_only_gateway_id": "EgressOnlyInternetGatewayId",
            "gateway_id": "GatewayId",
            "nat_gateway_id": "NatGatewayId",
            "network_interface_id": "NetworkInterfaceId",
            "transit_gateway_id": "TransitGatewayId",
            "vpc_endpoint_id": "VpcEndpointId",
            "vpc_peering_connection_id": "VpcPeeringConnectionId",
        },
    ),
    Kind(
        "AWS::EC2::SubnetRouteTableAssociation",
        "aws_route_table_association",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {"subnet_id": "SubnetId", "route_table_id": "RouteTableId"},
    ),
    Kind(
        "AWS::EC2::InternetGateway",
        "aws_internet_gateway",
        "aws:ec2/internetGateway:InternetGateway",
        {"tags": TAGS, "vpc_id": Ignored()},
    ),
    Kind(
        "AWS::EC2::NatGateway",
        "aws_nat_gateway",
        "aws:ec2/natGateway:NatGateway",
        {
            "allocation_id": "AllocationId",
            "subnet_id": "SubnetId",
            "connectivity_type": "ConnectivityType",
            "private_ip": "PrivateIpAddress",
            "vpc_id": "VpcId",
            "tags": TAGS,
        },
    ),
    Kind(
        "AWS::EC2::EIP",
        "aws_eip",
        "aws:ec2/eip:Eip",
        {"domain": "Domain", "instance": "InstanceId", "tags": TAGS},
        {"id": "AllocationId", "allocation_id": "AllocationId", "public_ip": "PublicIp"},
    ),
    Kind(
        "AWS::EC2::SecurityGroup",
        "aws_security_group",
        "aws:ec2/securityGroup:SecurityGroup",
        {
            "name": "GroupName",
            "name_prefix": Ignored(),
            "description": "GroupDescription",
            "vpc_id": "VpcId",
            "ingress": Spread("SecurityGroupIngress", _PORTS | {"self": Ignored()}, _peers("Source"), _ALL_PORTS),
            "egress": Spread("SecurityGroupEgress", _PORTS | {"self": Ignored()}, _peers("Destination"), _ALL_PORTS),
            "revoke_rules_on_delete": Ignored(),
            "tags": TAGS,
        },
        {"id": "GroupId"},
        absent={"SecurityGroupEgress": _NO_EGRESS, "GroupDescription": "Managed by {tool}"},
    ),
    _rule(
        "AWS::EC2::SecurityGroupIngress",
        "aws_vpc_security_group_ingress_rule",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "Source",
    ),
    _rule(
        "AWS::EC2::SecurityGroupEgress",
        "aws_vpc_security_group_egress_rule",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        "Destination",
    ),
    _rules("AWS::EC2::SecurityGroupIngress", "ingress", "Source"),
    _rules("AWS::EC2::SecurityGroupEgress", "egress", "Destination"),
    Kind(
        "AWS::EC2::VPCEndpoint",
        "aws_vpc_endpoint",
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpc_id": "VpcId",
            "service_name": "ServiceName",
            "vpc_endpoint_type": "VpcEndpointType",
            "subnet_ids": "SubnetIds",
            "security_group_ids": "SecurityGroupIds",
            "route_table_ids": "RouteTableIds",
            "private_dns_enabled": "PrivateDnsEnabled",
            "policy": Document("PolicyDocument"),
            "ip_address_type": "IpAddressType",
            "dns_options": Object(
                "DnsOptions",
                {
                    "dns_record_ip_type": "DnsRecordIpType",
                    "private_dns_only_for_inbound_resolver_endpoint": "PrivateDnsOnlyForInboundResolverEndpoint",
                },
            ),
            "auto_accept": Ignored(),
            "tags": TAGS,
        },
    ),
    Kind(
        "AWS::EC2::VPCPeeringConnection",
        "aws_vpc_peering_connection",
        "aws:ec2/vpcPeeringConnection:VpcPeeringConnection",
        {
            "vpc_id": "VpcId",
            "peer_vpc_id": "PeerVpcId",
            "peer_owner_id": "PeerOwnerId",
            "peer_region": "PeerRegion",
            "auto_accept": Ignored(),
            "tags": TAGS,
        },
    ),
    *(
        _flow_log(name, type_)
        for name, type_ in (("vpc_id", "VPC"), ("subnet_id", "Subnet"), ("eni_id", "NetworkInterface"))
    ),
)
