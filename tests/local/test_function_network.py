"""A function in a VPC reaches what the network lets it reach, and hangs at the rest, as on AWS."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from clouds import MakeFunction, lines
from keyturn.local.cloud import Cloud
from keyturn.local.network import Blocked, Network

CODE = """
import boto3, json, socket
from botocore.config import Config

once = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 1})

def handler(event, context):
    try:
        if "host" in event:
            with socket.create_connection((event["host"], event["port"]), timeout=1):
                return "connected"
        call = getattr(boto3.client(event["service"], config=once), event["operation"])
        return call(**event.get("parameters", {}))["ResponseMetadata"]["HTTPStatusCode"]
    except Exception as error:
        return f"{type(error).__name__}: {error}"
"""

ANYWHERE = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


@dataclass
class Vpc:
    """A VPC with one private subnet and no way out; what makes ways into it."""

    ec2: Any
    id: str
    subnet: str

    @classmethod
    def make(cls, cloud: Cloud) -> Vpc:
        ec2 = cloud.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", AvailabilityZone="us-east-1a")["Subnet"]
        return cls(ec2, vpc, subnet["SubnetId"])

    def group(self, name: str, *, egress: Sequence[Any] = ANYWHERE, ingress: Sequence[Any] = ()) -> str:
        made: str = self.ec2.create_security_group(GroupName=name, Description=name, VpcId=self.id)["GroupId"]
        self.ec2.revoke_security_group_egress(GroupId=made, IpPermissions=ANYWHERE)
        if egress:
            self.ec2.authorize_security_group_egress(GroupId=made, IpPermissions=list(egress))
        if ingress:
            self.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=list(ingress))
        return made

    def endpoint(self, service: str, group: str, **settings: Any) -> str:
        made: str = self.ec2.create_vpc_endpoint(
            VpcId=self.id,
            ServiceName=f"com.amazonaws.us-east-1.{service}",
            VpcEndpointType="Interface",
            SubnetIds=[self.subnet],
            SecurityGroupIds=[group],
            **settings,
        )["VpcEndpoint"]["VpcEndpointId"]
        return made

    def nat(self) -> None:
        """A way to the internet: a NAT gateway in a public subnet."""
        public = self.ec2.create_subnet(VpcId=self.id, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
        gateway = self.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        self.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=self.id)
        self.route(public, GatewayId=gateway)
        address = self.ec2.allocate_address(Domain="vpc")["AllocationId"]
        nat = self.ec2.create_nat_gateway(SubnetId=public, AllocationId=address)["NatGateway"]["NatGatewayId"]
        self.route(self.subnet, NatGatewayId=nat)

    def route(self, subnet: str, **target: str) -> str:
        table: str = self.ec2.create_route_table(VpcId=self.id)["RouteTable"]["RouteTableId"]
        self.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        if target:
            self.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
        return table


def tcp(port: int, source: str) -> list[dict[str, Any]]:
    whom = (
        {"UserIdGroupPairs": [{"GroupId": source}]} if source.startswith("sg-") else {"IpRanges": [{"CidrIp": source}]}
    )
    return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **whom}]


@pytest.fixture
def vpc(cloud: Cloud) -> Vpc:
    return Vpc.make(cloud)


Call = Callable[..., Any]


@pytest.fixture
def call(cloud: Cloud, vpc: Vpc, make_function: MakeFunction) -> Call:
    """Makes a function in the VPC with a security group, and invokes it."""

    def invoke(group: str, **event: Any) -> Any:
        network = {"SubnetIds": [vpc.subnet], "SecurityGroupIds": [group]}
        actions = ("ec2:*NetworkInterface*", "logs:*", "secretsmanager:*", "s3:*")
        make_function(CODE, actions=actions, VpcConfig=network)
        event = event or {"service": "secretsmanager", "operation": "list_secrets"}
        answer = cloud.client("lambda").invoke(FunctionName="tested", Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())

    return invoke


def blocked(cloud: Cloud) -> str:
    """Where the last call ended that did not get through."""
    return next(entry.message for entry in reversed([*cloud.requests]) if entry.code == "Unreachable")


def test_without_an_endpoint_it_waits_in_vain(cloud: Cloud, vpc: Vpc, call: Call) -> None:
    assert call(vpc.group("function")).startswith("ReadTimeoutError")
    told = f"{vpc.id} has no endpoint for secretsmanager, and {vpc.subnet} has no route to the internet through a NAT gateway"
    assert blocked(cloud) == told


def test_an_endpoint_leads_to_its_service(vpc: Vpc, call: Call) -> None:
    group = vpc.group("function")
    vpc.endpoint("secretsmanager", vpc.group("endpoint", ingress=tcp(443, group)))
    assert call(group) == 200


def test_an_endpoint_leads_to_no_other(cloud: Cloud, vpc: Vpc, call: Call) -> None:
    group = vpc.group("function")
    vpc.endpoint("kms", vpc.group("endpoint", ingress=tcp(443, group)))
    assert call(group).startswith("ReadTimeoutError")


def test_an_endpoint_lets_in_by_address(vpc: Vpc, call: Call) -> None:
    vpc.endpoint("secretsmanager", vpc.group("endpoint", ingress=tcp(443, "10.0.0.0/16")))
    assert call(vpc.group("function")) == 200


@pytest.mark.parametrize("source", ["10.0.1.0/24", "10.0.0.0/25"])
def test_an_endpoint_that_lets_others_in(cloud: Cloud, vpc: Vpc, call: Call, source: str) -> None:
    endpoint = vpc.endpoint("secretsmanager", vpc.group("endpoint", ingress=tcp(443, source)))
    assert call(vpc.group("function")).startswith("ReadTimeoutError")
    assert blocked(cloud) == f"no security group of the endpoint {endpoint} lets the function in on port 443"


def test_a_function_that_is_let_out_elsewhere(cloud: Cloud, vpc: Vpc, call: Call) -> None:
    group = vpc.group("function", egress=tcp(3306, "0.0.0.0/0"))
    endpoint = vpc.endpoint("secretsmanager", vpc.group("endpoint", ingress=tcp(443, "10.0.0.0/16")))
    assert call(group).startswith("ReadTimeoutError")
    assert blocked(cloud) == f"no security group of the function lets it out to the endpoint {endpoint} on port 443"


def test_an_endpoint_without_private_names_is_not_found(vpc: Vpc, call: Call) -> None:
    group = vpc.group("function")
    vpc.endpoint("secretsmanager", vpc.group("endpoint", ingress=tcp(443, group)), PrivateDnsEnabled=False)
    assert call(group).startswith("ReadTimeoutError")


def test_a_nat_gateway_leads_out(vpc: Vpc, call: Call) -> None:
    vpc.nat()
    assert call(vpc.group("function")) == 200


def out(cloud: Cloud, vpc: Vpc) -> None:
    """See whether there is a way from the VPC's subnet to the internet."""
    network = Network(cloud.account, cloud.region)
    place = network.place("the function", [vpc.subnet], [])
    assert place
    network.to_internet(place, 443)


def test_a_nat_gateway_that_is_deleted_leads_nowhere(cloud: Cloud, vpc: Vpc) -> None:
    vpc.nat()
    out(cloud, vpc)
    (gateway,) = vpc.ec2.describe_nat_gateways()["NatGateways"]
    vpc.ec2.delete_nat_gateway(NatGatewayId=gateway["NatGatewayId"])
    with pytest.raises(Blocked, match="has no route to the internet through a NAT gateway"):
        out(cloud, vpc)


def test_a_nat_gateway_behind_which_the_internet_gateway_is_gone_leads_nowhere(cloud: Cloud, vpc: Vpc) -> None:
    vpc.nat()
    filters = [{"Name": "attachment.vpc-id", "Values": [vpc.id]}]
    (gateway,) = vpc.ec2.describe_internet_gateways(Filters=filters)["InternetGateways"]
    vpc.ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc.id)
    with pytest.raises(Blocked, match="has no route to the internet through a NAT gateway"):
        out(cloud, vpc)


def test_a_private_nat_gateway_leads_to_no_internet(cloud: Cloud, vpc: Vpc) -> None:
    public = vpc.ec2.create_subnet(VpcId=vpc.id, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    gateway = vpc.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    vpc.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc.id)
    vpc.route(public, GatewayId=gateway)
    made = vpc.ec2.create_nat_gateway(SubnetId=public, ConnectivityType="private")["NatGateway"]
    vpc.route(vpc.subnet, NatGatewayId=made["NatGatewayId"])
    with pytest.raises(Blocked, match="has no route to the internet through a NAT gateway"):
        out(cloud, vpc)


def test_an_endpoint_that_is_deleted_leads_nowhere(cloud: Cloud, vpc: Vpc) -> None:
    group = vpc.group("function")
    made = vpc.endpoint("secretsmanager", vpc.group("endpoint", ingress=tcp(443, group)))
    network = Network(cloud.account, cloud.region)
    place = network.place("the function", [vpc.subnet], [group])
    assert place
    network.to_service(place, "secretsmanager")
    vpc.ec2.delete_vpc_endpoints(VpcEndpointIds=[made])
    with pytest.raises(Blocked, match="has no endpoint for secretsmanager"):
        network.to_service(place, "secretsmanager")


def test_a_peering_leads_only_while_it_is_active(cloud: Cloud, vpc: Vpc) -> None:
    ec2, network = vpc.ec2, Network(cloud.account, cloud.region)
    other = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    there = ec2.create_subnet(VpcId=other, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="open", Description="d", VpcId=other)["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=tcp(3306, "10.0.0.0/8"))
    peering = ec2.create_vpc_peering_connection(VpcId=vpc.id, PeerVpcId=other)["VpcPeeringConnection"]
    identity = {"VpcPeeringConnectionId": peering["VpcPeeringConnectionId"]}
    for home, subnet, block in ((vpc.id, vpc.subnet, "10.1.0.0/16"), (other, there, "10.0.0.0/16")):
        table = ec2.create_route_table(VpcId=home)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=block, **identity)
    source, target = network.place("here", [vpc.subnet], []), network.place("there", [there], [group])
    assert source
    assert target
    with pytest.raises(Blocked, match="no peering leads there"):  # nobody has accepted it
        network.connect(source, target, 3306)
    ec2.accept_vpc_peering_connection(**identity)
    network.connect(source, target, 3306)
    ec2.delete_vpc_peering_connection(**identity)
    with pytest.raises(Blocked, match="no peering leads there"):
        network.connect(source, target, 3306)


def test_an_internet_gateway_is_of_no_use_to_a_private_address(cloud: Cloud, vpc: Vpc, call: Call) -> None:
    gateway = vpc.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    vpc.ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc.id)
    vpc.route(vpc.subnet, GatewayId=gateway)
    assert call(vpc.group("function")).startswith("ReadTimeoutError")


def test_a_gateway_endpoint_stands_in_the_routes(vpc: Vpc, call: Call) -> None:
    table = vpc.route(vpc.subnet)
    service = "com.amazonaws.us-east-1.s3"
    vpc.ec2.create_vpc_endpoint(VpcId=vpc.id, ServiceName=service, VpcEndpointType="Gateway", RouteTableIds=[table])
    assert call(vpc.group("function"), service="s3", operation="list_buckets") == 200


def test_an_endpoints_policy_is_asked(cloud: Cloud, vpc: Vpc, call: Call) -> None:
    group = vpc.group("function")
    only = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [only]})
    vpc.endpoint("secretsmanager", vpc.group("endpoint", ingress=tcp(443, group)), PolicyDocument=document)
    assert call(group).endswith(
        "is not authorized to perform: secretsmanager:ListSecrets because no VPC endpoint policy allows the"
        " secretsmanager:ListSecrets action"
    )


def test_the_internet_is_out_of_reach(vpc: Vpc, call: Call) -> None:
    assert call(vpc.group("function"), host="192.0.2.1", port=443) == "TimeoutError: [Errno 110] Connection timed out"


def test_a_function_outside_reaches_services(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function(CODE)
    event = json.dumps({"service": "secretsmanager", "operation": "list_secrets"})
    answer = cloud.client("lambda").invoke(FunctionName="tested", Payload=event)
    assert json.loads(answer["Payload"].read()) == 200
    assert lines(cloud)


def make_cluster(cloud: Cloud, vpc: Vpc, groups: Sequence[str], **settings: Any) -> dict[str, Any]:
    rds = cloud.client("rds")
    second = vpc.ec2.create_subnet(VpcId=vpc.id, CidrBlock="10.0.2.0/24", AvailabilityZone="us-east-1b")
    subnets = [vpc.subnet, second["Subnet"]["SubnetId"]]
    rds.create_db_subnet_group(DBSubnetGroupName="group", DBSubnetGroupDescription="tested", SubnetIds=subnets)
    made: dict[str, Any] = rds.create_db_cluster(
        DBClusterIdentifier="cluster",
        Engine="aurora-mysql",
        EngineVersion="8.0.mysql_aurora.3.04.0",
        MasterUsername="administrator",
        MasterUserPassword="a-long-password",
        DBSubnetGroupName="group",
        VpcSecurityGroupIds=list(groups),
        Port=3306,
        **settings,
    )["DBCluster"]
    return made


def test_a_database_lets_in_whom_its_groups_let_in(cloud: Cloud, vpc: Vpc, call: Call) -> None:
    group = vpc.group("function")
    cluster = make_cluster(cloud, vpc, [vpc.group("database", ingress=tcp(3306, group))])
    assert call(group, host=cluster["Endpoint"], port=cluster["Port"]) == "connected"


def test_a_database_that_lets_nobody_in(cloud: Cloud, vpc: Vpc, call: Call) -> None:
    cluster = make_cluster(cloud, vpc, [vpc.group("database")])
    told = call(vpc.group("function"), host=cluster["Endpoint"], port=cluster["Port"])
    assert told == "TimeoutError: [Errno 110] Connection timed out"


def test_a_private_database_is_out_of_reach_from_outside(cloud: Cloud, vpc: Vpc, make_function: MakeFunction) -> None:
    cluster = make_cluster(cloud, vpc, [vpc.group("database", ingress=tcp(3306, "0.0.0.0/0"))])
    make_function(CODE)
    event = json.dumps({"host": cluster["Endpoint"], "port": cluster["Port"]})
    answer = cloud.client("lambda").invoke(FunctionName="tested", Payload=event)
    assert json.loads(answer["Payload"].read()) == "TimeoutError: [Errno 110] Connection timed out"
