"""
The services that call KMS as themselves, row by row: whichever key policy leaves one out is told of, and none that lets it in.

Every row says which template makes a service use the key, who it is, which check tells, and with what verdict. Policies are evaluated,
so each row is held against the same list of policies that come near and do not let it in.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from keyturn.check import Result, Verdict, run
from keyturn.checks import every
from keyturn.read import Options, read
from keyturn.report import verdict

REFUSED, DEAD, WEAK = Verdict.REFUSED, Verdict.DEAD, Verdict.WEAK
KEY = {"Fn::GetAtt": ["Key", "Arn"]}
ACCOUNT = {"Effect": "Allow", "Principal": {"AWS": {"Ref": "AWS::AccountId"}}, "Action": "kms:*", "Resource": "*"}
LOGS = "logs.us-east-1.amazonaws.com"
LINKED = "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
CLASS = {
    "MetricName": "Errors",
    "Namespace": "App",
    "ComparisonOperator": "GreaterThanThreshold",
    "EvaluationPeriods": 1,
}


def resource(type_: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{type_}", "Properties": properties}


def bucket(name: str = "logs-of-ours", **more: Any) -> dict[str, Any]:
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY}
    rules = [{"ServerSideEncryptionByDefault": default}]
    return resource(
        "S3::Bucket", BucketName=name, BucketEncryption={"ServerSideEncryptionConfiguration": rules}, **more
    )


TOPIC = resource("SNS::Topic", KmsMasterKeyId=KEY)
QUEUE = resource("SQS::Queue", KmsMasterKeyId=KEY)
QUEUE_ARN = {"Fn::GetAtt": ["Queue", "Arn"]}
TEMPLATE = resource(
    "EC2::LaunchTemplate",
    LaunchTemplateData={
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "KmsKeyId": KEY}}]
    },
)
OF_TEMPLATE = {"LaunchTemplateId": {"Ref": "Template"}, "Version": "1"}


class Row(NamedTuple):
    """One service that uses a key."""

    principal: str
    check: str
    verdict: Verdict
    resources: Mapping[str, Any]


ROWS = {
    "logs-loggroup": Row(
        LOGS, "logs", REFUSED, {"Group": resource("Logs::LogGroup", LogGroupName="app", KmsKeyId=KEY)}
    ),
    "logs-loggroup-global-principal": Row(
        "logs.amazonaws.com", "logs", REFUSED, {"Group": resource("Logs::LogGroup", LogGroupName="app", KmsKeyId=KEY)}
    ),
    "logs-anomaly": Row(LOGS, "job-logs", WEAK, {"Detector": resource("Logs::LogAnomalyDetector", KmsKeyId=KEY)}),
    "glue-securityconfig-cwlogs": Row(
        LOGS,
        "job-logs",
        DEAD,
        {
            "Jobs": resource(
                "Glue::SecurityConfiguration",
                Name="jobs",
                EncryptionConfiguration={
                    "CloudWatchEncryption": {"CloudWatchEncryptionMode": "SSE-KMS", "KmsKeyArn": KEY}
                },
            )
        },
    ),
    "mwaa": Row(
        LOGS, "job-logs", WEAK, {"Airflow": resource("MWAA::Environment", KmsKey=KEY, LoggingConfiguration={})}
    ),
    "sns-pub-s3": Row(
        "s3.amazonaws.com",
        "notification",
        REFUSED,
        {
            "Topic": TOPIC,
            "Bucket": resource(
                "S3::Bucket",
                BucketName="images-of-ours",
                NotificationConfiguration={
                    "TopicConfigurations": [{"Event": "s3:ObjectCreated:*", "Topic": {"Ref": "Topic"}}]
                },
            ),
        },
    ),
    "sns-pub-cwalarm": Row(
        "cloudwatch.amazonaws.com",
        "publisher",
        DEAD,
        {"Topic": TOPIC, "Alarm": resource("CloudWatch::Alarm", **CLASS, AlarmActions=[{"Ref": "Topic"}])},
    ),
    "sns-pub-cwalarm-composite": Row(
        "cloudwatch.amazonaws.com",
        "publisher",
        DEAD,
        {
            "Topic": TOPIC,
            "Alarm": resource("CloudWatch::CompositeAlarm", AlarmRule="ALARM(a)", OKActions=[{"Ref": "Topic"}]),
        },
    ),
    "sns-pub-events": Row(
        "events.amazonaws.com",
        "publisher",
        DEAD,
        {
            "Topic": TOPIC,
            "Rule": resource(
                "Events::Rule", ScheduleExpression="rate(1 day)", Targets=[{"Id": "t", "Arn": {"Ref": "Topic"}}]
            ),
        },
    ),
    "sns-pub-budgets": Row(
        "budgets.amazonaws.com",
        "publisher",
        WEAK,
        {
            "Topic": TOPIC,
            "Budget": resource(
                "Budgets::Budget",
                Budget={"BudgetType": "COST", "TimeUnit": "MONTHLY"},
                NotificationsWithSubscribers=[
                    {"Subscribers": [{"SubscriptionType": "SNS", "Address": {"Ref": "Topic"}}]}
                ],
            ),
        },
    ),
    "sns-pub-codestar": Row(
        "codestar-notifications.amazonaws.com",
        "publisher",
        WEAK,
        {
            "Topic": TOPIC,
            "Rule": resource(
                "CodeStarNotifications::NotificationRule",
                Targets=[{"TargetType": "SNS", "TargetAddress": {"Ref": "Topic"}}],
            ),
        },
    ),
    "sns-pub-rdsevents": Row(
        "events.rds.amazonaws.com",
        "publisher",
        WEAK,
        {"Topic": TOPIC, "Events": resource("RDS::EventSubscription", SnsTopicArn={"Ref": "Topic"})},
    ),
    "sns-pub-cloudtrail": Row(
        "cloudtrail.amazonaws.com",
        "publisher",
        DEAD,
        {
            "Topic": TOPIC,
            "Trail": resource(
                "CloudTrail::Trail",
                IsLogging=True,
                S3BucketName="trails",
                SnsTopicName={"Fn::GetAtt": ["Topic", "TopicName"]},
            ),
        },
    ),
    "sns-pub-ses": Row(
        "ses.amazonaws.com",
        "publisher",
        DEAD,
        {
            "Topic": TOPIC,
            "Mail": resource(
                "SES::ReceiptRule",
                RuleSetName="mail",
                Rule={"Actions": [{"SNSAction": {"TopicArn": {"Ref": "Topic"}}}]},
            ),
        },
    ),
    "sqs-pub-s3": Row(
        "s3.amazonaws.com",
        "notification",
        REFUSED,
        {
            "Queue": QUEUE,
            "Bucket": resource(
                "S3::Bucket",
                BucketName="images-of-ours",
                NotificationConfiguration={
                    "QueueConfigurations": [{"Event": "s3:ObjectCreated:*", "Queue": QUEUE_ARN}]
                },
            ),
        },
    ),
    "sqs-pub-sns": Row(
        "sns.amazonaws.com",
        "sender",
        DEAD,
        {
            "Queue": QUEUE,
            "Topic": resource("SNS::Topic"),
            "Fan": resource("SNS::Subscription", TopicArn={"Ref": "Topic"}, Protocol="sqs", Endpoint=QUEUE_ARN),
        },
    ),
    "sqs-dlq-sns": Row(
        "sns.amazonaws.com",
        "sender",
        WEAK,
        {
            "Queue": QUEUE,
            "Fan": resource(
                "SNS::Subscription",
                TopicArn="arn:aws:sns:us-east-1:123456789012:orders",
                Protocol="https",
                Endpoint="https://example.org",
                RedrivePolicy={"deadLetterTargetArn": QUEUE_ARN},
            ),
        },
    ),
    "sqs-pub-events": Row(
        "events.amazonaws.com",
        "sender",
        DEAD,
        {
            "Queue": QUEUE,
            "Rule": resource("Events::Rule", ScheduleExpression="rate(1 day)", Targets=[{"Id": "q", "Arn": QUEUE_ARN}]),
        },
    ),
    "sqs-pub-events-dead-letters": Row(
        "events.amazonaws.com",
        "sender",
        DEAD,
        {
            "Queue": QUEUE,
            "Rule": resource(
                "Events::Rule",
                ScheduleExpression="rate(1 day)",
                Targets=[
                    {
                        "Id": "f",
                        "Arn": "arn:aws:lambda:us-east-1:123456789012:function:f",
                        "DeadLetterConfig": {"Arn": QUEUE_ARN},
                    }
                ],
            ),
        },
    ),
    "s3-serveraccesslogs": Row(
        "logging.s3.amazonaws.com",
        "log-delivery",
        WEAK,
        {
            "Logs": bucket(),
            "Site": resource("S3::Bucket", LoggingConfiguration={"DestinationBucketName": {"Ref": "Logs"}}),
        },
    ),
    "s3-inventory": Row(
        "s3.amazonaws.com",
        "report",
        DEAD,
        {
            "Logs": bucket(),
            "Site": resource(
                "S3::Bucket",
                BucketName="site-of-ours",
                InventoryConfigurations=[{"Destination": {"BucketArn": {"Fn::GetAtt": ["Logs", "Arn"]}}}],
            ),
        },
    ),
    "s3-storagelens": Row(
        "storage-lens.s3.amazonaws.com",
        "report",
        DEAD,
        {
            "Lens": resource(
                "S3::StorageLens",
                StorageLensConfiguration={
                    "DataExport": {"S3BucketDestination": {"Encryption": {"SSEKMS": {"KeyId": KEY}}}}
                },
            )
        },
    ),
    "cf-oac": Row(
        "cloudfront.amazonaws.com",
        "origin-access",
        DEAD,
        {
            "Logs": bucket(),
            "Site": resource(
                "CloudFront::Distribution",
                DistributionConfig={
                    "Origins": [
                        {
                            "Id": "s3",
                            "DomainName": {"Fn::GetAtt": ["Logs", "RegionalDomainName"]},
                            "OriginAccessControlId": "E1",
                        }
                    ]
                },
            ),
        },
    ),
    "cf-logs": Row(
        "delivery.logs.amazonaws.com",
        "log-delivery",
        DEAD,
        {
            "Logs": bucket(),
            "Site": resource(
                "CloudFront::Distribution",
                DistributionConfig={"Logging": {"Bucket": {"Fn::GetAtt": ["Logs", "DomainName"]}}},
            ),
        },
    ),
    "vpc-flowlogs-s3": Row(
        "delivery.logs.amazonaws.com",
        "log-delivery",
        DEAD,
        {
            "Logs": bucket(),
            "Flow": resource(
                "EC2::FlowLog",
                LogDestinationType="s3",
                LogDestination={"Fn::GetAtt": ["Logs", "Arn"]},
                ResourceId="vpc-0a",
                ResourceType="VPC",
            ),
        },
    ),
    "vended-logs-s3": Row(
        "delivery.logs.amazonaws.com",
        "log-delivery",
        DEAD,
        {
            "Logs": bucket(),
            "To": resource(
                "Logs::DeliveryDestination", Name="to", DestinationResourceArn={"Fn::GetAtt": ["Logs", "Arn"]}
            ),
        },
    ),
    "waf-logs-s3": Row(
        "delivery.logs.amazonaws.com",
        "log-delivery",
        DEAD,
        {
            "Logs": bucket("aws-waf-logs-of-ours"),
            "Web": resource("WAFv2::LoggingConfiguration", LogDestinationConfigs=[{"Fn::GetAtt": ["Logs", "Arn"]}]),
        },
    ),
    "nlb-logs": Row(
        "delivery.logs.amazonaws.com",
        "log-delivery",
        WEAK,
        {
            "Logs": bucket(),
            "Balancer": resource(
                "ElasticLoadBalancingV2::LoadBalancer",
                Type="network",
                LoadBalancerAttributes=[
                    {"Key": "access_logs.s3.enabled", "Value": "true"},
                    {"Key": "access_logs.s3.bucket", "Value": {"Ref": "Logs"}},
                ],
            ),
        },
    ),
    "cloudtrail-trail": Row(
        "cloudtrail.amazonaws.com",
        "cloudtrail",
        REFUSED,
        {
            "Trail": resource(
                "CloudTrail::Trail", TrailName="audit", IsLogging=True, S3BucketName="trails", KMSKeyId=KEY
            )
        },
    ),
    "cloudtrail-eds": Row(
        "cloudtrail.amazonaws.com",
        "cloudtrail",
        REFUSED,
        {"Store": resource("CloudTrail::EventDataStore", KmsKeyId=KEY)},
    ),
    "config-delivery": Row(
        "config.amazonaws.com",
        "config",
        REFUSED,
        {
            "Recorder": resource(
                "Config::ConfigurationRecorder",
                RoleARN="arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
            ),
            "Channel": resource("Config::DeliveryChannel", S3BucketName="config-of-ours", S3KmsKeyArn=KEY),
        },
    ),
    "lambda-zip": Row(
        "lambda.amazonaws.com",
        "function-code",
        DEAD,
        {"Function": resource("Lambda::Function", FunctionName="f", Code={"SourceKMSKeyArn": KEY})},
    ),
    "lambda-durable": Row(
        "lambda.amazonaws.com",
        "function-code",
        WEAK,
        {"Function": resource("Lambda::Function", FunctionName="f", DurableConfig={"KMSKeyArn": KEY})},
    ),
    "lambda-esm-filter": Row(
        "lambda.amazonaws.com",
        "event-filter",
        WEAK,
        {
            "Mapping": resource(
                "Lambda::EventSourceMapping",
                FunctionName="f",
                EventSourceArn="arn:aws:sqs:us-east-1:123456789012:orders",
                KmsKeyArn=KEY,
                FilterCriteria={"Filters": [{"Pattern": "{}"}]},
            )
        },
    ),
    "events-bus": Row(
        "events.amazonaws.com",
        "event-bus",
        DEAD,
        {"Bus": resource("Events::EventBus", Name="orders", KmsKeyIdentifier=KEY)},
    ),
    "events-archive": Row(
        "events.amazonaws.com",
        "event-bus",
        DEAD,
        {
            "Archive": resource(
                "Events::Archive",
                SourceArn="arn:aws:events:us-east-1:123456789012:event-bus/orders",
                KmsKeyIdentifier=KEY,
            )
        },
    ),
    "events-buslogs": Row(
        "delivery.logs.amazonaws.com",
        "encrypted-logs",
        DEAD,
        {"Bus": resource("Events::EventBus", Name="orders", KmsKeyIdentifier=KEY, LogConfig={"Level": "ERROR"})},
    ),
    "stepfunctions-logs": Row(
        "delivery.logs.amazonaws.com",
        "encrypted-logs",
        DEAD,
        {
            "Machine": resource(
                "StepFunctions::StateMachine",
                EncryptionConfiguration={"Type": "CUSTOMER_MANAGED_KMS_KEY", "KmsKeyId": KEY},
                LoggingConfiguration={"Level": "ALL"},
            )
        },
    ),
    "asg-ebs": Row(
        LINKED,
        "auto-scaling",
        DEAD,
        {"Template": TEMPLATE, "Group": resource("AutoScaling::AutoScalingGroup", LaunchTemplate=OF_TEMPLATE)},
    ),
    "eks-nodes": Row(
        LINKED,
        "auto-scaling",
        REFUSED,
        {"Template": TEMPLATE, "Nodes": resource("EKS::Nodegroup", LaunchTemplate={"Id": {"Ref": "Template"}})},
    ),
    "ssm-datasync": Row(
        "ssm.amazonaws.com",
        "data-sync",
        DEAD,
        {"Sync": resource("SSM::ResourceDataSync", SyncName="inventory", S3Destination={"KMSKeyArn": KEY})},
    ),
    "ses-s3": Row(
        "ses.amazonaws.com",
        "mail",
        DEAD,
        {
            "Mail": resource(
                "SES::ReceiptRule",
                RuleSetName="mail",
                Rule={"Actions": [{"S3Action": {"BucketName": "mail-of-ours", "KmsKeyArn": KEY}}]},
            )
        },
    ),
}
"""By the row of the facts; a row that has two forms is there twice."""


def checked(
    row: Row,
    tmp_path: Path,
    *statements: Any,
    key: Any = None,
    also: Mapping[str, Any] | None = None,
    region: str = "us-east-1",
) -> Result:
    """What this row's check says of its template, with a key of these statements beside that for the account."""
    made = key or resource(
        "KMS::Key", KeyPolicy={"Version": "2012-10-17", "Statement": [ACCOUNT, *statements]}, EnableKeyRotation=True
    )
    file = tmp_path / "template.json"
    file.write_text(json.dumps({"Resources": {"Key": made, **row.resources, **(also or {})}}))
    (graph,) = read(str(file), Options(region=region, as_of=datetime.date(2026, 11, 24)))
    return run(tuple(check for check in every() if check.name == f"kms-key-denies-{row.check}"), graph)


def allow(row: Row, *actions: str, principal: str = "", **more: Any) -> dict[str, Any]:
    named = principal or row.principal
    who = {"AWS" if named.startswith("arn:") else "Service": named}
    return {"Effect": "Allow", "Principal": who, "Action": [*actions] or ["kms:*"], "Resource": "*", **more}


def found(result: Result) -> set[Verdict]:
    return {verdict(*each) for each in result.findings}


each_row = pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)


@each_row
def test_a_key_of_the_account_alone_does_not_do(row: Row, tmp_path: Path) -> None:
    assert found(checked(row, tmp_path)) == {row.verdict}


@each_row
def test_a_key_without_a_policy_does_not_do(row: Row, tmp_path: Path) -> None:
    assert found(checked(row, tmp_path, key=resource("KMS::Key", EnableKeyRotation=True))) == {row.verdict}


@each_row
def test_a_key_that_admits_the_service_does(row: Row, tmp_path: Path) -> None:
    result = checked(row, tmp_path, allow(row))
    assert (result.findings, result.undecided) == ((), ())


@each_row
def test_a_key_that_admits_everybody_does(row: Row, tmp_path: Path) -> None:
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}
    assert checked(row, tmp_path, everybody).findings == ()


OTHERS = (
    "logs.eu-west-1.amazonaws.com",
    "ec2.amazonaws.com",
    "arn:aws:iam::999999999999:root",
    "logs.cn-north-1.amazonaws.com.cn",
)


@each_row
@pytest.mark.parametrize("other", OTHERS)
def test_a_service_of_another_name_region_partition_or_account_does_not_help(
    row: Row, other: str, tmp_path: Path
) -> None:
    assert found(checked(row, tmp_path, allow(row, principal=other))) == {row.verdict}


@each_row
def test_a_description_of_the_key_is_too_little(row: Row, tmp_path: Path) -> None:
    assert found(checked(row, tmp_path, allow(row, "kms:DescribeKey", "kms:Sign"))) == {row.verdict}


@each_row
def test_a_deny_undoes_it(row: Row, tmp_path: Path) -> None:
    assert found(checked(row, tmp_path, allow(row), {**allow(row), "Effect": "Deny"})) == {row.verdict}


@each_row
def test_a_statement_for_another_resource_does_not_apply(row: Row, tmp_path: Path) -> None:
    other = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    assert found(checked(row, tmp_path, allow(row, Resource=other))) == {row.verdict}


CONDITIONS: tuple[dict[str, Any], ...] = (
    {"StringEquals": {"aws:SourceAccount": "999999999999"}},
    {"ArnLike": {"aws:SourceArn": "arn:aws:iot:eu-west-9:999999999999:thing/none"}},
    {"StringEquals": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:123456789012:log-group:another"}},
    {"StringEquals": {"kms:EncryptionContext:who": "knows"}},
    {"StringEquals": {"kms:CallerAccount": "999999999999"}},
    {"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/nobody"}},
)


@each_row
@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: next(iter(next(iter(condition.values())))))
def test_a_condition_that_is_not_met_is_told_of(row: Row, condition: dict[str, Any], tmp_path: Path) -> None:
    result = checked(row, tmp_path, allow(row, Condition=condition))
    assert result.findings or result.undecided
    assert found(result) <= {row.verdict}


@each_row
def test_a_key_from_elsewhere_is_undecided(row: Row, tmp_path: Path) -> None:
    imported = {
        "Type": "Custom::Key",
        "Properties": {"ServiceToken": "arn:aws:lambda:us-east-1:123456789012:function:f"},
    }
    result = checked(row, tmp_path, key=imported)
    assert result.findings == ()
    assert result.undecided


def test_an_empty_name_is_that_of_no_key(tmp_path: Path) -> None:
    row = ROWS["events-archive"]
    named = json.loads(json.dumps(row.resources).replace(json.dumps(KEY), '""'))
    result = checked(row._replace(resources=named), tmp_path)
    assert (result.findings, result.undecided) == ((), ())


@each_row
def test_a_custom_resource_that_has_the_key_may_grant_its_use(row: Row, tmp_path: Path) -> None:
    granting = {"Granting": {"Type": "Custom::Grant", "Properties": {"Key": KEY}}}
    result = checked(row, tmp_path, also=granting)
    assert result.findings == ()
    assert result.undecided


PLACES = {
    "eu-central-1": "logs.eu-central-1.amazonaws.com",
    "us-gov-west-1": "logs.us-gov-west-1.amazonaws.com",
    "cn-north-1": "logs.cn-north-1.amazonaws.com.cn",
}
"""As whom CloudWatch Logs calls KMS there."""


@pytest.mark.parametrize("region", PLACES)
@pytest.mark.parametrize("named", PLACES)
def test_logs_are_let_in_under_the_name_of_their_region_and_partition(region: str, named: str, tmp_path: Path) -> None:
    row = ROWS["logs-loggroup"]
    result = checked(row, tmp_path, allow(row, principal=PLACES[named]), region=region)
    assert found(result) == (set() if region == named else {REFUSED})


@pytest.mark.parametrize("region", PLACES)
def test_the_context_names_the_partition(region: str, tmp_path: Path) -> None:
    row = ROWS["logs-loggroup"]
    key = "kms:EncryptionContext:aws:logs:arn"
    ours = {"Fn::Sub": "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:app"}
    plain = {"Fn::Sub": "arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:app"}
    for arn, right in ((ours, True), (plain, region.startswith("eu-"))):
        statement = allow(row, principal=PLACES[region], Condition={"ArnEquals": {key: arn}})
        assert found(checked(row, tmp_path, statement, region=region)) == (set() if right else {REFUSED})
