"""Load balancers: whose logs may go into a bucket under a customer's key."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from keyturn.local.cloud import Cloud

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::logs/*",
        }
    ],
}


def balancer(cloud: Cloud, subnets: list[str], kind: str) -> str:
    made = cloud.client("elbv2").create_load_balancer(Name=kind, Type=kind, Scheme="internal", Subnets=subnets)
    arn: str = made["LoadBalancers"][0]["LoadBalancerArn"]
    return arn


@pytest.mark.parametrize(("kind", "part"), [("application", "app"), ("network", "net"), ("gateway", "gwy")])
def test_has_the_arn_of_its_kind(cloud: Cloud, subnets: list[str], kind: str, part: str) -> None:
    elbv2 = cloud.client("elbv2")
    scheme = {} if kind == "gateway" else {"Scheme": "internal"}
    made = elbv2.create_load_balancer(
        Name="named", Type=kind, Subnets=subnets, Tags=[{"Key": "team", "Value": "web"}], **scheme
    )
    arn = made["LoadBalancers"][0]["LoadBalancerArn"]
    assert f":loadbalancer/{part}/named/" in arn
    assert elbv2.describe_load_balancers(Names=["named"])["LoadBalancers"][0]["LoadBalancerArn"] == arn
    (tagged,) = elbv2.describe_tags(ResourceArns=[arn])["TagDescriptions"]
    assert tagged["Tags"] == [{"Key": "team", "Value": "web"}]
    if kind != "gateway":
        protocol = "HTTP" if kind == "application" else "TCP"
        vpc = cloud.client("ec2").describe_subnets(SubnetIds=subnets)["Subnets"][0]["VpcId"]
        group = elbv2.create_target_group(Name="targets", Protocol=protocol, Port=80, VpcId=vpc)["TargetGroups"][0]
        action = {"Type": "forward", "TargetGroupArn": group["TargetGroupArn"]}
        listener = elbv2.create_listener(LoadBalancerArn=arn, Protocol=protocol, Port=80, DefaultActions=[action])
        assert f":listener/{part}/named/" in listener["Listeners"][0]["ListenerArn"]
    elbv2.delete_load_balancer(LoadBalancerArn=arn)
    assert elbv2.describe_load_balancers()["LoadBalancers"] == []


def test_a_network_load_balancers_may_and_an_applications_may_not(cloud: Cloud, subnets: list[str]) -> None:
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket="logs")
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket="logs", ServerSideEncryptionConfiguration={"Rules": [rule]})
    s3.put_bucket_policy(Bucket="logs", Policy=json.dumps(POLICY))
    change = cloud.client("elbv2").modify_load_balancer_attributes
    wanted = [{"Key": "access_logs.s3.enabled", "Value": "true"}, {"Key": "access_logs.s3.bucket", "Value": "logs"}]
    change(LoadBalancerArn=balancer(cloud, subnets, "network"), Attributes=wanted)
    with pytest.raises(ClientError, match="Access Denied for bucket: logs"):
        change(LoadBalancerArn=balancer(cloud, subnets, "application"), Attributes=wanted)
