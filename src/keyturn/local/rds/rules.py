"""
What RDS refuses in the settings of a database, by the rules that `keyturn check` reads.

Of rules whose words are not known, AWS's code is given and the rule told in our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from keyturn.facts import rds_bounds, rds_rules, rds_storage
from keyturn.facts.rds import release_line
from keyturn.facts.rds_bounds import Misfit
from keyturn.local.call import Call, Refused
from keyturn.local.moto_state import backend
from keyturn.local.rds import errors


def check_cluster(call: Call, engine: str, version: str, parameters: Mapping[str, Any]) -> None:
    """
    See whether a cluster can be as it is asked for.

    Raises:
        Refused: It cannot.
    """
    if (mode := parameters.get("EngineMode")) in rds_rules.ENGINE_MODES_GONE:
        raise Refused.with_error(rds_rules.engine_mode_gone(str(mode)))
    if engine.startswith("aurora") and parameters.get("DBClusterInstanceClass"):
        raise Refused.with_error(rds_rules.class_not_of_cluster(engine))
    _check_cluster_storage(engine, parameters)
    _check(rds_bounds.backups("cluster", parameters.get("BackupRetentionPeriod")))
    wanted = parameters.get("ServerlessV2ScalingConfiguration") or {}
    units = (wanted.get(name) for name in ("MinCapacity", "MaxCapacity", "SecondsUntilAutoPause"))
    _check(*rds_bounds.capacity(engine, version, *units))
    _check_insights(parameters)
    _check_monitoring(parameters)
    held = backend("rds", call.account, call.region).db_cluster_parameter_groups
    families = {name: group.db_parameter_group_family for name, group in held.items()}
    _check_family(engine, version, parameters.get("DBClusterParameterGroupName"), families)


def check_instance(
    call: Call, engine: str, version: str, parameters: Mapping[str, Any], *, member: bool = False
) -> None:
    """
    See whether an instance can be as it is asked for.

    Args:
        member: Whether it belongs to a cluster, which decides on backups and storage.

    Raises:
        Refused: It cannot.
    """
    if not member:
        _check(rds_bounds.backups("instance", parameters.get("BackupRetentionPeriod")))
        _check_storage(engine, parameters)
    _check_zones(engine, parameters)
    if parameters.get("EnablePerformanceInsights"):
        _check_class_has_insights(engine, parameters.get("DBInstanceClass", ""))
    _check_insights(parameters, member=member)
    _check_monitoring(parameters)
    held = backend("rds", call.account, call.region).db_parameter_groups
    families = {name: group.family for name, group in held.items()}
    _check_family(engine, version, parameters.get("DBParameterGroupName"), families)


def check_member(instance_class: str, engine: str, cluster: Mapping[str, Any]) -> None:
    """
    See whether an instance fits the settings of its cluster.

    Raises:
        Refused: It does not.
    """
    if cluster.get("StorageType") == "aurora-iopt1" and instance_class.startswith(rds_storage.NOT_IO_OPTIMIZED):
        raise errors.combination(f"Aurora I/O-Optimized does not serve {instance_class}.")
    if instance_class == "db.serverless" and not cluster.get("ServerlessV2ScalingConfiguration"):
        raise Refused.with_error(rds_rules.no_capacity())
    if cluster.get("GlobalClusterIdentifier") and instance_class.startswith("db.t"):
        raise Refused.with_error(rds_rules.class_not_global(instance_class))
    if cluster.get("EnablePerformanceInsights"):
        _check_class_has_insights(engine, instance_class)


def _check(*misfits: Misfit | None) -> None:
    for misfit in misfits:
        if misfit is not None:
            raise errors.value(f"Invalid {misfit.name}: {misfit.message}.")


def _check_class_has_insights(engine: str, instance_class: str) -> None:
    if any(re.fullmatch(pattern, instance_class) for pattern in rds_rules.NO_INSIGHTS.get(engine, ())):
        raise Refused.with_error(rds_rules.no_insights())


def _check_insights(parameters: Mapping[str, Any], *, member: bool = False) -> None:
    advanced = parameters.get("DatabaseInsightsMode") == "advanced" and not member
    _check(rds_bounds.insights(parameters.get("PerformanceInsightsRetentionPeriod"), advanced=advanced))
    if advanced and not parameters.get("EnablePerformanceInsights"):
        raise errors.combination("The advanced mode of Database Insights asks for Performance Insights.")


def _check_monitoring(parameters: Mapping[str, Any]) -> None:
    if parameters.get("MonitoringInterval") and not parameters.get("MonitoringRoleArn"):
        raise Refused.with_error(rds_rules.no_monitoring_role())


def _check_storage(engine: str, parameters: Mapping[str, Any]) -> None:
    size = parameters.get("AllocatedStorage")
    if size is None and engine in rds_storage.ENGINES:
        raise Refused.with_error(rds_storage.missing())
    asked = rds_storage.Asked(
        engine,
        size,
        parameters.get("StorageType"),
        parameters.get("Iops"),
        parameters.get("StorageThroughput"),
        parameters.get("MaxAllocatedStorage"),
    )
    if fault := rds_storage.fault(asked):
        raise (
            Refused.with_error(fault.error) if fault.error else errors.value(f"Invalid {fault.name}: {fault.message}.")
        )


def _check_cluster_storage(engine: str, parameters: Mapping[str, Any]) -> None:
    kind = parameters.get("StorageType") or ""
    if not engine.startswith("aurora"):
        if kind in rds_storage.PROVISIONED and not parameters.get("Iops"):
            raise Refused.with_error(rds_storage.iops_missing(kind))
        return
    for name in ("AllocatedStorage", "Iops"):
        if parameters.get(name):
            raise Refused.with_error(rds_storage.not_of_aurora(name, engine))
    if kind and kind not in rds_storage.AURORA_TYPES:
        raise Refused.with_error(rds_storage.type_of_aurora(kind))


def _check_zones(engine: str, parameters: Mapping[str, Any]) -> None:
    if parameters.get("MultiAZ"):
        if rds_rules.always_in_one_zone(engine):
            raise Refused.with_error(rds_rules.no_multi_az(engine))
        if parameters.get("AvailabilityZone"):
            raise Refused.with_error(rds_rules.zone_and_multi_az())


def _check_family(engine: str, version: str, group: str | None, families: Mapping[str, str]) -> None:
    """See whether a parameter group is there, and one for this release line; `default.…` ones always are."""
    if group is None or group.startswith("default."):
        return
    has = families.get(group) or families.get(group.lower())
    if has is None:
        raise errors.parameter_group_not_found(group)
    wanted = rds_rules.family(engine, release_line(engine, version))
    if engine in rds_rules.RESERVED_NAMES and has != wanted:
        raise Refused.with_error(rds_rules.other_family(group, has, wanted))
