"""AWS::RDS."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, number, pick, truth

PAUSE = 0.02
"""Seconds between two looks at a database that is being made or removed."""

CLUSTER = (
    "Engine",
    "EngineVersion",
    "EngineMode",
    "DatabaseName",
    "MasterUsername",
    "MasterUserPassword",
    "DBSubnetGroupName",
    "DBClusterParameterGroupName",
    "KmsKeyId",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
    "EnableCloudwatchLogsExports",
    "VpcSecurityGroupIds",
    "AvailabilityZones",
    "StorageType",
    "NetworkType",
    "DatabaseInsightsMode",
    "DBClusterInstanceClass",
    "GlobalClusterIdentifier",
    "MonitoringRoleArn",
)
INSTANCE = (
    "Engine",
    "EngineVersion",
    "DBInstanceClass",
    "DBName",
    "MasterUsername",
    "MasterUserPassword",
    "DBClusterIdentifier",
    "DBSubnetGroupName",
    "DBParameterGroupName",
    "KmsKeyId",
    "AvailabilityZone",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
    "EnableCloudwatchLogsExports",
    "StorageType",
    "LicenseModel",
    "CACertificateIdentifier",
    "DatabaseInsightsMode",
    "MonitoringRoleArn",
)
NUMBERS = (
    "Port",
    "BackupRetentionPeriod",
    "AllocatedStorage",
    "Iops",
    "MonitoringInterval",
    "PerformanceInsightsRetentionPeriod",
    "PromotionTier",
    "MaxAllocatedStorage",
    "StorageThroughput",
)
FLAGS = (
    "StorageEncrypted",
    "DeletionProtection",
    "CopyTagsToSnapshot",
    "EnableIAMDatabaseAuthentication",
    "EnableHttpEndpoint",
    "ManageMasterUserPassword",
    "AutoMinorVersionUpgrade",
    "MultiAZ",
    "PubliclyAccessible",
    "EnablePerformanceInsights",
)
EXPORTS = "EnableCloudwatchLogsExports"

COPIES = (
    "DBClusterSnapshotIdentifier",
    "DBSnapshotIdentifier",
    "ReplicationSourceIdentifier",
    "SnapshotIdentifier",
    "SourceDBClusterIdentifier",
    "SourceDBInstanceIdentifier",
    "SourceDbiResourceId",
)
"""What makes a database out of another one, or of what was kept of it."""


def _must_be_new(properties: Properties) -> None:
    if asked := [name for name in COPIES if properties.get(name)]:
        raise Failed(f"the local AWS has no snapshots and no replicas, which {asked[0]} asks for")


def _settings(place: Place, properties: Properties, plain: tuple[str, ...]) -> dict[str, Any]:
    settings: dict[str, Any] = {name: _text(value) for name, value in pick(properties, *plain).items()}
    settings |= {name: number(properties[name]) for name in NUMBERS if properties.get(name) is not None}
    settings |= {name: truth(properties[name]) for name in FLAGS if properties.get(name) is not None}
    if key := (properties.get("MasterUserSecret") or {}).get("KmsKeyId"):
        settings["MasterUserSecretKmsKeyId"] = key
    if tags := place.tagged(properties):
        settings["Tags"] = tags
    return settings


def _text(value: Any) -> Any:
    """A text that a template may write as a number, such as a version; anything else as it is."""
    return str(value) if isinstance(value, int | float) else value


def _cluster_settings(place: Place, properties: Properties) -> dict[str, Any]:
    settings = _settings(place, properties, CLUSTER)
    if properties.get("PerformanceInsightsEnabled") is not None:
        settings["EnablePerformanceInsights"] = truth(properties["PerformanceInsightsEnabled"])
    if scaling := properties.get("ServerlessV2ScalingConfiguration"):
        settings["ServerlessV2ScalingConfiguration"] = {
            side: number(value) if side == "SecondsUntilAutoPause" else float(value) for side, value in scaling.items()
        }
    return settings


def _instance_settings(place: Place, properties: Properties) -> dict[str, Any]:
    settings = _settings(place, properties, INSTANCE)
    if groups := properties.get("VPCSecurityGroups"):
        settings["VpcSecurityGroupIds"] = groups
    return settings


def _create_cluster(place: Place, properties: Properties) -> Result:
    _must_be_new(properties)
    rds = place.client("rds")
    name = place.name(properties.get("DBClusterIdentifier"), 63, lower=True).lower()
    settings = _cluster_settings(place, properties)
    rds.create_db_cluster(DBClusterIdentifier=name, **settings)
    place.began(name)
    return _cluster(_until_available(lambda: _find_cluster(rds, name)))


def _find_cluster(rds: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    return found


def _until_available(find: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    while True:
        found = find()
        status = found.get("Status") or found.get("DBInstanceStatus")
        if status == "available":
            return found
        if status == "failed":
            raise Failed("the local AWS cannot start the database's server; what it prints says why")
        time.sleep(PAUSE)


def _cluster(found: Mapping[str, Any]) -> Result:
    secret = found.get("MasterUserSecret") or {}
    attributes = {
        "DBClusterArn": found["DBClusterArn"],
        "DBClusterResourceId": found.get("DbClusterResourceId"),
        "Endpoint.Address": found.get("Endpoint"),
        "Endpoint.Port": str(found.get("Port", "")),
        "ReadEndpoint.Address": found.get("ReaderEndpoint"),
        "MasterUserSecret.SecretArn": secret.get("SecretArn"),
    }
    known = {name: value for name, value in attributes.items() if value}
    return Result(found["DBClusterIdentifier"], known)


def _delete_cluster(place: Place, name: str, properties: Properties) -> None:
    rds = place.client("rds")
    rds.delete_db_cluster(DBClusterIdentifier=name, SkipFinalSnapshot=True)


def _changes(client: Any, call: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """
    What a call has to be told of that has changed. A flag that is not given any more is off.

    Raises:
        Failed: The call does not take it.
    """
    taken = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[call]).input_shape.members
    off = dict.fromkeys((name for name in before.keys() - after.keys() if name in FLAGS), False)
    changed = off | {name: value for name, value in after.items() if before.get(name) != value}
    changed.pop("Tags", None)
    was, wanted = (set(some.get(EXPORTS) or ()) for some in (before, after))
    if was != wanted:
        changed.pop(EXPORTS, None)
        lists = {"EnableLogTypes": sorted(wanted - was), "DisableLogTypes": sorted(was - wanted)}
        changed["CloudwatchLogsExportConfiguration"] = {name: each for name, each in lists.items() if each}
    if foreign := sorted(changed.keys() - taken):
        raise Failed(f"the local AWS does not change {foreign[0]} of a database")
    return changed


def _update_cluster(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    if any(old.get(each) != new.get(each) for each in ("Engine", "MasterUsername", "AvailabilityZones")):
        return None
    rds = place.client("rds")
    settings = _changes(rds, "modify_db_cluster", _cluster_settings(place, old), _cluster_settings(place, new))
    if settings:
        rds.modify_db_cluster(DBClusterIdentifier=name, ApplyImmediately=True, **settings)
    return _cluster(_until_available(lambda: _find_cluster(rds, name)))


def _create_instance(place: Place, properties: Properties) -> Result:
    _must_be_new(properties)
    rds = place.client("rds")
    name = place.name(properties.get("DBInstanceIdentifier"), 63, lower=True).lower()
    settings = _instance_settings(place, properties)
    rds.create_db_instance(DBInstanceIdentifier=name, **settings)
    place.began(name)
    return _instance(_until_available(lambda: _find_instance(rds, name)))


def _find_instance(rds: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
    return found


def _instance(found: Mapping[str, Any]) -> Result:
    endpoint = found.get("Endpoint") or {}
    attributes = {
        "DBInstanceArn": found["DBInstanceArn"],
        "DbiResourceId": found.get("DbiResourceId"),
        "Endpoint.Address": endpoint.get("Address"),
        "Endpoint.Port": str(endpoint.get("Port", "")),
        "Endpoint.HostedZoneId": endpoint.get("HostedZoneId"),
        "MasterUserSecret.SecretArn": (found.get("MasterUserSecret") or {}).get("SecretArn"),
    }
    return Result(found["DBInstanceIdentifier"], {name: value for name, value in attributes.items() if value})


def _delete_instance(place: Place, name: str, properties: Properties) -> None:
    place.client("rds").delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def _update_instance(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    if any(old.get(each) != new.get(each) for each in ("Engine", "AvailabilityZone")):
        return None
    rds = place.client("rds")
    settings = _changes(rds, "modify_db_instance", _instance_settings(place, old), _instance_settings(place, new))
    if settings:
        rds.modify_db_instance(DBInstanceIdentifier=name, ApplyImmediately=True, **settings)
    return _instance(_until_available(lambda: _find_instance(rds, name)))


KINDS = {
    "AWS::RDS::DBCluster": Kind(_create_cluster, _delete_cluster, _update_cluster),
    "AWS::RDS::DBInstance": Kind(_create_instance, _delete_instance, _update_instance),
}
