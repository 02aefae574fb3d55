"""What watches, records, scales and runs others: AWS Config, Glue, Systems Manager, mail, Step Functions, Auto Scaling, stacks."""

from __future__ import annotations

from keyturn.facts import config
from keyturn.read.names.kind import TAGS, Document, Ignored, Item, Kind, Object, Objects, Renamed, inside

CONFIG = (
    Kind(
        "AWS::Config::ConfigurationRecorder",
        "aws_config_configuration_recorder",
        "aws:cfg/recorder:Recorder",
        {
            "name": "Name",
            "role_arn": "RoleARN",
            "recording_group": Object(
                "RecordingGroup",
                {
                    "all_supported": "AllSupported",
                    "include_global_resource_types": "IncludeGlobalResourceTypes",
                    "resource_types": "ResourceTypes",
                },
            ),
        },
        later=frozenset({config.RECORDING}),
    ),
    Kind(
        "AWS::Config::DeliveryChannel",
        "aws_config_delivery_channel",
        "aws:cfg/deliveryChannel:DeliveryChannel",
        {
            "name": "Name",
            "s3_bucket_name": "S3BucketName",
            "s3_key_prefix": "S3KeyPrefix",
            "s3_kms_key_arn": "S3KmsKeyArn",
            "sns_topic_arn": "SnsTopicARN",
            "snapshot_delivery_properties": Object(
                "ConfigSnapshotDeliveryProperties", {"delivery_frequency": "DeliveryFrequency"}
            ),
        },
    ),
    Kind(
        "AWS::Config::ConfigRule",
        "aws_config_config_rule",
        "aws:cfg/rule:Rule",
        {
            "name": "ConfigRuleName",
            "description": "Description",
            "input_parameters": Document("InputParameters"),
            "maximum_execution_frequency": "MaximumExecutionFrequency",
            "source": Object(
                "Source",
                {
                    "owner": "Owner",
                    "source_identifier": "SourceIdentifier",
                    "source_detail": Objects(
                        "SourceDetails",
                        {
                            "event_source": "EventSource",
                            "maximum_execution_frequency": "MaximumExecutionFrequency",
                            "message_type": "MessageType",
                        },
                    ),
                },
            ),
            "tags": Ignored(),
        },
        {"id": "", "name": "", "arn": "Arn", "rule_id": "ConfigRuleId"},
    ),
)

RECORDS = (
    Kind(
        "AWS::Glue::SecurityConfiguration",
        "aws_glue_security_configuration",
        "aws:glue/securityConfiguration:SecurityConfiguration",
        {
            "name": "Name",
            "encryption_configuration": Object(
                "EncryptionConfiguration",
                {
                    "cloudwatch_encryption": Object(
                        "CloudWatchEncryption",
                        {"cloudwatch_encryption_mode": "CloudWatchEncryptionMode", "kms_key_arn": "KmsKeyArn"},
                    ),
                    "job_bookmarks_encryption": Object(
                        "JobBookmarksEncryption",
                        {"job_bookmarks_encryption_mode": "JobBookmarksEncryptionMode", "kms_key_arn": "KmsKeyArn"},
                    ),
                    "s3_encryption": Objects(
                        "S3Encryptions", {"s3_encryption_mode": "S3EncryptionMode", "kms_key_arn": "KmsKeyArn"}
                    ),
                },
            ),
        },
        absent={"Name": "{name}"},
    ),
    Kind(
        "AWS::SSM::ResourceDataSync",
        "aws_ssm_resource_data_sync",
        "aws:ssm/resourceDataSync:ResourceDataSync",
        {
            "name": "SyncName",
            "s3_destination": Object(
                "S3Destination",
                {
                    "bucket_name": "BucketName",
                    "region": "BucketRegion",
                    "prefix": "BucketPrefix",
                    "sync_format": "SyncFormat",
                    "kms_key_arn": "KMSKeyArn",
                },
            ),
        },
        absent={"SyncName": "{name}"},
    ),
    Kind(
        "AWS::SES::ReceiptRule",
        "aws_ses_receipt_rule",
        "aws:ses/receiptRule:ReceiptRule",
        {
            "name": "Rule.Name",
            "rule_set_name": "RuleSetName",
            "enabled": "Rule.Enabled",
            "recipients": "Rule.Recipients",
            "scan_enabled": "Rule.ScanEnabled",
            "tls_policy": "Rule.TlsPolicy",
            "after": "After",
            "s3_action": Objects(
                "Rule.Actions",
                {
                    "position": Ignored(),
                    **inside(
                        "S3Action",
                        {
                            "bucket_name": "BucketName",
                            "object_key_prefix": "ObjectKeyPrefix",
                            "kms_key_arn": "KmsKeyArn",
                            "topic_arn": "TopicArn",
                        },
                    ),
                },
            ),
        },
    ),
)

DEVICES = (
    Kind(
        "AWS::IoT::TopicRule",
        "aws_iot_topic_rule",
        "aws:iot/topicRule:TopicRule",
        {
            "name": "RuleName",
            **inside(
                "TopicRulePayload",
                {
                    "description": "Description",
                    "enabled": Renamed("RuleDisabled", {True: False, False: True}),
                    "sql": "Sql",
                    "sql_version": "AwsIotSqlVersion",
                    "lambda": Objects("Actions", inside("Lambda", {"function_arn": "FunctionArn"})),
                    "sns": Objects(
                        "Actions",
                        inside(
                            "Sns",
                            {"target_arn": "TargetArn", "role_arn": "RoleArn", "message_format": "MessageFormat"},
                        ),
                    ),
                    "sqs": Objects(
                        "Actions",
                        inside("Sqs", {"queue_url": "QueueUrl", "role_arn": "RoleArn", "use_base64": "UseBase64"}),
                    ),
                },
            ),
            "tags": TAGS,
        },
        {"id": "", "name": "", "arn": "Arn"},
    ),
)

STEPS = (
    Kind(
        "AWS::StepFunctions::StateMachine",
        "aws_sfn_state_machine",
        "aws:sfn/stateMachine:StateMachine",
        {
            "name": "StateMachineName",
            "name_prefix": Ignored(),
            "definition": "DefinitionString",
            "role_arn": "RoleArn",
            "type": "StateMachineType",
            "publish": Ignored(),
            "logging_configuration": Object(
                "LoggingConfiguration",
                {
                    "include_execution_data": "IncludeExecutionData",
                    "level": "Level",
                    "log_destination": Item("Destinations", "CloudWatchLogsLogGroup.LogGroupArn", {}),
                },
            ),
            "encryption_configuration": Object(
                "EncryptionConfiguration",
                {
                    "kms_key_id": "KmsKeyId",
                    "type": "Type",
                    "kms_data_key_reuse_period_seconds": "KmsDataKeyReusePeriodSeconds",
                },
            ),
            "tracing_configuration": Object("TracingConfiguration", {"enabled": "Enabled"}),
            "tags": TAGS,
        },
        {"id": "", "arn": "Arn", "name": "Name"},
    ),
)

SCALING = (
    Kind(
        "AWS::AutoScaling::AutoScalingGroup",
        "aws_autoscaling_group",
        "aws:autoscaling/group:Group",
        {
            "name": "AutoScalingGroupName",
            "name_prefix": Ignored(),
            "availability_zones": "AvailabilityZones",
            "default_cooldown": "Cooldown",
            "desired_capacity": "DesiredCapacity",
            "force_delete": Ignored(),
            "health_check_grace_period": "HealthCheckGracePeriod",
            "health_check_type": "HealthCheckType",
            "launch_configuration": "LaunchConfigurationName",
            "launch_template": Object(
                "LaunchTemplate", {"id": "LaunchTemplateId", "name": "LaunchTemplateName", "version": "Version"}
            ),
            "max_size": "MaxSize",
            "min_size": "MinSize",
            "service_linked_role_arn": "ServiceLinkedRoleARN",
            "target_group_arns": "TargetGroupARNs",
            "termination_policies": "TerminationPolicies",
            "vpc_zone_identifier": "VPCZoneIdentifier",
            "wait_for_capacity_timeout": Ignored(),
            "tag": Objects("Tags", {"key": "Key", "value": "Value", "propagate_at_launch": "PropagateAtLaunch"}),
        },
        {"id": "", "name": ""},
    ),
    Kind(
        "AWS::EC2::LaunchTemplate",
        "aws_launch_template",
        "aws:ec2/launchTemplate:LaunchTemplate",
        {
            "name": "LaunchTemplateName",
            "name_prefix": Ignored(),
            "description": "VersionDescription",
            "default_version": Ignored(),
            "update_default_version": Ignored(),
            "tags": Ignored(),
            **inside(
                "LaunchTemplateData",
                {
                    "block_device_mappings": Objects(
                        "BlockDeviceMappings",
                        {
                            "device_name": "DeviceName",
                            "virtual_name": "VirtualName",
                            "no_device": "NoDevice",
                            "ebs": Object(
                                "Ebs",
                                {
                                    "delete_on_termination": "DeleteOnTermination",
                                    "encrypted": "Encrypted",
                                    "iops": "Iops",
                                    "kms_key_id": "KmsKeyId",
                                    "snapshot_id": "SnapshotId",
                                    "throughput": "Throughput",
                                    "volume_size": "VolumeSize",
                                    "volume_type": "VolumeType",
                                },
                            ),
                        },
                    ),
                    "ebs_optimized": "EbsOptimized",
                    "iam_instance_profile": Object("IamInstanceProfile", {"arn": "Arn", "name": "Name"}),
                    "image_id": "ImageId",
                    "instance_type": "InstanceType",
                    "key_name": "KeyName",
                    "user_data": "UserData",
                    "vpc_security_group_ids": "SecurityGroupIds",
                },
            ),
        },
        {"id": "", "latest_version": "LatestVersionNumber", "default_version": "DefaultVersionNumber"},
        absent={"LaunchTemplateData": {}},
    ),
)

STACKS = (
    Kind(
        "AWS::CloudFormation::Stack",
        "aws_cloudformation_stack",
        "aws:cloudformation/stack:Stack",
        {
            "name": Ignored(),
            "capabilities": Ignored(),
            "disable_rollback": Ignored(),
            "notification_arns": "NotificationARNs",
            "on_failure": Ignored(),
            "parameters": "Parameters",
            "template_url": "TemplateURL",
            "timeout_in_minutes": "TimeoutInMinutes",
            "tags": TAGS,
        },
    ),
)

KINDS = CONFIG + RECORDS + DEVICES + STEPS + SCALING + STACKS
