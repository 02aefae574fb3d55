"""
What RDS knows of a cluster or an instance, and how it tells it.

Source: RDS API reference, DBCluster and DBInstance; read in botocore's service model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from keyturn.local.rds.addresses import Address
from keyturn.local.rds.master_secret import MasterSecret

DEFAULTS: dict[str, Any] = {
    "AutoMinorVersionUpgrade": True,
    "BackupRetentionPeriod": 1,
    "CopyTagsToSnapshot": False,
    "DeletionProtection": False,
    "EnableIAMDatabaseAuthentication": False,
    "MultiAZ": False,
    "NetworkType": "IPV4",
    "PubliclyAccessible": False,
}
ECHOED = (
    "AllocatedStorage",
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "CopyTagsToSnapshot",
    "DatabaseInsightsMode",
    "DeletionProtection",
    "EngineMode",
    "GlobalClusterIdentifier",
    "Iops",
    "LicenseModel",
    "MaxAllocatedStorage",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "MultiAZ",
    "NetworkType",
    "PerformanceInsightsRetentionPeriod",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
    "PromotionTier",
    "PubliclyAccessible",
    "StorageThroughput",
    "StorageType",
)
"""Settings that are told as they were given."""
RENAMED = {
    "EnableIAMDatabaseAuthentication": "IAMDatabaseAuthenticationEnabled",
    "EnableHttpEndpoint": "HttpEndpointEnabled",
    "EnablePerformanceInsights": "PerformanceInsightsEnabled",
    "EnableCloudwatchLogsExports": "EnabledCloudwatchLogsExports",
    "ServerlessV2ScalingConfiguration": "ServerlessV2ScalingConfiguration",
}

KEPT = frozenset(
    {
        *ECHOED,
        *RENAMED,
        "AvailabilityZone",
        "CACertificateIdentifier",
        "DBClusterParameterGroupName",
        "DBParameterGroupName",
        "VpcSecurityGroupIds",
    }
)


@dataclass(slots=True, eq=False)
class Cluster:
    """
    One cluster.

    Attributes:
        id: Unique and never used again, e.g. `cluster-ABC…`.
        key: The ARN of the key its storage is encrypted with; empty where it is not.
        address, reader: Where it listens for writers and for readers: the same, unless these have a server of their own.
        settings: What was asked for beyond this.
        secret: Where RDS manages the master user's password.
    """

    name: str
    arn: str
    id: str
    engine: str
    version: str
    database: str
    master: str
    key: str
    encrypted: bool
    subnet_group: str
    address: Address
    reader: Address
    created: datetime
    settings: dict[str, Any]
    tags: dict[str, str]
    secret: MasterSecret | None = None
    members: list[str] = field(default_factory=list)

    def address_of(self, member: str) -> Address:
        """Where one of its instances listens: the first is the writer."""
        return self.reader if member in self.members[1:] else self.address

    def told(self, status: str = "available") -> dict[str, Any]:
        parameter_group = self.settings.get("DBClusterParameterGroupName")
        return {
            "DBClusterIdentifier": self.name,
            "DBClusterArn": self.arn,
            "DbClusterResourceId": self.id,
            "Status": status,
            "Engine": self.engine,
            "EngineVersion": self.version,
            "DatabaseName": self.database or None,
            "MasterUsername": self.master,
            "DBSubnetGroup": self.subnet_group or None,
            "DBClusterParameterGroup": parameter_group or None,
            "Endpoint": self.address.host,
            "ReaderEndpoint": self.reader.host,
            "Port": self.address.port,
            "StorageEncrypted": self.encrypted,
            "KmsKeyId": self.key or None,
            "ClusterCreateTime": self.created,
            "MasterUserSecret": self.secret.told() if self.secret else None,
            "DBClusterMembers": [
                {
                    "DBInstanceIdentifier": name,
                    "IsClusterWriter": number == 0,
                    "DBClusterParameterGroupStatus": "in-sync",
                    "PromotionTier": 1,
                }
                for number, name in enumerate(self.members)
            ],
            **_settings(self.settings),
            "TagList": tag_list(self.tags),
        }


@dataclass(slots=True, eq=False)
class Instance:
    """One instance; the attributes are those of a cluster. What its cluster decides is its cluster's."""

    name: str
    arn: str
    id: str
    instance_class: str
    engine: str
    version: str
    database: str
    master: str
    key: str
    encrypted: bool
    subnet_group: dict[str, Any] | None
    address: Address
    created: datetime
    settings: dict[str, Any]
    tags: dict[str, str]
    cluster: Cluster | None = None
    secret: MasterSecret | None = None

    def told(self, status: str = "available") -> dict[str, Any]:
        parameter_group = self.settings.get("DBParameterGroupName")
        address = self.cluster.address_of(self.name) if self.cluster else self.address
        return {
            "DBInstanceIdentifier": self.name,
            "DBInstanceArn": self.arn,
            "DbiResourceId": self.id,
            "DBInstanceClass": self.instance_class,
            "DBInstanceStatus": status,
            "DBClusterIdentifier": self.cluster.name if self.cluster else None,
            "Engine": self.engine,
            "EngineVersion": self.cluster.version if self.cluster else self.version,
            "DBName": self.database or None,
            "MasterUsername": self.master,
            "DBSubnetGroup": self.subnet_group,
            "DBParameterGroups": [{"DBParameterGroupName": parameter_group, "ParameterApplyStatus": "in-sync"}]
            if parameter_group
            else [],
            "Endpoint": {"Address": address.host, "Port": address.port},
            "StorageEncrypted": self.encrypted,
            "KmsKeyId": self.key or None,
            "InstanceCreateTime": self.created,
            "AvailabilityZone": self.settings.get("AvailabilityZone"),
            "CACertificateIdentifier": self.settings.get("CACertificateIdentifier", "rds-ca-rsa2048-g1"),
            "MasterUserSecret": self.secret.told() if self.secret else None,
            **_settings(self.settings),
            "TagList": tag_list(self.tags),
        }


def settings(parameters: dict[str, Any]) -> dict[str, Any]:
    """What of a request is kept; never its password."""
    return {name: value for name, value in parameters.items() if name in KEPT}


def tags(listed: list[dict[str, str]] | None) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value", "") for tag in listed or ()}


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _settings(given: dict[str, Any]) -> dict[str, Any]:
    settings = DEFAULTS | given
    told = {name: settings[name] for name in ECHOED if name in settings}
    told |= {new: settings[name] for name, new in RENAMED.items() if name in settings}
    groups = settings.get("VpcSecurityGroupIds") or ()
    told["VpcSecurityGroups"] = [{"VpcSecurityGroupId": group, "Status": "active"} for group in groups]
    return told
