"""The operations on DB instances, in a cluster or on their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from keyturn.facts import rds_rules, rds_storage
from keyturn.local.call import Call, Handler, Refused
from keyturn.local.rds import admission, engines, errors, master, rules
from keyturn.local.rds.changes import change_master, check_known, log_exports
from keyturn.local.rds.database import Cluster, Instance, settings, tags
from keyturn.local.rds.estate import Estate, new_id, new_name
from keyturn.local.rds.master_secret import MasterSecrets
from keyturn.local.rds.servers import Servers

CHANGEABLE = (
    "AllocatedStorage",
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "CACertificateIdentifier",
    "CopyTagsToSnapshot",
    "DBParameterGroupName",
    "DeletionProtection",
    "EnableIAMDatabaseAuthentication",
    "EnablePerformanceInsights",
    "Iops",
    "MaxAllocatedStorage",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "MultiAZ",
    "PerformanceInsightsRetentionPeriod",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
    "PromotionTier",
    "PubliclyAccessible",
    "StorageThroughput",
    "StorageType",
    "VpcSecurityGroupIds",
)


class Instances:
    """Answers for the estate of whatever region is called."""

    def __init__(
        self,
        estate: Callable[[Call], Estate],
        servers: Servers,
        secrets: MasterSecrets,
        now: Callable[[], datetime],
        lock: threading.RLock,
    ) -> None:
        self._estate = estate
        self._servers = servers
        self._secrets = secrets
        self._now = now
        self._lock = lock

    def handlers(self) -> dict[str, Handler]:
        return {
            "rds:CreateDBInstance": self.create,
            "rds:DescribeDBInstances": self.describe,
            "rds:ModifyDBInstance": self.modify,
            "rds:DeleteDBInstance": self.delete,
        }

    def create(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            estate = self._estate(call)
            name = new_name("DBInstanceIdentifier", parameters["DBInstanceIdentifier"])
            if name in estate.instances:
                raise errors.instance_exists()
            engines.check(parameters.get("Engine", ""))
            if parameters.get("DBClusterIdentifier"):
                instance = self._member(call, estate, name, parameters)
            else:
                instance = self._alone(call, estate, name, parameters)
            estate.instances[name] = instance
            return {"DBInstance": instance.told("creating")}

    def _member(self, call: Call, estate: Estate, name: str, parameters: dict[str, Any]) -> Instance:
        cluster = estate.cluster(parameters["DBClusterIdentifier"])
        _check_member(cluster, parameters)
        instance_class = parameters.get("DBInstanceClass", "")
        engines.check_class(cluster.engine, cluster.version, instance_class, call.region)
        rules.check_member(instance_class, cluster.engine, cluster.settings)
        rules.check_instance(call, cluster.engine, cluster.version, parameters, member=True)
        group = estate.subnet_groups.get(cluster.subnet_group)
        cluster.members.append(name)
        return Instance(
            name=name,
            arn=estate.arn("db", name),
            id=new_id("db"),
            instance_class=instance_class,
            engine=cluster.engine,
            version=cluster.version,
            database=cluster.database,
            master=cluster.master,
            key=cluster.key,
            encrypted=cluster.encrypted,
            subnet_group=group.told() if group else None,
            address=cluster.address,
            created=self._now(),
            settings={"VpcSecurityGroupIds": cluster.settings.get("VpcSecurityGroupIds"), **settings(parameters)},
            tags=tags(parameters.get("Tags")),
            cluster=cluster,
        )

    def _alone(self, call: Call, estate: Estate, name: str, parameters: dict[str, Any]) -> Instance:
        engine = parameters["Engine"]
        if engine in engines.AURORA:
            alone = rds_storage.standalone(engine) if parameters.get("AllocatedStorage") else rds_storage.missing()
            raise Refused.with_error(alone)
        version = engines.version(engine, parameters.get("EngineVersion"))
        engines.check_class(engine, version, parameters.get("DBInstanceClass", ""), call.region)
        rules.check_instance(call, engine, version, parameters)
        database = admission.database_name(parameters.get("DBName"))
        group = admission.subnet_group(estate, parameters)
        admission.check_security_groups(call, parameters, group)
        key = admission.storage_key(call, parameters)
        administrator = master.choose(call, engine, parameters)
        identity, arn = new_id("db"), estate.arn("db", name)
        secret = None
        if parameters.get("ManageMasterUserPassword"):
            secret = self._secrets.keep(
                call, "db", identity, arn, administrator, parameters.get("MasterUserSecretKmsKeyId")
            )
        try:
            host = f"{name}.{identity[-12:].lower()}.{call.region}"
            address = self._servers.start_instance(
                identity, engine, host, parameters.get("Port"), administrator, database
            )
        except BaseException:
            if secret:
                self._secrets.remove(secret)
            raise
        return Instance(
            name=name,
            arn=arn,
            id=identity,
            instance_class=parameters["DBInstanceClass"],
            engine=engine,
            version=version,
            database=database,
            master=administrator.user,
            key=key,
            encrypted=bool(parameters.get("StorageEncrypted")),
            subnet_group=group.told() if group else None,
            address=address,
            created=self._now(),
            settings=settings(parameters),
            tags=tags(parameters.get("Tags")),
            secret=secret,
        )

    def describe(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        estate = self._estate(call)
        named = parameters.get("DBInstanceIdentifier")
        found = [estate.instance(named)] if named else list(estate.instances.values())
        wanted = admission.filters(parameters)
        return {
            "DBInstances": [
                each.told(self._servers.status((each.cluster or each).id))
                for each in found
                if {each.name, each.arn} & wanted.get("db-instance-id", {each.name})
                and each.id in wanted.get("dbi-resource-id", {each.id})
                and each.engine in wanted.get("engine", {each.engine})
                and (
                    "db-cluster-id" not in wanted
                    or (each.cluster and {each.cluster.name, each.cluster.arn} & wanted["db-cluster-id"])
                )
            ]
        }

    def modify(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            estate = self._estate(call)
            instance = estate.instance(parameters["DBInstanceIdentifier"])
            check_known(parameters, (*CHANGEABLE, "DBInstanceClass"))
            if self._servers.status((instance.cluster or instance).id) != "available":
                raise errors.instance_not_available()
            running = instance.cluster.version if instance.cluster else instance.version
            asked = parameters.get("EngineVersion")
            wanted = parameters.get("DBInstanceClass") or instance.instance_class
            version = engines.version(instance.engine, asked) if asked and not instance.cluster else running
            if instance.cluster:
                _check_change_of_member(parameters)
                rules.check_member(wanted, instance.engine, instance.cluster.settings)
            engines.check_class(instance.engine, version, wanted, call.region)
            settled = {"DBInstanceClass": wanted, **instance.settings, **parameters}
            rules.check_instance(call, instance.engine, version, settled, member=bool(instance.cluster))
            if not instance.cluster:
                group = estate.subnet_groups.get((instance.subnet_group or {}).get("DBSubnetGroupName", ""))
                admission.check_security_groups(call, parameters, group)
                change_master(self._secrets, self._servers, call, instance, parameters)
            instance.version, instance.instance_class = version, wanted
            given = {name: parameters[name] for name in CHANGEABLE if name in parameters}
            instance.settings = instance.settings | given | log_exports(instance.settings, parameters)
            return {"DBInstance": instance.told()}

    def delete(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            estate = self._estate(call)
            instance = estate.instance(parameters["DBInstanceIdentifier"])
            if instance.cluster:
                if parameters.get("FinalDBSnapshotIdentifier"):
                    raise errors.combination(
                        "FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance"
                    )
                instance.cluster.members.remove(instance.name)
            else:
                if instance.settings.get("DeletionProtection"):
                    raise errors.protected("DB Instance")
                admission.check_final_snapshot(parameters)
                self._servers.end(instance.id)
            del estate.instances[instance.name]
            if instance.secret:
                self._secrets.remove(instance.secret)
            return {"DBInstance": instance.told("deleting")}


def _check_member(cluster: Cluster, parameters: dict[str, Any]) -> None:
    """
    See whether a request agrees with the cluster that the instance is to be in.

    Raises:
        Refused: It does not.
    """
    engine, version = parameters["Engine"], parameters.get("EngineVersion")
    if engine != cluster.engine:
        raise Refused.with_error(rds_rules.other_engine(engine, cluster.engine))
    if version and not engines.stands_for(engine, version, cluster.version):
        raise Refused.with_error(rds_rules.other_version(version, cluster.version))
    for name, what in rds_rules.OF_THE_CLUSTER.items():
        if parameters.get(name):
            raise Refused.with_error(rds_rules.set_for_the_cluster(what))
    if parameters.get("DeletionProtection"):
        raise errors.combination(
            "Deletion Protection can only be applied on the Cluster level, not for individual instances"
        )
    encrypted = parameters.get("StorageEncrypted")
    if encrypted is not None and encrypted != cluster.encrypted:
        raise Refused.with_error(rds_rules.encrypted_otherwise(encrypted, cluster.encrypted))


def _check_change_of_member(parameters: dict[str, Any]) -> None:
    changes = {
        "EngineVersion": "the DB engine version",
        "BackupRetentionPeriod": "backup retention",
        "PreferredBackupWindow": "backup window",
        "DeletionProtection": "deletion protection",
        "MasterUserPassword": "master user password",
    }
    for name, what in changes.items():
        if parameters.get(name) is not None:
            raise errors.change_the_cluster(what)
