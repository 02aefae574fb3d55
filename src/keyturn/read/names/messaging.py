"""Topics, queues, alarms, trails, streams."""

from __future__ import annotations

from keyturn.read.names.kind import TAGS, Apart, Document, Ignored, Kind, Object, Objects, Pairs, Single

SNS = (
    Kind(
        "AWS::SNS::Topic",
        "aws_sns_topic",
        "aws:sns/topic:Topic",
        {
            "name": "TopicName",
            "name_prefix": Ignored(),
            "display_name": "DisplayName",
            "fifo_topic": "FifoTopic",
            "content_based_deduplication": "ContentBasedDeduplication",
            "kms_master_key_id": "KmsMasterKeyId",
            "policy": Apart("AWS::SNS::TopicPolicy", "PolicyDocument", "Topics"),
            "signature_version": "SignatureVersion",
            "tracing_config": "TracingConfig",
            "archive_policy": Document("ArchivePolicy"),
            "fifo_throughput_scope": "FifoThroughputScope",
            "tags": TAGS,
        },
        {"id": "", "arn": "", "name": "TopicName"},
    ),
    Kind(
        "AWS::SNS::TopicPolicy",
        "aws_sns_topic_policy",
        "aws:sns/topicPolicy:TopicPolicy",
        {"arn": Single("Topics"), "policy": Document("PolicyDocument")},
    ),
    Kind(
        "AWS::SNS::Subscription",
        "aws_sns_topic_subscription",
        "aws:sns/topicSubscription:TopicSubscription",
        {
            "topic": "TopicArn",
            "topic_arn": "TopicArn",
            "protocol": "Protocol",
            "endpoint": "Endpoint",
            "endpoint_auto_confirms": Ignored(),
            "confirmation_timeout_in_minutes": Ignored(),
            "raw_message_delivery": "RawMessageDelivery",
            "filter_policy": Document("FilterPolicy"),
            "filter_policy_scope": "FilterPolicyScope",
            "redrive_policy": Document("RedrivePolicy"),
            "replay_policy": Document("ReplayPolicy"),
            "delivery_policy": Document("DeliveryPolicy"),
            "subscription_role_arn": "SubscriptionRoleArn",
        },
    ),
)

SQS = (
    Kind(
        "AWS::SQS::Queue",
        "aws_sqs_queue",
        "aws:sqs/queue:Queue",
        {
            "name": "QueueName",
            "name_prefix": Ignored(),
            "content_based_deduplication": "ContentBasedDeduplication",
            "deduplication_scope": "DeduplicationScope",
            "delay_seconds": "DelaySeconds",
            "fifo_queue": "FifoQueue",
            "fifo_throughput_limit": "FifoThroughputLimit",
            "kms_data_key_reuse_period_seconds": "KmsDataKeyReusePeriodSeconds",
            "kms_master_key_id": "KmsMasterKeyId",
            "max_message_size": "MaximumMessageSize",
            "message_retention_seconds": "MessageRetentionPeriod",
            "policy": Apart("AWS::SQS::QueuePolicy", "PolicyDocument", "Queues"),
            "receive_wait_time_seconds": "ReceiveMessageWaitTimeSeconds",
            "redrive_allow_policy": Document("RedriveAllowPolicy"),
            "redrive_policy": Document("RedrivePolicy"),
            "sqs_managed_sse_enabled": "SqsManagedSseEnabled",
            "visibility_timeout_seconds": "VisibilityTimeout",
            "tags": TAGS,
        },
        {"id": "", "url": "", "arn": "Arn", "name": "QueueName"},
    ),
    Kind(
        "AWS::SQS::QueuePolicy",
        "aws_sqs_queue_policy",
        "aws:sqs/queuePolicy:QueuePolicy",
        {"queue_url": Single("Queues"), "policy": Document("PolicyDocument")},
    ),
)

CLOUDWATCH = (
    Kind(
        "AWS::CloudWatch::Alarm",
        "aws_cloudwatch_metric_alarm",
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        {
            "name": "AlarmName",
            "alarm_name": "AlarmName",
            "alarm_description": "AlarmDescription",
            "actions_enabled": "ActionsEnabled",
            "alarm_actions": "AlarmActions",
            "insufficient_data_actions": "InsufficientDataActions",
            "ok_actions": "OKActions",
            "comparison_operator": "ComparisonOperator",
            "datapoints_to_alarm": "DatapointsToAlarm",
            "dimensions": Pairs("Dimensions", "Name", "Value"),
            "evaluate_low_sample_count_percentiles": "EvaluateLowSampleCountPercentile",
            "evaluation_periods": "EvaluationPeriods",
            "extended_statistic": "ExtendedStatistic",
            "metric_name": "MetricName",
            "namespace": "Namespace",
            "period": "Period",
            "statistic": "Statistic",
            "threshold": "Threshold",
            "threshold_metric_id": "ThresholdMetricId",
            "treat_missing_data": "TreatMissingData",
            "unit": "Unit",
            "tags": TAGS,
        },
        {"id": "", "name": "", "arn": "Arn"},
    ),
)

DASHBOARDS = (
    Kind(
        "AWS::CloudWatch::Dashboard",
        "aws_cloudwatch_dashboard",
        "aws:cloudwatch/dashboard:Dashboard",
        {"dashboard_name": "DashboardName", "dashboard_body": "DashboardBody"},
    ),
)

_ADVANCED = Objects(
    "AdvancedEventSelectors",
    {
        "name": "Name",
        "field_selector": Objects(
            "FieldSelectors",
            {
                "field": "Field",
                "equals": "Equals",
                "not_equals": "NotEquals",
                "starts_with": "StartsWith",
                "not_starts_with": "NotStartsWith",
                "ends_with": "EndsWith",
                "not_ends_with": "NotEndsWith",
            },
        ),
    },
)

CLOUDTRAIL = (
    Kind(
        "AWS::CloudTrail::EventDataStore",
        "aws_cloudtrail_event_data_store",
        "aws:cloudtrail/eventDataStore:EventDataStore",
        {
            "name": "Name",
            "advanced_event_selector": _ADVANCED,
            "billing_mode": "BillingMode",
            "kms_key_id": "KmsKeyId",
            "multi_region_enabled": "MultiRegionEnabled",
            "organization_enabled": "OrganizationEnabled",
            "retention_period": "RetentionPeriod",
            "termination_protection_enabled": "TerminationProtectionEnabled",
            "tags": TAGS,
        },
        {"id": "", "arn": "EventDataStoreArn"},
    ),
    Kind(
        "AWS::CloudTrail::Trail",
        "aws_cloudtrail",
        "aws:cloudtrail/trail:Trail",
        {
            "name": "TrailName",
            "s3_bucket_name": "S3BucketName",
            "s3_key_prefix": "S3KeyPrefix",
            "kms_key_id": "KMSKeyId",
            "cloud_watch_logs_group_arn": "CloudWatchLogsLogGroupArn",
            "cloud_watch_logs_role_arn": "CloudWatchLogsRoleArn",
            "enable_log_file_validation": "EnableLogFileValidation",
            "enable_logging": "IsLogging",
            "include_global_service_events": "IncludeGlobalServiceEvents",
            "event_selector": Objects(
                "EventSelectors",
                {
                    "read_write_type": "ReadWriteType",
                    "include_management_events": "IncludeManagementEvents",
                    "exclude_management_event_sources": "ExcludeManagementEventSources",
                    "data_resource": Objects("DataResources", {"type": "Type", "values": "Values"}),
                },
            ),
            "advanced_event_selector": _ADVANCED,
            "insight_selector": Objects("InsightSelectors", {"insight_type": "InsightType"}),
            "is_multi_region_trail": "IsMultiRegionTrail",
            "is_organization_trail": "IsOrganizationTrail",
            "sns_topic_name": "SnsTopicName",
            "tags": TAGS,
        },
        {"id": "", "name": "", "arn": "Arn"},
        absent={"IsLogging": True},
    ),
)

STREAMS = (
    Kind(
        "AWS::Kinesis::Stream",
        "aws_kinesis_stream",
        "aws:kinesis/stream:Stream",
        {
            "name": "Name",
            "arn": Ignored(),
            "encryption_type": "StreamEncryption.EncryptionType",
            "kms_key_id": "StreamEncryption.KeyId",
            "enforce_consumer_deletion": Ignored(),
            "retention_period": "RetentionPeriodHours",
            "shard_count": "ShardCount",
            "stream_mode_details": Object("StreamModeDetails", {"stream_mode": "StreamMode"}),
            "tags": TAGS,
        },
        {"id": "", "name": "", "arn": "Arn"},
    ),
)

KINDS = SNS + SQS + CLOUDWATCH + DASHBOARDS + CLOUDTRAIL + STREAMS
