"""The service: its parts put together, for all regions of one account."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from keyturn.local.call import Call, Handler, Parameters
from keyturn.local.clock import Clock
from keyturn.local.dependencies import Use
from keyturn.local.network import Place
from keyturn.local.rds import errors
from keyturn.local.rds.addresses import Address
from keyturn.local.rds.clusters import Clusters
from keyturn.local.rds.database import Cluster, Instance, tag_list, tags
from keyturn.local.rds.estate import Estate
from keyturn.local.rds.instances import Instances
from keyturn.local.rds.master_secret import MasterSecrets
from keyturn.local.rds.place import place
from keyturn.local.rds.servers import Server, Servers, reader_of
from keyturn.local.rds.subnet_groups import SubnetGroups
from keyturn.local.secretsmanager import SecretsManager
from keyturn.local.tls import Authority

MISSING = (
    "AddRoleToDBCluster",
    "AddRoleToDBInstance",
    "CopyDBClusterSnapshot",
    "CopyDBSnapshot",
    "CreateBlueGreenDeployment",
    "CreateDBClusterSnapshot",
    "CreateDBInstanceReadReplica",
    "CreateDBProxy",
    "CreateDBSnapshot",
    "CreateGlobalCluster",
    "FailoverDBCluster",
    "PromoteReadReplica",
    "RebootDBCluster",
    "RebootDBInstance",
    "RestoreDBClusterFromS3",
    "RestoreDBClusterFromSnapshot",
    "RestoreDBClusterToPointInTime",
    "RestoreDBInstanceFromDBSnapshot",
    "RestoreDBInstanceFromS3",
    "RestoreDBInstanceToPointInTime",
    "StartDBCluster",
    "StartDBInstance",
    "StopDBCluster",
    "StopDBInstance",
)
"""Operations on databases that are not here: moto would say that there is no such database, or make one without a server."""


class Rds:
    """The service, for all regions of one account."""

    def __init__(
        self,
        account: str,
        clock: Clock,
        secrets: SecretsManager,
        rest: Callable[[Call], Any],
        folder: Path,
        authority: Callable[[], Authority],
        progress: Callable[[str], None],
        *,
        keep: bool = False,
        replicas: bool = False,
    ) -> None:
        """
        Args:
            rest: Answers for resources that are not ours.
            folder: For the servers' files.
            authority: Signs their certificates.
            progress: Is told what takes its time.
            keep: Whether the servers' data are to outlive us.
            replicas: Whether a cluster's readers are a server of their own.
        """
        self._account = account
        self._rest = rest
        self._estates: dict[str, Estate] = {}
        self._servers = Servers(folder, authority, progress, keep=keep, replicas=replicas)
        self._secrets = kept = MasterSecrets(secrets, self._servers, clock)
        lock = threading.RLock()
        self._parts = (
            Clusters(self._of, self._servers, kept, clock.now, lock),
            Instances(self._of, self._servers, kept, clock.now, lock),
            SubnetGroups(self._of),
        )

    def handlers(self) -> dict[str, Handler]:
        return {
            **{action: handler for part in self._parts for action, handler in part.handlers().items()},
            **{f"rds:{name}": _missing for name in MISSING},
            "rds:AddTagsToResource": self._tag,
            "rds:RemoveTagsFromResource": self._untag,
            "rds:ListTagsForResource": self._list_tags,
        }

    def kept(self) -> dict[str, Estate]:
        """What is to be there again: the databases by region. Their data are in their folders."""
        return self._estates

    def resume(self, kept: dict[str, Estate]) -> None:
        """
        Take up what was kept, and start the servers again.

        Raises:
            Problem: One does not start.
        """
        self._estates.update(kept)
        for estate in kept.values():
            databases: list[Cluster | Instance] = [*estate.clusters.values()]
            databases += [each for each in estate.instances.values() if each.cluster is None]
            for database in databases:
                reader = database.reader if isinstance(database, Cluster) else database.address
                apart = reader if reader != database.address else None
                self._servers.resume(database.id, database.engine, database.address, apart)
                if database.secret:
                    self._secrets.resume(database.secret)

    def stop(self) -> None:
        self._servers.stop()

    def server(self, region: str, named: str) -> Server | None:
        """
        The real server behind a cluster or an instance; None for an engine that has none here.

        Raises:
            Refused: There is neither a cluster nor an instance of that name.
        """
        estate = self._estate(region)
        if named in estate.clusters:
            return self._servers.of(estate.clusters[named].id)
        instance = estate.instance(named)
        cluster = instance.cluster
        if cluster is None:
            return self._servers.of(instance.id)
        apart = cluster.address_of(instance.name) != cluster.address
        return self._servers.of(reader_of(cluster.id) if apart else cluster.id)

    def names(self) -> list[tuple[str, str]]:
        """Region and name of all clusters, and of instances that belong to none."""
        return [
            (region, name)
            for region, estate in tuple(self._estates.items())
            for name in (*estate.clusters, *(each.name for each in estate.instances.values() if each.cluster is None))
        ]

    def place(self, region: str, host: str, port: int) -> Place | None:
        """Where the database stands that listens on an address; None where none of this region does."""
        address = Address(host, port)
        estate = self._estate(region)
        for cluster in estate.clusters.values():
            if address in (cluster.address, cluster.reader):
                return place(estate, f"the cluster {cluster.name}", cluster.subnet_group, cluster.settings)
        for instance in estate.instances.values():
            if instance.address == address:
                group = (instance.subnet_group or {}).get("DBSubnetGroupName", "")
                return place(estate, f"the instance {instance.name}", group, instance.settings)
        return None

    def uses(self, region: str) -> Iterator[Use]:
        """Where the databases of a region stand: of a group's subnets one is taken, the first in their zone."""
        estate = self._estate(region)
        for instance in estate.instances.values():
            settings = instance.cluster.settings if instance.cluster else instance.settings
            name = (
                instance.cluster.subnet_group
                if instance.cluster
                else (instance.subnet_group or {}).get("DBSubnetGroupName")
            )
            group = estate.subnet_groups.get(name or "")
            zone = instance.settings.get("AvailabilityZone")
            subnets = [each.id for each in group.subnets if zone in (None, each.zone)] if group else []
            yield Use(frozenset(subnets[:1]), frozenset(settings.get("VpcSecurityGroupIds") or ()))

    def _of(self, call: Call) -> Estate:
        return self._estate(call.region)

    def _estate(self, region: str) -> Estate:
        return self._estates.setdefault(region, Estate(self._account, region))

    def _tag(self, call: Call, parameters: dict[str, Any]) -> Any:
        held = self._tags(call, parameters)
        if held is None:
            return self._rest(call)
        held |= tags(parameters.get("Tags"))
        return None

    def _untag(self, call: Call, parameters: dict[str, Any]) -> Any:
        held = self._tags(call, parameters)
        if held is None:
            return self._rest(call)
        for key in parameters.get("TagKeys", ()):
            held.pop(key, None)
        return None

    def _list_tags(self, call: Call, parameters: dict[str, Any]) -> Any:
        held = self._tags(call, parameters)
        return self._rest(call) if held is None else {"TagList": tag_list(held)}

    def _tags(self, call: Call, parameters: dict[str, Any]) -> dict[str, str] | None:
        """The tags of a resource; None for one that moto has."""
        estate, arn = self._of(call), parameters["ResourceName"]
        parts = arn.split(":")
        if len(parts) != 7:
            raise errors.value(f"Invalid resource name: {arn}")
        match parts[5]:
            case "cluster":
                return estate.cluster(arn).tags
            case "db":
                return estate.instance(arn).tags
            case "subgrp":
                return estate.subnet_group(arn).tags
            case _:
                return None


def _missing(call: Call, parameters: dict[str, Any]) -> Parameters:
    raise NotImplementedError(f"the local AWS does not have {call.action}")
