"""Instances and containers, and schedules that start them."""

from __future__ import annotations

from keyturn.read.names.kind import TAGS, Ignored, Kind, Object, Objects, inside

INSTANCES = (
    Kind(
        "AWS::EC2::Instance",
        "aws_instance",
        "aws:ec2/instance:Instance",
        {
            "ami": "ImageId",
            "availability_zone": "AvailabilityZone",
            "disable_api_termination": "DisableApiTermination",
            "ebs_optimized": "EbsOptimized",
            "iam_instance_profile": "IamInstanceProfile",
            "instance_type": "InstanceType",
            "key_name": "KeyName",
            "monitoring": "Monitoring",
            "private_ip": "PrivateIpAddress",
            "source_dest_check": "SourceDestCheck",
            "subnet_id": "SubnetId",
            "tenancy": "Tenancy",
            "user_data": "UserData",
            "vpc_security_group_ids": "SecurityGroupIds",
            "tags": TAGS,
        },
    ),
)

CONTAINERS = (
    Kind(
        "AWS::ECS::Cluster",
        "aws_ecs_cluster",
        "aws:ecs/cluster:Cluster",
        {
            "name": "ClusterName",
            "setting": Objects("ClusterSettings", {"name": "Name", "value": "Value"}),
            "tags": TAGS,
        },
        {"id": "", "name": "", "arn": "Arn"},
    ),
    Kind(
        "AWS::ECS::TaskDefinition",
        "aws_ecs_task_definition",
        "aws:ecs/taskDefinition:TaskDefinition",
        {
            "family": "Family",
            "cpu": "Cpu",
            "ephemeral_storage": Object("EphemeralStorage", {"size_in_gib": "SizeInGiB"}),
            "execution_role_arn": "ExecutionRoleArn",
            "memory": "Memory",
            "network_mode": "NetworkMode",
            "requires_compatibilities": "RequiresCompatibilities",
            "runtime_platform": Object(
                "RuntimePlatform",
                {"cpu_architecture": "CpuArchitecture", "operating_system_family": "OperatingSystemFamily"},
            ),
            "skip_destroy": Ignored(),
            "task_role_arn": "TaskRoleArn",
            "track_latest": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "arn": "TaskDefinitionArn"},
    ),
    Kind(
        "AWS::ECS::Service",
        "aws_ecs_service",
        "aws:ecs/service:Service",
        {
            "name": "ServiceName",
            "capacity_provider_strategy": Objects(
                "CapacityProviderStrategy",
                {"capacity_provider": "CapacityProvider", "base": "Base", "weight": "Weight"},
            ),
            "cluster": "Cluster",
            "desired_count": "DesiredCount",
            "enable_execute_command": "EnableExecuteCommand",
            "force_delete": Ignored(),
            "force_new_deployment": Ignored(),
            "iam_role": "Role",
            "launch_type": "LaunchType",
            "load_balancer": Objects(
                "LoadBalancers",
                {
                    "container_name": "ContainerName",
                    "container_port": "ContainerPort",
                    "elb_name": "LoadBalancerName",
                    "target_group_arn": "TargetGroupArn",
                },
            ),
            "network_configuration": Object(
                "NetworkConfiguration",
                inside(
                    "AwsvpcConfiguration",
                    {"subnets": "Subnets", "assign_public_ip": "AssignPublicIp", "security_groups": "SecurityGroups"},
                ),
            ),
            "platform_version": "PlatformVersion",
            "scheduling_strategy": "SchedulingStrategy",
            "task_definition": "TaskDefinition",
            "triggers": Ignored(),
            "wait_for_steady_state": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "name": "Name"},
    ),
)

SCHEDULES = (
    Kind(
        "AWS::Scheduler::Schedule",
        "aws_scheduler_schedule",
        "aws:scheduler/schedule:Schedule",
        {
            "name": "Name",
            "name_prefix": Ignored(),
            "description": "Description",
            "flexible_time_window": Object(
                "FlexibleTimeWindow", {"mode": "Mode", "maximum_window_in_minutes": "MaximumWindowInMinutes"}
            ),
            "group_name": "GroupName",
            "kms_key_arn": "KmsKeyArn",
            "schedule_expression": "ScheduleExpression",
            "schedule_expression_timezone": "ScheduleExpressionTimezone",
            "state": "State",
            "target": Object(
                "Target",
                {
                    "arn": "Arn",
                    "role_arn": "RoleArn",
                    "input": "Input",
                    "dead_letter_config": Object("DeadLetterConfig", {"arn": "Arn"}),
                    "retry_policy": Object(
                        "RetryPolicy",
                        {
                            "maximum_event_age_in_seconds": "MaximumEventAgeInSeconds",
                            "maximum_retry_attempts": "MaximumRetryAttempts",
                        },
                    ),
                },
            ),
        },
        {"id": "", "name": "", "arn": "Arn"},
    ),
    Kind(
        "AWS::Scheduler::ScheduleGroup",
        "aws_scheduler_schedule_group",
        "aws:scheduler/scheduleGroup:ScheduleGroup",
        {"name": "Name", "name_prefix": Ignored(), "tags": TAGS},
        {"id": "", "name": "", "arn": "Arn"},
    ),
)

KINDS = INSTANCES + CONTAINERS + SCHEDULES
