"""AWS::EFS, AWS::ElastiCache, AWS::KinesisFirehose and AWS::Scheduler."""

from __future__ import annotations

from keyturn.local.cloudformation.types.api import by_api

KINDS = {
    "AWS::EFS::FileSystem": by_api(
        "efs",
        "create_file_system",
        "delete_file_system",
        identity="FileSystemId",
        parameter="FileSystemId",
        attributes={"FileSystemId": "FileSystemId", "Arn": "FileSystemArn"},
    ),
    "AWS::EFS::MountTarget": by_api(
        "efs",
        "create_mount_target",
        "delete_mount_target",
        identity="MountTargetId",
        parameter="MountTargetId",
        attributes={"Id": "MountTargetId", "IpAddress": "IpAddress"},
    ),
    "AWS::ElastiCache::SubnetGroup": by_api(
        "elasticache",
        "create_cache_subnet_group",
        "delete_cache_subnet_group",
        answer="CacheSubnetGroup",
        identity="CacheSubnetGroupName",
        parameter="CacheSubnetGroupName",
        name="CacheSubnetGroupName",
        longest=255,
        renamed={"Description": "CacheSubnetGroupDescription"},
    ),
    "AWS::ElastiCache::ReplicationGroup": by_api(
        "elasticache",
        "create_replication_group",
        "delete_replication_group",
        answer="ReplicationGroup",
        identity="ReplicationGroupId",
        parameter="ReplicationGroupId",
        name="ReplicationGroupId",
        longest=40,
        attributes={
            "PrimaryEndPoint.Address": "NodeGroups.0.PrimaryEndpoint.Address",
            "PrimaryEndPoint.Port": "NodeGroups.0.PrimaryEndpoint.Port",
        },
    ),
    "AWS::KinesisFirehose::DeliveryStream": by_api(
        "firehose",
        "create_delivery_stream",
        "delete_delivery_stream",
        identity="DeliveryStreamName",
        parameter="DeliveryStreamName",
        name="DeliveryStreamName",
        longest=64,
        attributes={"Arn": "DeliveryStreamARN"},
    ),
    "AWS::Scheduler::Schedule": by_api(
        "scheduler",
        "create_schedule",
        "delete_schedule",
        identity="Name",
        parameter="Name",
        name="Name",
        longest=64,
        attributes={"Arn": "ScheduleArn"},
        update="update_schedule",
    ),
}
