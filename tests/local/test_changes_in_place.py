"""What AWS changes in place is changed in place: the same resource stays, and is what the new template says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from keyturn.facts import replacements
from keyturn.local.cloud import Cloud
from keyturn.local.cloudformation.types import kinds
from stacks import create, delete, update

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def policy(action: str, **more: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*", **more}]}


def open_policy(action: str) -> dict[str, Any]:
    return policy(action, Principal={"AWS": {"Ref": "AWS::AccountId"}})


class Change(NamedTuple):
    """
    A resource that is changed.

    Attributes:
        before, after: Its properties.
        seen: What the service tells of it, by its identity; compared with `told`.
        beside: Other resources of the template.
    """

    type: str
    before: dict[str, Any]
    after: dict[str, Any]
    seen: Callable[[Cloud, str], Any]
    told: Any
    beside: dict[str, Any] = {}


def attribute(name: str) -> Callable[[Cloud, str], Any]:
    return lambda cloud, url: (
        cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"].get(name)
    )


def group_rules(direction: str) -> Callable[[Cloud, str], Any]:
    def seen(cloud: Cloud, group: str) -> Any:
        (found,) = cloud.client("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
        return [(rule.get("FromPort"), rule["IpRanges"][0]["CidrIp"]) for rule in found[direction]]

    return seen


VPC = {"V": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}}
SUBNETS = {
    f"S{number}": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "V"},
            "CidrBlock": f"10.0.{number}.0/24",
            "AvailabilityZone": f"us-east-1{'abc'[number]}",
        },
    }
    for number in range(3)
}
ROLE = {"R": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}}
OTHER = {"O": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}}}
TOPIC = {"T": {"Type": "AWS::SNS::Topic"}}
QUEUE = {"Q": {"Type": "AWS::SQS::Queue"}}
GROUP = {"L": {"Type": "AWS::Logs::LogGroup"}}
TABLE = {
    "TableName": "table",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}
INDEX = {
    "IndexName": "other",
    "KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
INSTANCE = {
    "DBInstanceIdentifier": "alone",
    "Engine": "oracle-se2",
    "DBInstanceClass": "db.t3.medium",
    "AllocatedStorage": "20",
    "MasterUsername": "admin1",
    "MasterUserPassword": "not-a-real-1",
    "LicenseModel": "license-included",
}


CORS = {"CorsRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}


def has_cors(cloud: Cloud, bucket: str) -> bool:
    try:
        cloud.client("s3").get_bucket_cors(Bucket=bucket)
    except ClientError:
        return False
    return True


def group(*rules: dict[str, Any], direction: str = "Ingress") -> dict[str, Any]:
    return {
        "GroupName": "named",
        "GroupDescription": "d",
        "VpcId": {"Ref": "V"},
        f"SecurityGroup{direction}": list(rules),
    }


def rule(port: int) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": "10.0.0.0/8"}


CHANGES = {
    "queue": Change(
        "AWS::SQS::Queue",
        {"QueueName": "named", "VisibilityTimeout": 30},
        {"QueueName": "named", "VisibilityTimeout": 90},
        attribute("VisibilityTimeout"),
        "90",
    ),
    "queue-unset": Change(
        "AWS::SQS::Queue",
        {"QueueName": "named", "DelaySeconds": 5},
        {"QueueName": "named"},
        attribute("DelaySeconds"),
        "0",
    ),
    "queue-policy": Change(
        "AWS::SQS::QueuePolicy",
        {"Queues": [{"Ref": "Q"}], "PolicyDocument": open_policy("sqs:SendMessage")},
        {"Queues": [{"Ref": "Q"}], "PolicyDocument": open_policy("sqs:ReceiveMessage")},
        lambda cloud, identity: (
            "ReceiveMessage" in attribute("Policy")(cloud, cloud.client("sqs").list_queues()["QueueUrls"][0])
        ),
        True,
        QUEUE,
    ),
    "topic": Change(
        "AWS::SNS::Topic",
        {"TopicName": "named", "DisplayName": "one"},
        {"TopicName": "named", "DisplayName": "two"},
        lambda cloud, arn: cloud.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"],
        "two",
    ),
    "topic-subscription": Change(
        "AWS::SNS::Topic",
        {"TopicName": "named", "Subscription": [{"Protocol": "email", "Endpoint": "a@example.com"}]},
        {"TopicName": "named", "Subscription": [{"Protocol": "email", "Endpoint": "b@example.com"}]},
        lambda cloud, arn: [
            each["Endpoint"] for each in cloud.client("sns").list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
        ],
        ["b@example.com"],
    ),
    "topic-policy": Change(
        "AWS::SNS::TopicPolicy",
        {"Topics": [{"Ref": "T"}], "PolicyDocument": open_policy("sns:Publish")},
        {"Topics": [{"Ref": "T"}], "PolicyDocument": open_policy("sns:Subscribe")},
        lambda cloud, identity: (
            "sns:Subscribe"
            in cloud.client("sns").get_topic_attributes(
                TopicArn=cloud.client("sns").list_topics()["Topics"][0]["TopicArn"]
            )["Attributes"]["Policy"]
        ),
        True,
        TOPIC,
    ),
    "table": Change(
        "AWS::DynamoDB::Table",
        {**TABLE, "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True}},
        {
            **TABLE,
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": "3", "WriteCapacityUnits": "4"},
        },
        lambda cloud, name: cloud.client("dynamodb").describe_table(TableName=name)["Table"]["ProvisionedThroughput"][
            "ReadCapacityUnits"
        ],
        3,
    ),
    "table-index": Change(
        "AWS::DynamoDB::Table",
        TABLE,
        {
            **TABLE,
            "AttributeDefinitions": [*TABLE["AttributeDefinitions"], {"AttributeName": "other", "AttributeType": "S"}],
            "GlobalSecondaryIndexes": [INDEX],
        },
        lambda cloud, name: [
            each["IndexName"]
            for each in cloud.client("dynamodb").describe_table(TableName=name)["Table"]["GlobalSecondaryIndexes"]
        ],
        ["other"],
    ),
    "inline-policy": Change(
        "AWS::IAM::Policy",
        {"PolicyName": "p", "PolicyDocument": policy("s3:GetObject"), "Roles": [{"Ref": "R"}, {"Ref": "O"}]},
        {"PolicyName": "p", "PolicyDocument": policy("s3:PutObject"), "Roles": [{"Ref": "R"}]},
        lambda cloud, identity: [
            cloud.client("iam").list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
            for role in sorted(cloud.client("iam").list_roles()["Roles"], key=lambda each: str(each["RoleName"]))
        ],
        [[], ["p"]],
        ROLE | OTHER,
    ),
    "managed-policy": Change(
        "AWS::IAM::ManagedPolicy",
        {"ManagedPolicyName": "named", "PolicyDocument": policy("s3:GetObject")},
        {"ManagedPolicyName": "named", "PolicyDocument": policy("s3:PutObject"), "Roles": [{"Ref": "R"}]},
        lambda cloud, arn: (
            cloud.client("iam").list_entities_for_policy(PolicyArn=arn)["PolicyRoles"] != [],
            [each["VersionId"] for each in cloud.client("iam").list_policy_versions(PolicyArn=arn)["Versions"]],
        ),
        (True, ["v2"]),
        ROLE,
    ),
    "role": Change(
        "AWS::IAM::Role",
        {"RoleName": "named", "AssumeRolePolicyDocument": TRUST},
        {"RoleName": "named", "AssumeRolePolicyDocument": TRUST, "MaxSessionDuration": 7200, "Description": "d"},
        lambda cloud, name: [
            cloud.client("iam").get_role(RoleName=name)["Role"].get(each)
            for each in ("MaxSessionDuration", "Description")
        ],
        [7200, "d"],
    ),
    "user": Change(
        "AWS::IAM::User",
        {"UserName": "named"},
        {"UserName": "named", "Policies": [{"PolicyName": "p", "PolicyDocument": policy("s3:GetObject")}]},
        lambda cloud, name: cloud.client("iam").list_user_policies(UserName=name)["PolicyNames"],
        ["p"],
    ),
    "security-group": Change(
        "AWS::EC2::SecurityGroup",
        group(rule(80)),
        group(rule(443)),
        group_rules("IpPermissions"),
        [(443, "10.0.0.0/8")],
        VPC,
    ),
    "security-group-egress": Change(
        "AWS::EC2::SecurityGroup",
        group(direction="Egress"),
        group(rule(443), direction="Egress"),
        group_rules("IpPermissionsEgress"),
        [(443, "10.0.0.0/8")],
        VPC,
    ),
    "vpc": Change(
        "AWS::EC2::VPC",
        {"CidrBlock": "10.1.0.0/16", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "1"}]},
        {"CidrBlock": "10.1.0.0/16", "EnableDnsHostnames": True, "Tags": [{"Key": "a", "Value": "2"}]},
        lambda cloud, vpc: (
            cloud.client("ec2").describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")["EnableDnsHostnames"][
                "Value"
            ],
            cloud.client("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["Tags"],
        ),
        (True, [{"Key": "a", "Value": "2"}]),
    ),
    "listener-target": Change(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {"Name": "named", "Port": 80, "Protocol": "HTTP", "VpcId": {"Ref": "V"}, "HealthCheckPath": "/a"},
        {"Name": "named", "Port": 80, "Protocol": "HTTP", "VpcId": {"Ref": "V"}, "HealthCheckPath": "/b"},
        lambda cloud, arn: cloud.client("elbv2").describe_target_groups(TargetGroupArns=[arn])["TargetGroups"][0][
            "HealthCheckPath"
        ],
        "/b",
        VPC,
    ),
    "metric-filter": Change(
        "AWS::Logs::MetricFilter",
        {
            "FilterName": "named",
            "LogGroupName": {"Ref": "L"},
            "FilterPattern": "one",
            "MetricTransformations": [{"MetricName": "m", "MetricNamespace": "n", "MetricValue": "1"}],
        },
        {
            "FilterName": "named",
            "LogGroupName": {"Ref": "L"},
            "FilterPattern": "two",
            "MetricTransformations": [{"MetricName": "m", "MetricNamespace": "n", "MetricValue": "1"}],
        },
        lambda cloud, name: [
            each["filterPattern"] for each in cloud.client("logs").describe_metric_filters()["metricFilters"]
        ],
        ["two"],
        GROUP,
    ),
    "subnet-group": Change(
        "AWS::RDS::DBSubnetGroup",
        {"DBSubnetGroupName": "named", "DBSubnetGroupDescription": "d", "SubnetIds": [{"Ref": "S0"}, {"Ref": "S1"}]},
        {"DBSubnetGroupName": "named", "DBSubnetGroupDescription": "d", "SubnetIds": [{"Ref": "S0"}, {"Ref": "S2"}]},
        lambda cloud, name: sorted(
            each["SubnetAvailabilityZone"]["Name"]
            for each in cloud.client("rds").describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"][0][
                "Subnets"
            ]
        ),
        ["us-east-1a", "us-east-1c"],
        VPC | SUBNETS,
    ),
    "instance": Change(
        "AWS::RDS::DBInstance",
        INSTANCE,
        {**INSTANCE, "AllocatedStorage": "40", "BackupRetentionPeriod": 7, "DBInstanceClass": "db.t3.large"},
        lambda cloud, name: [
            cloud.client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0][each]
            for each in ("AllocatedStorage", "BackupRetentionPeriod", "DBInstanceClass")
        ],
        [40, 7, "db.t3.large"],
    ),
    "bucket": Change(
        "AWS::S3::Bucket",
        {
            "BucketName": "named",
            "CorsConfiguration": CORS,
            "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 1}]},
        },
        {"BucketName": "named", "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 9}]}},
        lambda cloud, name: (
            cloud.client("s3").get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]["Expiration"]["Days"],
            has_cors(cloud, name),
        ),
        (9, False),
    ),
    "http-api": Change(
        "AWS::ApiGatewayV2::Api",
        {"Name": "one", "ProtocolType": "HTTP"},
        {"Name": "two", "ProtocolType": "HTTP"},
        lambda cloud, identity: cloud.client("apigatewayv2").get_api(ApiId=identity)["Name"],
        "two",
    ),
    "repository": Change(
        "AWS::ECR::Repository",
        {"RepositoryName": "named"},
        {"RepositoryName": "named", "ImageTagMutability": "IMMUTABLE"},
        lambda cloud, name: cloud.client("ecr").describe_repositories(repositoryNames=[name])["repositories"][0][
            "imageTagMutability"
        ],
        "IMMUTABLE",
    ),
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud.start(tmp_path_factory.mktemp("cloud")) as started:
        yield started


@pytest.mark.parametrize("name", CHANGES)
def test_the_same_resource_stays(shared: Cloud, name: str) -> None:
    change = CHANGES[name]
    client = shared.client("cloudformation")
    before, after = (
        {"Resources": {**change.beside, "It": {"Type": change.type, "Properties": properties}}}
        for properties in (change.before, change.after)
    )
    made = create(client, before)
    assert made.status == "CREATE_COMPLETE", made.failures
    identity = identified(client)
    changed = update(client, after)
    assert changed.status == "UPDATE_COMPLETE", changed.failures
    assert identified(client) == identity
    assert [each for each in changed.events if each[1].startswith("DELETE")] == []
    assert change.seen(shared, identity) == change.told
    assert delete(client).status == "DELETE_COMPLETE"


def identified(client: Any) -> str:
    found: str = client.describe_stack_resource(StackName="tested", LogicalResourceId="It")["StackResourceDetail"][
        "PhysicalResourceId"
    ]
    return found


def test_what_is_to_be_made_anew_must_not_have_a_name_of_its_own(shared: Cloud) -> None:
    """AWS's words, and the table and what is in it stay."""
    client = shared.client("cloudformation")
    other = json.loads(json.dumps(TABLE).replace('"id"', '"key"'))
    create(client, {"Resources": {"It": {"Type": "AWS::DynamoDB::Table", "Properties": TABLE}}})
    shared.client("dynamodb").put_item(TableName="table", Item={"id": {"S": "kept"}})
    failed = update(client, {"Resources": {"It": {"Type": "AWS::DynamoDB::Table", "Properties": other}}})
    assert failed.status == "UPDATE_ROLLBACK_COMPLETE"
    assert failed.failures == {
        "It": "CloudFormation cannot update a stack when a custom-named resource requires replacing."
        " Rename table and update the stack again."
    }
    assert shared.client("dynamodb").scan(TableName="table")["Count"] == 1
    delete(client)


def test_a_change_that_is_made_in_place_on_aws_and_cannot_be_here_says_so(shared: Cloud) -> None:
    client = shared.client("cloudformation")
    stream = {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "named", "ShardCount": 1}}
    create(client, {"Resources": {"It": stream}})
    wider = {**stream, "Properties": {"Name": "named", "ShardCount": 2}}
    failed = update(client, {"Resources": {"It": wider}})
    assert failed.status == "UPDATE_ROLLBACK_COMPLETE"
    assert failed.failures["It"].startswith("the local AWS cannot change ShardCount of named in place, as AWS does")
    delete(client)


def test_what_replaces_a_resource_is_known_of_each_type() -> None:
    unknown = {name for name in kinds() if not replacements.known(name)}
    assert unknown == {"AWS::CloudFormation::CustomResource"}
