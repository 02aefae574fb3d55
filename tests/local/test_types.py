"""Every resource type that CloudFormation has here is made, told, and removed again, so that it can be made once more."""

from __future__ import annotations

from pathlib import Path

import pytest

from clouds import packed
from keyturn.local.cloud import Cloud
from keyturn.local.cloudformation.types import kinds
from keyturn.read import Options, read
from stacks import create, delete

ELSEWHERE = {"AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource"}
"""They have tests of their own."""

MOST_USED = """
ApiGateway::Deployment ApiGateway::Method ApiGateway::Resource ApiGateway::RestApi ApiGateway::Stage ApiGatewayV2::Api
ApiGatewayV2::Integration ApiGatewayV2::Route ApiGatewayV2::Stage ApplicationAutoScaling::ScalableTarget
AutoScaling::AutoScalingGroup CertificateManager::Certificate CloudFormation::CustomResource CloudFormation::Stack
CloudFront::Distribution CloudFront::OriginAccessControl CloudTrail::Trail CloudWatch::Alarm CloudWatch::Dashboard
Cognito::UserPool Cognito::UserPoolClient DynamoDB::Table EC2::EIP EC2::Instance EC2::InternetGateway EC2::LaunchTemplate
EC2::NatGateway EC2::Route EC2::RouteTable EC2::SecurityGroup EC2::SecurityGroupEgress EC2::SecurityGroupIngress EC2::Subnet
EC2::SubnetRouteTableAssociation EC2::VPC EC2::VPCEndpoint EC2::VPCGatewayAttachment ECR::Repository ECS::Cluster ECS::Service
ECS::TaskDefinition EFS::FileSystem ElasticLoadBalancingV2::Listener ElasticLoadBalancingV2::ListenerRule
ElasticLoadBalancingV2::LoadBalancer ElasticLoadBalancingV2::TargetGroup Events::EventBus Events::Rule IAM::AccessKey
IAM::Group IAM::InstanceProfile IAM::ManagedPolicy IAM::Policy IAM::Role IAM::User KMS::Alias KMS::Key Kinesis::Stream
KinesisFirehose::DeliveryStream Lambda::Alias Lambda::EventSourceMapping Lambda::Function Lambda::LayerVersion
Lambda::Permission Lambda::Url Lambda::Version Logs::LogGroup Logs::MetricFilter Logs::SubscriptionFilter RDS::DBCluster
RDS::DBClusterParameterGroup RDS::DBInstance RDS::DBParameterGroup RDS::DBSubnetGroup Route53::HostedZone Route53::RecordSet
S3::Bucket S3::BucketPolicy SNS::Subscription SNS::Topic SNS::TopicPolicy SQS::Queue SQS::QueuePolicy SSM::Parameter
SecretsManager::Secret SecretsManager::SecretTargetAttachment StepFunctions::StateMachine WAFv2::WebACL
""".split()  # noqa: SIM905 - a list of so many lines would be read by nobody
"""The types that templates use most, and some more, in our judgement: AWS publishes no such list."""

TEMPLATES = sorted((Path(__file__).parent / "types").glob("*.yaml"))


@pytest.fixture
def packages(cloud: Cloud) -> None:
    cloud.client("s3").create_bucket(Bucket="packages")
    cloud.client("s3").put_object(Bucket="packages", Key="layer.zip", Body=packed("", "python/shared.py"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
@pytest.mark.usefixtures("packages")
def test_types_are_made_and_removed(cloud: Cloud, path: Path) -> None:
    client = cloud.client("cloudformation")
    for _ in range(2):
        stack = create(client, path.read_text())
        assert stack.status == "CREATE_COMPLETE", stack.failures
        assert [each for each in stack.events if "takes no notice" in each[2]] == []
        gone = delete(client)
        assert gone.status == "DELETE_COMPLETE", gone.failures


def test_those_that_templates_use_most_are_here() -> None:
    assert len(MOST_USED) >= 60
    assert [name for name in MOST_USED if f"AWS::{name}" not in kinds()] == []


def test_each_of_them_has_its_template() -> None:
    tried = {resource.type for path in TEMPLATES for graph in read(str(path), Options()) for resource in graph}
    assert sorted(kinds().keys() - tried - ELSEWHERE) == []
