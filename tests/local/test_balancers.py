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
