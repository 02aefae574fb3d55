"""Lambda, its logs, and what calls it."""

from __future__ import annotations

from keyturn.read.names.kind import TAGS, Document, Ignored, Kind, Object, Objects, Package, Part

LAMBDA = (
    Kind(
        "AWS::Lambda::Function",
        "aws_lambda_function",
        "aws:lambda/function:Function",
        {
            "name": "FunctionName",
            "function_name": "FunctionName",
            "description": "Description",
            "role": "Role",
            "runtime": "Runtime",
            "handler": "Handler",
            "code": Package("Code"),
            "filename": Package("Code"),
            "s3_bucket": "Code.S3Bucket",
            "s3_key": "Code.S3Key",
            "s3_object_version": "Code.S3ObjectVersion",
            "image_uri": "Code.ImageUri",
            "package_type": "PackageType",
            "source_code_hash": Ignored(),
            "publish": Ignored(),
            "skip_destroy": Ignored(),
            "memory_size": "MemorySize",
            "timeout": "Timeout",
            "architectures": "Architectures",
            "layers": "Layers",
            "kms_key_arn": "KmsKeyArn",
            "reserved_concurrent_executions": "ReservedConcurrentExecutions",
            "environment": Object("Environment", {"variables": "Variables"}),
            "durable_config": Object(
                "DurableConfig",
                {
                    "execution_timeout": "ExecutionTimeout",
                    "retention_period": "RetentionPeriodInDays",
                },
            ),
            "ephemeral_storage": Object("EphemeralStorage", {"size": "Size"}),
            "dead_letter_config": Object("DeadLetterConfig", {"target_arn": "TargetArn"}),
            "tracing_config": Object("TracingConfig", {"mode": "Mode"}),
            "vpc_config": Object(
                "VpcConfig",
                {
                    "subnet_ids": "SubnetIds",
                    "security_group_ids": "SecurityGroupIds",
                    "ipv6_allowed_for_dual_stack": "Ipv6AllowedForDualStack",
                    "vpc_id": Ignored(),
                },
            ),
            "logging_config": Object(
                "LoggingConfig",
                {
                    "log_format": "LogFormat",
                    "log_group": "LogGroup",
                    "application_log_level": "ApplicationLogLevel",
                    "system_log_level": "SystemLogLevel",
                },
            ),
            "image_config": Object(
                "ImageConfig",
                {"command": "Command", "entry_point": "EntryPoint", "working_directory": "WorkingDirectory"},
            ),
            "snap_start": Object("SnapStart", {"apply_on": "ApplyOn", "optimization_status": Ignored()}),
            "code_signing_config_arn": "CodeSigningConfigArn",
            "source_kms_key_arn": "Code.SourceKMSKeyArn",
            "code_sha256": Ignored(),
            "replace_security_groups_on_destroy": Ignored(),
            "replacement_security_group_ids": Ignored(),
            "use_resource_timeout_for_propagation": Ignored(),
            "file_system_config": Objects("FileSystemConfigs", {"arn": "Arn", "local_mount_path": "LocalMountPath"}),
            "tags": TAGS,
        },
        {"id": "", "name": "", "function_name": "", "arn": "Arn"},
    ),
    Kind(
        "AWS::Lambda::Permission",
        "aws_lambda_permission",
        "aws:lambda/permission:Permission",
        {
            "action": "Action",
            "function": "FunctionName",
            "function_name": "FunctionName",
            "principal": "Principal",
            "principal_org_id": "PrincipalOrgID",
            "source_account": "SourceAccount",
            "source_arn": "SourceArn",
            "event_source_token": "EventSourceToken",
            "function_url_auth_type": "FunctionUrlAuthType",
            "invoked_via_function_url": "InvokedViaFunctionUrl",
            "statement_id": Ignored(),
            "statement_id_prefix": Ignored(),
        },
    ),
)

ALIASES = (
    Kind(
        "AWS::Lambda::Alias",
        "aws_lambda_alias",
        "aws:lambda/alias:Alias",
        {
            "name": "Name",
            "description": "Description",
            "function_name": "FunctionName",
            "function_version": "FunctionVersion",
        },
        {"id": "", "arn": "AliasArn"},
        absent={"Name": "{name}"},
    ),
)

MAPPINGS = (
    Kind(
        "AWS::Lambda::EventSourceMapping",
        "aws_lambda_event_source_mapping",
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        {
            "function_name": "FunctionName",
            "event_source_arn": "EventSourceArn",
            "enabled": "Enabled",
            "batch_size": "BatchSize",
            "bisect_batch_on_function_error": "BisectBatchOnFunctionError",
            "function_response_types": "FunctionResponseTypes",
            "kms_key_arn": "KmsKeyArn",
            "maximum_batching_window_in_seconds": "MaximumBatchingWindowInSeconds",
            "maximum_record_age_in_seconds": "MaximumRecordAgeInSeconds",
            "maximum_retry_attempts": "MaximumRetryAttempts",
            "parallelization_factor": "ParallelizationFactor",
            "queues": "Queues",
            "scaling_config": Object("ScalingConfig", {"maximum_concurrency": "MaximumConcurrency"}),
            "starting_position": "StartingPosition",
            "topics": "Topics",
            "tumbling_window_in_seconds": "TumblingWindowInSeconds",
            "tags": TAGS,
        },
    ),
)

LOGS = (
    Kind(
        "AWS::Logs::LogGroup",
        "aws_cloudwatch_log_group",
        "aws:cloudwatch/logGroup:LogGroup",
        {
            "name": "LogGroupName",
            "name_prefix": Ignored(),
            "deletion_protection_enabled": "DeletionProtectionEnabled",
            "kms_key_id": "KmsKeyId",
            "retention_in_days": "RetentionInDays",
            "log_group_class": "LogGroupClass",
            "skip_destroy": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "name": "", "arn": "arn:{partition}:logs:{region}:{account}:log-group:{}"},
    ),
    Kind(
        "AWS::Logs::SubscriptionFilter",
        "aws_cloudwatch_log_subscription_filter",
        "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter",
        {
            "name": "FilterName",
            "log_group": "LogGroupName",
            "log_group_name": "LogGroupName",
            "destination_arn": "DestinationArn",
            "distribution": "Distribution",
            "filter_pattern": "FilterPattern",
            "role_arn": "RoleArn",
        },
    ),
    Kind(
        "AWS::Logs::DeliveryDestination",
        "aws_cloudwatch_log_delivery_destination",
        "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
        {
            "name": "Name",
            "delivery_destination_configuration": Object("", {"destination_resource_arn": "DestinationResourceArn"}),
            "output_format": "OutputFormat",
            "tags": TAGS,
        },
        {"arn": "Arn"},
        absent={"Name": "{name}"},
    ),
)

EVENTS = (
    Kind(
        "AWS::Events::EventBus",
        "aws_cloudwatch_event_bus",
        "aws:cloudwatch/eventBus:EventBus",
        {
            "name": "Name",
            "description": "Description",
            "dead_letter_config": Object("DeadLetterConfig", {"arn": "Arn"}),
            "event_source_name": "EventSourceName",
            "kms_key_identifier": "KmsKeyIdentifier",
            "log_config": Object("LogConfig", {"include_detail": "IncludeDetail", "level": "Level"}),
            "tags": TAGS,
        },
        {"id": "", "name": "", "arn": "Arn"},
        absent={"Name": "{name}"},
    ),
    Kind(
        "AWS::Events::Archive",
        "aws_cloudwatch_event_archive",
        "aws:cloudwatch/eventArchive:EventArchive",
        {
            "name": "ArchiveName",
            "description": "Description",
            "event_pattern": Document("EventPattern"),
            "event_source_arn": "SourceArn",
            "kms_key_identifier": "KmsKeyIdentifier",
            "retention_days": "RetentionDays",
        },
        {"id": "", "name": "", "arn": "Arn"},
    ),
    Kind(
        "AWS::Events::Rule",
        "aws_cloudwatch_event_rule",
        "aws:cloudwatch/eventRule:EventRule",
        {
            "name": "Name",
            "name_prefix": Ignored(),
            "is_enabled": Ignored(),
            "description": "Description",
            "schedule_expression": "ScheduleExpression",
            "event_pattern": Document("EventPattern"),
            "event_bus_name": "EventBusName",
            "state": "State",
            "role_arn": "RoleArn",
            "force_destroy": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "name": "", "arn": "Arn"},
    ),
    Kind(
        "",
        "aws_cloudwatch_event_target",
        "aws:cloudwatch/eventTarget:EventTarget",
        {
            "rule": "Rule",
            "event_bus_name": Ignored(),
            "force_destroy": Ignored(),
            "arn": "Arn",
            "target_id": "Id",
            "role_arn": "RoleArn",
            "input": "Input",
            "input_path": "InputPath",
            "dead_letter_config": Object("DeadLetterConfig", {"arn": "Arn"}),
            "retry_policy": Object(
                "RetryPolicy",
                {
                    "maximum_event_age_in_seconds": "MaximumEventAgeInSeconds",
                    "maximum_retry_attempts": "MaximumRetryAttempts",
                },
            ),
        },
        absent={"Id": "{name}"},
        part=Part(of="Rule", into="Targets", many=True),
    ),
)

KINDS = LAMBDA + ALIASES + MAPPINGS + LOGS + EVENTS
