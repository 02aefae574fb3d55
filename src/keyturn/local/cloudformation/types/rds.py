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


def _create_cluster(place: Place, properties: Properties) -> Result:
    _must_be_new(properties)
    rds = place.client("rds")
    name = place.name(properties.get("DBClusterIdentifier"), 63, lower=True).lower()
    settings = _settings(place, properties, CLUSTER)
    if properties.get("PerformanceInsightsEnabled") is not None:
        settings["EnablePerformanceInsights"] = truth(properties["PerformanceInsightsEnabled"])
    if scaling := properties.get("ServerlessV2ScalingConfiguration"):
        settings["ServerlessV2ScalingConfiguration"] = {
            side: number(value) if side == "SecondsUntilAutoPause" else float(value) for side, value in scaling.items()
        }
    rds.create_db_cluster(DBClusterIdentifier=name, **settings)
    place.began(name)
    return _cluster(_until_available(lambda: _find_cluster(rds, name)))


def _find_cluster(rds: Any, name: str) -> dict[str, Any]:
    found: dict[str, Any] = rds.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    return found


def _until_available(find: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    while True:
        found = find()
        if (found.get("Status") or found.get("DBInstanceStatus")) == "available":
            return found
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


def _update_cluster(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    fixed = (
        "DBClusterIdentifier",
        "Engine",
        "DatabaseName",
        "MasterUsername",
        "DBSubnetGroupName",
        "KmsKeyId",
        "StorageEncrypted",
    )
    if any(old.get(each) != new.get(each) for each in fixed):
        return None
    rds = place.client("rds")
    numbers = [each for each in ("BackupRetentionPeriod", "Port") if each in NUMBERS]
    settings: dict[str, Any] = {
        each: number(new[each]) for each in numbers if new.get(each) != old.get(each) and each in new
    }
    for each in ("DeletionProtection", "CopyTagsToSnapshot", "EnableIAMDatabaseAuthentication", "EnableHttpEndpoint"):
        if new.get(each) != old.get(each):
            settings[each] = truth(new.get(each, False))
    for each in ("EngineVersion", "PreferredBackupWindow", "PreferredMaintenanceWindow", "DBClusterParameterGroupName"):
        if new.get(each) != old.get(each) and each in new:
            settings[each] = _text(new[each])
    if settings:
        rds.modify_db_cluster(DBClusterIdentifier=name, ApplyImmediately=True, **settings)
    return _cluster(_until_available(lambda: _find_cluster(rds, name)))


def _create_instance(place: Place, properties: Properties) -> Result:
    _must_be_new(properties)
    rds = place.client("rds")
    name = place.name(properties.get("DBInstanceIdentifier"), 63, lower=True).lower()
    settings = _settings(place, properties, INSTANCE)
    if groups := properties.get("VPCSecurityGroups"):
        settings["VpcSecurityGroupIds"] = groups
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
    changeable = ("DBInstanceClass", "EngineVersion", "PubliclyAccessible", "AutoMinorVersionUpgrade", "Tags")
    if any(old.get(each) != new.get(each) for each in {*old, *new} - {*changeable}):
        return None
    rds = place.client("rds")
    settings: dict[str, Any] = {
        each: _text(new[each]) for each in ("DBInstanceClass", "EngineVersion") if new.get(each) != old.get(each)
    }
    settings |= {each: truth(new[each]) for each in changeable[2:4] if new.get(each) != old.get(each) and each in new}
    if settings:
        rds.modify_db_instance(DBInstanceIdentifier=name, ApplyImmediately=True, **settings)
    return _instance(_until_available(lambda: _find_instance(rds, name)))


def _create_subnet_group(place: Place, properties: Properties) -> Result:
    name = place.name(properties.get("DBSubnetGroupName"), 255, lower=True).lower()
    place.client("rds").create_db_subnet_group(
        DBSubnetGroupName=name,
        DBSubnetGroupDescription=properties["DBSubnetGroupDescription"],
        SubnetIds=list(properties["SubnetIds"]),
        Tags=place.tagged(properties),
    )
    return Result(name, {"DBSubnetGroupArn": place.arn("rds", f"subgrp:{name}")})


def _delete_subnet_group(place: Place, name: str, properties: Properties) -> None:
    place.client("rds").delete_db_subnet_group(DBSubnetGroupName=name)


def _create_cluster_parameters(place: Place, properties: Properties) -> Result:
    rds = place.client("rds")
    name = place.name(properties.get("DBClusterParameterGroupName"), 255, lower=True).lower()
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName=name,
        DBParameterGroupFamily=properties["Family"],
        Description=properties["Description"],
    )
    if parameters := _parameters(properties):
        rds.modify_db_cluster_parameter_group(DBClusterParameterGroupName=name, Parameters=parameters)
    return Result(name)


def _delete_cluster_parameters(place: Place, name: str, properties: Properties) -> None:
    place.client("rds").delete_db_cluster_parameter_group(DBClusterParameterGroupName=name)


def _create_parameters(place: Place, properties: Properties) -> Result:
    rds = place.client("rds")
    name = place.name(properties.get("DBParameterGroupName"), 255, lower=True).lower()
    rds.create_db_parameter_group(
        DBParameterGroupName=name, DBParameterGroupFamily=properties["Family"], Description=properties["Description"]
    )
    if parameters := _parameters(properties):
        rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=parameters)
    return Result(name, {"DBParameterGroupName": name})


def _delete_parameters(place: Place, name: str, properties: Properties) -> None:
    place.client("rds").delete_db_parameter_group(DBParameterGroupName=name)


def _parameters(properties: Properties) -> list[dict[str, str]]:
    return [
        {"ParameterName": name, "ParameterValue": str(value), "ApplyMethod": "pending-reboot"}
        for name, value in (properties.get("Parameters") or {}).items()
    ]


KINDS = {
    "AWS::RDS::DBCluster": Kind(_create_cluster, _delete_cluster, _update_cluster),
    "AWS::RDS::DBInstance": Kind(_create_instance, _delete_instance, _update_instance),
    "AWS::RDS::DBSubnetGroup": Kind(_create_subnet_group, _delete_subnet_group),
    "AWS::RDS::DBClusterParameterGroup": Kind(_create_cluster_parameters, _delete_cluster_parameters),
    "AWS::RDS::DBParameterGroup": Kind(_create_parameters, _delete_parameters),
}
