"""What is in use is not deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clouds import make_role, packed
from keyturn.local.cloud import Cloud
from stacks import create, delete

RULE = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}


@pytest.fixture
def ec2(cloud: Cloud) -> Any:
    return cloud.client("ec2")


@pytest.fixture
def group(ec2: Any, subnets: list[str]) -> str:
    """A security group in the VPC of the subnets."""
    return make_group(ec2, subnets, "used")


def make_group(ec2: Any, subnets: list[str], name: str) -> str:
    vpc = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    made: str = ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc)["GroupId"]
    return made


def held(ec2: Any, subnet: str, group: str) -> None:
    with pytest.raises(ClientError) as of_group:
        ec2.delete_security_group(GroupId=group)
    with pytest.raises(ClientError) as of_subnet:
        ec2.delete_subnet(SubnetId=subnet)
    told = [caught.value.response["Error"] for caught in (of_group, of_subnet)]
    assert {each["Code"] for each in told} == {"DependencyViolation"}
    assert [each["Message"] for each in told] == [
        f"resource {group} has a dependent object",
        f"The subnet '{subnet}' has dependencies and cannot be deleted.",
    ]


def freed(ec2: Any, subnet: str, group: str) -> None:
    ec2.delete_security_group(GroupId=group)
    ec2.delete_subnet(SubnetId=subnet)


def test_by_an_interface(ec2: Any, subnets: list[str], group: str) -> None:
    made = ec2.create_network_interface(SubnetId=subnets[0], Groups=[group])["NetworkInterface"]["NetworkInterfaceId"]
    held(ec2, subnets[0], group)
    ec2.delete_network_interface(NetworkInterfaceId=made)
    freed(ec2, subnets[0], group)


def test_by_a_machine(ec2: Any, subnets: list[str], group: str) -> None:
    settings = {"ImageId": "ami-12c6146b", "MinCount": 1, "MaxCount": 1, "InstanceType": "t3.micro"}
    made = ec2.run_instances(SubnetId=subnets[0], SecurityGroupIds=[group], **settings)["Instances"][0]["InstanceId"]
    held(ec2, subnets[0], group)
    ec2.terminate_instances(InstanceIds=[made])
    freed(ec2, subnets[0], group)


def test_by_a_function(cloud: Cloud, ec2: Any, subnets: list[str], group: str) -> None:
    functions = cloud.client("lambda")
    functions.create_function(
        FunctionName="f",
        Runtime="python3.12",
        Handler="index.handler",
        Role=make_role(cloud, "role", ["ec2:*", "logs:*"]),
        Code={"ZipFile": packed("")},
        VpcConfig={"SubnetIds": subnets[:1], "SecurityGroupIds": [group]},
    )
    held(ec2, subnets[0], group)
    functions.delete_function(FunctionName="f")
    freed(ec2, subnets[0], group)


def test_by_an_endpoint(ec2: Any, subnets: list[str], group: str) -> None:
    vpc = ec2.describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
    service = {"ServiceName": "com.amazonaws.us-east-1.secretsmanager", "VpcEndpointType": "Interface"}
    settings = {"VpcId": vpc, "SubnetIds": subnets[:1], "SecurityGroupIds": [group], **service}
    made = ec2.create_vpc_endpoint(**settings)["VpcEndpoint"]["VpcEndpointId"]
    held(ec2, subnets[0], group)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[made])
    freed(ec2, subnets[0], group)


def test_by_a_balancer(cloud: Cloud, ec2: Any, subnets: list[str], group: str) -> None:
    elbv2 = cloud.client("elbv2")
    made = elbv2.create_load_balancer(Name="web", Subnets=subnets, SecurityGroups=[group])["LoadBalancers"][0]
    held(ec2, subnets[0], group)
    elbv2.delete_load_balancer(LoadBalancerArn=made["LoadBalancerArn"])
    freed(ec2, subnets[0], group)


def test_by_a_database(cloud: Cloud, ec2: Any, subnets: list[str], group: str) -> None:
    rds = cloud.client("rds")
    rds.create_db_subnet_group(DBSubnetGroupName="g", DBSubnetGroupDescription="d", SubnetIds=subnets)
    rds.create_db_instance(
        DBInstanceIdentifier="i",
        DBInstanceClass="db.t3.medium",
        Engine="oracle-se2",
        LicenseModel="license-included",
        AllocatedStorage=20,
        MasterUsername="admin1",
        MasterUserPassword="not-a-real-1",
        DBSubnetGroupName="g",
        VpcSecurityGroupIds=[group],
    )
    held(ec2, subnets[0], group)
    rds.delete_db_instance(DBInstanceIdentifier="i", SkipFinalSnapshot=True)
    freed(ec2, subnets[0], group)


def test_by_another_groups_rule(ec2: Any, subnets: list[str], group: str) -> None:
    other = make_group(ec2, subnets, "other")
    rules = [{**RULE, "UserIdGroupPairs": [{"GroupId": group}]}]
    ec2.authorize_security_group_ingress(GroupId=other, IpPermissions=rules)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)  # its own is none
    with pytest.raises(ClientError, match="DependencyViolation"):
        ec2.delete_security_group(GroupId=group)
    ec2.revoke_security_group_ingress(GroupId=other, IpPermissions=rules)
    ec2.delete_security_group(GroupId=group)


def test_a_policy_that_is_attached(cloud: Cloud) -> None:
    iam = cloud.client("iam")
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    arn = iam.create_policy(PolicyName="p", PolicyDocument=json.dumps(document))["Policy"]["Arn"]
    make_role(cloud, "role", [])
    iam.attach_role_policy(RoleName="role", PolicyArn=arn)
    with pytest.raises(ClientError, match=r"DeleteConflict.*Cannot delete a policy attached to entities\."):
        iam.delete_policy(PolicyArn=arn)
    iam.detach_role_policy(RoleName="role", PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)


def test_a_key_that_is_deleted_already(cloud: Cloud) -> None:
    kms = cloud.client("kms")
    create(cloud.client("cloudformation"), {"Resources": {"Key": {"Type": "AWS::KMS::Key", "Properties": {}}}})
    key = kms.list_keys()["Keys"][0]["KeyArn"]
    kms.schedule_key_deletion(KeyId=key)
    for call in (kms.schedule_key_deletion, kms.enable_key, kms.disable_key, kms.enable_key_rotation):
        with pytest.raises(ClientError, match=f"KMSInvalidStateException.*{key} is pending deletion"):
            call(KeyId=key)
    assert delete(cloud.client("cloudformation")).status == "DELETE_COMPLETE"
