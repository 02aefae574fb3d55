"""The operations on DB clusters."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from keyturn.local.call import Call, Handler
from keyturn.local.rds import admission, engines, errors, master, rules
from keyturn.local.rds.changes import change_master, check_known, log_exports
from keyturn.local.rds.database import Cluster, settings, tags
from keyturn.local.rds.estate import Estate, new_id, new_name
from keyturn.local.rds.master_secret import MasterSecrets
from keyturn.local.rds.servers import Servers

CHANGEABLE = (
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "CopyTagsToSnapshot",
    "DBClusterParameterGroupName",
    "DeletionProtection",
    "EnableHttpEndpoint",
    "EnableIAMDatabaseAuthentication",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
    "ServerlessV2ScalingConfiguration",
    "StorageType",
    "VpcSecurityGroupIds",
)


class Clusters:
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
            "rds:CreateDBCluster": self.create,
            "rds:DescribeDBClusters": self.describe,
            "rds:ModifyDBCluster": self.modify,
            "rds:DeleteDBCluster": self.delete,
        }

    def create(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            estate = self._estate(call)
            name = new_name("DBClusterIdentifier", parameters["DBClusterIdentifier"])
            if name in estate.clusters:
                raise errors.cluster_exists()
            engine = parameters.get("Engine", "")
            engines.check(engine, of_cluster=True)
            version = engines.version(engine, parameters.get("EngineVersion"))
            rules.check_cluster(call, engine, version, parameters)
            database = admission.database_name(parameters.get("DatabaseName"))
            group = admission.subnet_group(estate, parameters)
            admission.check_security_groups(call, parameters, group)
            key = admission.storage_key(call, parameters)
            administrator = master.choose(call, engine, parameters)
            identity, arn = new_id("cluster"), estate.arn("cluster", name)
            secret = None
            if parameters.get("ManageMasterUserPassword"):
                secret = self._secrets.keep(
                    call, "cluster", identity, arn, administrator, parameters.get("MasterUserSecretKmsKeyId")
                )
            try:
                host = f"{name}.cluster-{identity[-12:].lower()}.{call.region}"
                address, reader = self._servers.start_cluster(
                    identity, engine, host, parameters.get("Port"), administrator, database
                )
            except BaseException:
                if secret:
                    self._secrets.remove(secret)
                raise
            cluster = estate.clusters[name] = Cluster(
                name=name,
                arn=arn,
                id=identity,
                engine=engine,
                version=version,
                database=database,
                master=administrator.user,
                key=key,
                encrypted=bool(parameters.get("StorageEncrypted")),
                subnet_group=group.name if group else "default",
                address=address,
                reader=reader,
                created=self._now(),
                settings=settings(parameters),
                tags=tags(parameters.get("Tags")),
                secret=secret,
            )
            return {"DBCluster": cluster.told("creating")}

    def describe(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        estate = self._estate(call)
        named = parameters.get("DBClusterIdentifier")
        found = [estate.cluster(named)] if named else list(estate.clusters.values())
        wanted = admission.filters(parameters)
        return {
            "DBClusters": [
                each.told(self._servers.status(each.id))
                for each in found
                if {each.name, each.arn} & wanted.get("db-cluster-id", {each.name})
                and each.id in wanted.get("db-cluster-resource-id", {each.id})
                and each.engine in wanted.get("engine", {each.engine})
            ]
        }

    def modify(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            estate = self._estate(call)
            cluster = estate.cluster(parameters["DBClusterIdentifier"])
            check_known(parameters, CHANGEABLE)
            if self._servers.status(cluster.id) != "available":
                raise errors.cluster_not_available()
            asked = parameters.get("EngineVersion")
            version = engines.version(cluster.engine, asked) if asked else cluster.version
            rules.check_cluster(call, cluster.engine, version, cluster.settings | parameters)
            if parameters.get("VpcSecurityGroupIds"):
                admission.check_security_groups(call, parameters, estate.subnet_groups.get(cluster.subnet_group))
            change_master(self._secrets, self._servers, call, cluster, parameters)
            cluster.version = version
            given = {name: parameters[name] for name in CHANGEABLE if name in parameters}
            cluster.settings = cluster.settings | given | log_exports(cluster.settings, parameters)
            return {"DBCluster": cluster.told()}

    def delete(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            estate = self._estate(call)
            cluster = estate.cluster(parameters["DBClusterIdentifier"])
            if cluster.settings.get("DeletionProtection"):
                raise errors.protected("Cluster")
            admission.check_final_snapshot(parameters)
            if cluster.members:
                raise errors.cluster_has_instances()
            del estate.clusters[cluster.name]
            self._servers.end(cluster.id)
            if cluster.secret:
                self._secrets.remove(cluster.secret)
            return {"DBCluster": cluster.told("deleting")}
