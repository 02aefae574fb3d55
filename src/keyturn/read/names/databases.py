"""RDS and Aurora, DynamoDB."""

from __future__ import annotations

from keyturn.read.names.kind import TAGS, Entries, Ignored, Item, Kept, Kind, Object, Objects, Rule

_BOTH: dict[str, Rule] = {
    "apply_immediately": Ignored(),
    "copy_tags_to_snapshot": "CopyTagsToSnapshot",
    "db_subnet_group_name": "DBSubnetGroupName",
    "engine": "Engine",
    "engine_version": "EngineVersion",
    "monitoring_interval": "MonitoringInterval",
    "monitoring_role_arn": "MonitoringRoleArn",
    "performance_insights_retention_period": "PerformanceInsightsRetentionPeriod",
    "publicly_accessible": "PubliclyAccessible",
    "tags": TAGS,
}
"""What every cluster and instance says in the same words."""

_STORED: dict[str, Rule] = {
    "allocated_storage": "AllocatedStorage",
    "backup_retention_period": "BackupRetentionPeriod",
    "database_insights_mode": "DatabaseInsightsMode",
    "delete_automated_backups": "DeleteAutomatedBackups",
    "deletion_protection": "DeletionProtection",
    "domain": "Domain",
    "domain_iam_role_name": "DomainIAMRoleName",
    "enabled_cloudwatch_logs_exports": "EnableCloudwatchLogsExports",
    "engine_lifecycle_support": "EngineLifecycleSupport",
    "final_snapshot_identifier": Ignored(),
    "iam_database_authentication_enabled": "EnableIAMDatabaseAuthentication",
    "iops": "Iops",
    "kms_key_id": "KmsKeyId",
    "manage_master_user_password": "ManageMasterUserPassword",
    "master_user_secret_kms_key_id": "MasterUserSecret.KmsKeyId",
    "network_type": "NetworkType",
    "port": "Port",
    "skip_final_snapshot": Kept("SkipFinalSnapshot"),
    "storage_encrypted": "StorageEncrypted",
    "storage_type": "StorageType",
}
"""What holds data, a cluster or an instance by itself."""

_INSTANCE: dict[str, Rule] = {
    "auto_minor_version_upgrade": "AutoMinorVersionUpgrade",
    "availability_zone": "AvailabilityZone",
    "ca_cert_identifier": "CACertificateIdentifier",
    "custom_iam_instance_profile": "CustomIAMInstanceProfile",
    "identifier": "DBInstanceIdentifier",
    "identifier_prefix": Ignored(),
    "instance_class": "DBInstanceClass",
    "performance_insights_enabled": "EnablePerformanceInsights",
    "performance_insights_kms_key_id": "PerformanceInsightsKMSKeyId",
}

_MASTER_SECRET = ({"secret_arn": "MasterUserSecret.SecretArn"},)


def _parameters(kind: str, type_: str, terraform: str, pulumi: str) -> Kind:
    return Kind(
        type_,
        terraform,
        pulumi,
        {
            "name": f"{kind}ParameterGroupName",
            "name_prefix": Ignored(),
            "description": "Description",
            "family": "Family",
            "parameter": Entries("Parameters", "name", "value"),
            "skip_destroy": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "name": ""},
        absent={"Description": "Managed by {tool}", "Parameters": {}},
    )


RDS = (
    Kind(
        "AWS::RDS::DBSubnetGroup",
        "aws_db_subnet_group",
        "aws:rds/subnetGroup:SubnetGroup",
        {
            "name": "DBSubnetGroupName",
            "name_prefix": Ignored(),
            "description": "DBSubnetGroupDescription",
            "subnet_ids": "SubnetIds",
            "tags": TAGS,
        },
        {"id": "", "name": ""},
        absent={"DBSubnetGroupDescription": "Managed by {tool}"},
    ),
    Kind(
        "AWS::RDS::DBCluster",
        "aws_rds_cluster",
        "aws:rds/cluster:Cluster",
        _BOTH
        | _STORED
        | {
            "allow_major_version_upgrade": Ignored(),
            "availability_zones": "AvailabilityZones",
            "backtrack_window": "BacktrackWindow",
            "ca_certificate_identifier": Ignored(),
            "cluster_identifier": "DBClusterIdentifier",
            "cluster_identifier_prefix": Ignored(),
            "cluster_members": Ignored(),
            "database_name": "DatabaseName",
            "db_cluster_instance_class": "DBClusterInstanceClass",
            "db_cluster_parameter_group_name": "DBClusterParameterGroupName",
            "db_instance_parameter_group_name": "DBInstanceParameterGroupName",
            "enable_global_write_forwarding": "EnableGlobalWriteForwarding",
            "enable_http_endpoint": "EnableHttpEndpoint",
            "enable_local_write_forwarding": "EnableLocalWriteForwarding",
            "engine_mode": "EngineMode",
            "global_cluster_identifier": "GlobalClusterIdentifier",
            "master_password": "MasterUserPassword",
            "master_password_wo": "MasterUserPassword",
            "master_password_wo_version": Ignored(),
            "master_username": "MasterUsername",
            "performance_insights_enabled": "PerformanceInsightsEnabled",
            "performance_insights_kms_key_id": "PerformanceInsightsKmsKeyId",
            "preferred_backup_window": "PreferredBackupWindow",
            "preferred_maintenance_window": "PreferredMaintenanceWindow",
            "replication_source_identifier": "ReplicationSourceIdentifier",
            "restore_to_point_in_time": Object(
                "",
                {
                    "source_cluster_identifier": "SourceDBClusterIdentifier",
                    "source_cluster_resource_id": "SourceDbClusterResourceId",
                    "restore_to_time": "RestoreToTime",
                    "restore_type": "RestoreType",
                    "use_latest_restorable_time": "UseLatestRestorableTime",
                },
            ),
            "serverlessv2_scaling_configuration": Object(
                "ServerlessV2ScalingConfiguration",
                {
                    "min_capacity": "MinCapacity",
                    "max_capacity": "MaxCapacity",
                    "seconds_until_auto_pause": "SecondsUntilAutoPause",
                },
            ),
            "snapshot_identifier": "SnapshotIdentifier",
            "source_region": "SourceRegion",
            "vpc_security_group_ids": "VpcSecurityGroupIds",
        },
        {
            "id": "",
            "cluster_identifier": "",
            "arn": "DBClusterArn",
            "cluster_resource_id": "DBClusterResourceId",
            "endpoint": "Endpoint.Address",
            "reader_endpoint": "ReadEndpoint.Address",
            "port": "Endpoint.Port",
            "master_user_secret": _MASTER_SECRET,
        },
    ),
    Kind(
        "AWS::RDS::DBInstance",
        "aws_rds_cluster_instance",
        "aws:rds/clusterInstance:ClusterInstance",
        _BOTH
        | _INSTANCE
        | {
            "cluster_identifier": "DBClusterIdentifier",
            "db_parameter_group_name": "DBParameterGroupName",
            "force_destroy": Ignored(),
            "preferred_backup_window": "PreferredBackupWindow",
            "preferred_maintenance_window": "PreferredMaintenanceWindow",
            "promotion_tier": "PromotionTier",
        },
        {"id": "", "identifier": "", "arn": "DBInstanceArn", "endpoint": "Endpoint.Address", "port": "Endpoint.Port"},
    ),
    Kind(
        "AWS::RDS::DBInstance",
        "aws_db_instance",
        "aws:rds/instance:Instance",
        _BOTH
        | _STORED
        | _INSTANCE
        | {
            "allow_major_version_upgrade": "AllowMajorVersionUpgrade",
            "backup_target": "BackupTarget",
            "backup_window": "PreferredBackupWindow",
            "blue_green_update": Ignored(),
            "character_set_name": "CharacterSetName",
            "db_name": "DBName",
            "dedicated_log_volume": "DedicatedLogVolume",
            "domain_auth_secret_arn": "DomainAuthSecretArn",
            "domain_dns_ips": "DomainDnsIps",
            "domain_fqdn": "DomainFqdn",
            "domain_ou": "DomainOu",
            "license_model": "LicenseModel",
            "maintenance_window": "PreferredMaintenanceWindow",
            "max_allocated_storage": "MaxAllocatedStorage",
            "multi_az": "MultiAZ",
            "nchar_character_set_name": "NcharCharacterSetName",
            "option_group_name": "OptionGroupName",
            "parameter_group_name": "DBParameterGroupName",
            "password": "MasterUserPassword",
            "password_wo": "MasterUserPassword",
            "password_wo_version": Ignored(),
            "replica_mode": "ReplicaMode",
            "replicate_source_db": "SourceDBInstanceIdentifier",
            "restore_to_point_in_time": Object(
                "",
                {
                    "source_db_instance_identifier": "SourceDBInstanceIdentifier",
                    "source_db_instance_automated_backups_arn": "SourceDBInstanceAutomatedBackupsArn",
                    "source_dbi_resource_id": "SourceDbiResourceId",
                    "restore_time": "RestoreTime",
                    "use_latest_restorable_time": "UseLatestRestorableTime",
                },
            ),
            "snapshot_identifier": "DBSnapshotIdentifier",
            "storage_throughput": "StorageThroughput",
            "timezone": "Timezone",
            "username": "MasterUsername",
            "vpc_security_group_ids": "VPCSecurityGroups",
        },
        {
            "id": "",
            "identifier": "",
            "arn": "DBInstanceArn",
            "address": "Endpoint.Address",
            "port": "Endpoint.Port",
            "resource_id": "DbiResourceId",
            "master_user_secret": _MASTER_SECRET,
        },
    ),
    _parameters(
        "DBCluster",
        "AWS::RDS::DBClusterParameterGroup",
        "aws_rds_cluster_parameter_group",
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
    ),
    Kind(
        "AWS::RDS::GlobalCluster",
        "aws_rds_global_cluster",
        "aws:rds/globalCluster:GlobalCluster",
        {
            "global_cluster_identifier": "GlobalClusterIdentifier",
            "source_db_cluster_identifier": "SourceDBClusterIdentifier",
            "database_name": Ignored(),
            "deletion_protection": "DeletionProtection",
            "engine": "Engine",
            "engine_lifecycle_support": "EngineLifecycleSupport",
            "engine_version": "EngineVersion",
            "force_destroy": Ignored(),
            "storage_encrypted": "StorageEncrypted",
            "tags": TAGS,
        },
    ),
    _parameters("DB", "AWS::RDS::DBParameterGroup", "aws_db_parameter_group", "aws:rds/parameterGroup:ParameterGroup"),
)

DYNAMODB = (
    Kind(
        "AWS::DynamoDB::Table",
        "aws_dynamodb_table",
        "aws:dynamodb/table:Table",
        {
            "name": "TableName",
            "attribute": Objects("AttributeDefinitions", {"name": "AttributeName", "type": "AttributeType"}),
            "billing_mode": "BillingMode",
            "deletion_protection_enabled": "DeletionProtectionEnabled",
            "point_in_time_recovery": Object(
                "PointInTimeRecoverySpecification",
                {"enabled": "PointInTimeRecoveryEnabled", "recovery_period_in_days": "RecoveryPeriodInDays"},
            ),
            "read_capacity": "ProvisionedThroughput.ReadCapacityUnits",
            "write_capacity": "ProvisionedThroughput.WriteCapacityUnits",
            "server_side_encryption": Object(
                "SSESpecification", {"enabled": "SSEEnabled", "kms_key_arn": "KMSMasterKeyId"}
            ),
            "stream_enabled": Ignored(),
            "stream_view_type": "StreamSpecification.StreamViewType",
            "table_class": "TableClass",
            "tags": TAGS,
            "ttl": Object("TimeToLiveSpecification", {"enabled": "Enabled", "attribute_name": "AttributeName"}),
            "hash_key": Item("KeySchema", "AttributeName", {"KeyType": "HASH"}),
            "range_key": Item("KeySchema", "AttributeName", {"KeyType": "RANGE"}),
        },
        {"id": "", "name": "", "arn": "Arn", "stream_arn": "StreamArn"},
    ),
)

KINDS = RDS + DYNAMODB
