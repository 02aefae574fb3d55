"""
Replicas: secrets in other regions that are what their primary is, and cannot be changed but for their key.

Source: Secrets Manager user guide, "Replicate AWS Secrets Manager secrets across Regions" and "Promote a replica secret to a standalone
secret"; API reference, ReplicateSecretToRegions, RemoveRegionsFromReplication, StopReplicationToReplica; read 2026-11. Replication takes no
time here: no status is `InProgress`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local.call import Call, Handler
from keyturn.local.secretsmanager import encryption, errors
from keyturn.local.secretsmanager.secret import Replica, Secret
from keyturn.local.secretsmanager.vault import Vault


class Replication:
    """Answers for the vault of whatever region is called."""

    def __init__(self, vault: Callable[[str], Vault]) -> None:
        self._vault = vault

    def handlers(self) -> dict[str, Handler]:
        return {
            "secretsmanager:ReplicateSecretToRegions": self.replicate,
            "secretsmanager:RemoveRegionsFromReplication": self.remove,
            "secretsmanager:StopReplicationToReplica": self.stop,
        }

    def replicate(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            if secret.deletion:
                raise errors.deleted()
            wanted = parameters["AddReplicaRegions"]
            self.check(call.region, wanted)
            self.add(call, secret, wanted, overwrite=bool(parameters.get("ForceOverwriteReplicaSecret")))
            return _answer(secret)

    def check(self, region: str, wanted: Iterable[Mapping[str, Any]]) -> None:
        """
        See whether a secret of a region can be replicated to others.

        Raises:
            Refused: One is its own, or none that there is, or named twice.
        """
        named = [each.get("Region", "") for each in wanted]
        if region in named or len(set(named)) < len(named) or not set(named) <= _regions(partition(region).name):
            raise errors.invalid("Invalid replica region.")

    def add(self, call: Call, secret: Secret, wanted: Iterable[Mapping[str, Any]], *, overwrite: bool) -> None:
        """
        Replicate a secret to regions; what fails is told in its status, as there. The lock is the caller's to hold.

        Args:
            overwrite: Whether a secret of that name that is in a region already is replaced.
        """
        for each in wanted:
            region, key = each["Region"], encryption.key(each.get("KmsKeyId"))
            before = secret.replicas.get(region)
            if before and not before.failed:
                continue
            vault = self._vault(region)
            made = Replica(secret, region, vault.arn_here(secret.arn), key)
            there = vault.named(secret.name)
            if there and not (overwrite and not there.replica):
                made.failed = f"Replication failed: Secret name {secret.name} already exists in region {region}."
            else:
                made.failed = encryption.why_not_replicated(call, secret, made)
            secret.replicas[region] = made
            if made.failed:
                continue
            if there:
                vault.remove(there)
            vault.add_replica(made)

    def remove(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            if secret.deletion:
                raise errors.deleted()
            for region in parameters["RemoveReplicaRegions"]:
                if replica := secret.replicas.pop(region, None):
                    self._vault(region).remove_replica(replica)
            return _answer(secret)

    def forget(self, secret: Secret) -> None:
        """Remove the replicas of a secret."""
        for region, replica in secret.replicas.items():
            self._vault(region).remove_replica(replica)
        secret.replicas.clear()

    def stop(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        """Make a replica a secret of its own."""
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            replica = secret.replica
            if replica is None:
                raise errors.impossible("The secret is not a replica.")
            vault.remove_replica(replica)
            replica.primary.replicas.pop(call.region, None)
            secret.versions = {each.id: replace(each, stages=list(each.stages)) for each in secret.versions.values()}
            vault.add(replace(secret, tags=dict(secret.tags), replica=None, owner=""))
            return {"ARN": secret.arn}


def statuses(secret: Secret) -> list[dict[str, Any]]:
    """As DescribeSecret tells of a secret's replicas."""
    return [replica.told() for replica in secret.replicas.values()]


def _answer(secret: Secret) -> dict[str, Any]:
    return {"ARN": secret.arn, "ReplicationStatus": statuses(secret)}


@cache
def _regions(partition_name: str) -> frozenset[str]:
    """Where there is Secrets Manager."""
    import boto3

    return frozenset(boto3.Session().get_available_regions("secretsmanager", partition_name))
