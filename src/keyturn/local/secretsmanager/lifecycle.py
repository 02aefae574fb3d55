"""The operations on secrets themselves: made, described, changed, tagged."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from keyturn.local.call import Call, Handler, Refused
from keyturn.local.clock import Clock
from keyturn.local.secretsmanager import encryption, errors
from keyturn.local.secretsmanager.filters import matches
from keyturn.local.secretsmanager.pages import page
from keyturn.local.secretsmanager.quotas import MOST_TAGS
from keyturn.local.secretsmanager.replication import Replication, statuses
from keyturn.local.secretsmanager.secret import CURRENT, PENDING, PREVIOUS, Secret
from keyturn.local.secretsmanager.values import Values, given_value
from keyturn.local.secretsmanager.vault import Vault

MOST_LISTED = 100
"""Secrets in an answer of ListSecrets; API reference."""
REENCRYPTED = {CURRENT, PENDING, PREVIOUS}
"""Versions with these labels get the key that a secret gets."""

SORTED_BY: dict[str, Callable[[Secret], str]] = {
    "created-date": lambda secret: secret.created.isoformat(),
    "last-accessed-date": lambda secret: secret.accessed.isoformat() if secret.accessed else "",
    "last-changed-date": lambda secret: secret.changed.isoformat(),
    "name": lambda secret: secret.name,
}


class Lifecycle:
    """Answers for the vault of whatever region is called."""

    def __init__(
        self,
        vault: Callable[[str], Vault],
        clock: Clock,
        values: Values,
        replication: Replication,
        may: Callable[[Call, Mapping[str, Any]], None],
    ) -> None:
        """
        Args:
            may: Raises Refused where a caller may not make another call, which theirs stands for.
        """
        self._vault = vault
        self._clock = clock
        self._values = values
        self._replication = replication
        self._may = may

    def handlers(self) -> dict[str, Handler]:
        return {
            "secretsmanager:CreateSecret": self.create,
            "secretsmanager:UpdateSecret": self.update,
            "secretsmanager:DescribeSecret": self.describe,
            "secretsmanager:ListSecrets": self.list,
            "secretsmanager:TagResource": self.tag,
            "secretsmanager:UntagResource": self.untag,
        }

    def create(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        name, replicas = parameters["Name"], parameters.get("AddReplicaRegions") or []
        if parameters.get("Tags"):
            self._may(replace(call, operation="TagResource"), parameters)
        if replicas:
            self._may(replace(call, operation="ReplicateSecretToRegions"), parameters)
            self._replication.check(call.region, replicas)
        encryption.fits(call, parameters.get("KmsKeyId"))
        string, binary = given_value(parameters)
        token = parameters.get("ClientRequestToken") or str(uuid.uuid4())
        vault = self._vault(call.region)
        with vault.lock:
            if there := vault.named(name):
                return _again(there, token, string, binary)
            now = self._clock.now()
            secret = Secret(
                arn=vault.new_arn(name),
                name=name,
                created=now,
                changed=now,
                description=parameters.get("Description"),
                key=encryption.key(parameters.get("KmsKeyId")),
                tags=_tags(parameters["Tags"]) if parameters.get("Tags") else {},
                owner=parameters.get("OwningService", ""),
            )
            answer: dict[str, Any] = {"ARN": secret.arn, "Name": name}
            if string is not None or binary is not None:
                version = self._values.write(call, secret, token, string, binary, [CURRENT])
                answer["VersionId"] = version.id
            vault.add(secret)
            if replicas:
                self._replication.add(
                    call, secret, replicas, overwrite=bool(parameters.get("ForceOverwriteReplicaSecret"))
                )
                answer["ReplicationStatus"] = statuses(secret)
            return answer

    def update(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = live(vault, parameters)
            if secret.replica:
                return self._change_key_of_replica(call, secret, parameters)
            string, binary = given_value(parameters)
            token = parameters.get("ClientRequestToken") or ""
            brings = string is not None or binary is not None
            if brings and (version := secret.versions.get(token)) and version.has_value:
                raise errors.token_used(token, secret.arn)
            before, answer = secret.key, {"ARN": secret.arn, "Name": secret.name}
            try:
                if "KmsKeyId" in parameters:
                    self._change_key(call, secret, encryption.key(parameters["KmsKeyId"]))
                if brings:
                    answer["VersionId"] = self._values.write(call, secret, token, string, binary, [CURRENT]).id
            except Refused:
                secret.key = before
                raise
            if secret.key != before:
                _reencrypt(call, secret)
            if "Description" in parameters:
                secret.description = parameters["Description"]
            secret.changed = self._clock.now()
            return answer

    def _change_key(self, call: Call, secret: Secret, key: str | None) -> None:
        if key != secret.key:
            encryption.fits(call, key)
            secret.key = key
            encryption.may_encrypt(call, secret, "")

    def _change_key_of_replica(self, call: Call, secret: Secret, parameters: dict[str, Any]) -> dict[str, Any]:
        assert secret.replica
        if "KmsKeyId" in parameters:
            self._change_key(call, secret, encryption.key(parameters["KmsKeyId"]))
            secret.replica.key = secret.key
        return {"ARN": secret.arn, "Name": secret.name}

    def describe(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            stages = {version.id: list(version.stages) for version in secret.versions.values() if version.stages}
            told = {**_described(secret), "VersionIdsToStages": stages or None}
            if secret.rotation and not secret.rotation.enabled:
                told["LastRotatedDate"] = None  # API reference, DescribeSecret
            return {**told, "ReplicationStatus": statuses(secret) or None}

    def list(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            found = [
                secret
                for secret in vault
                if (parameters.get("IncludePlannedDeletion") or not secret.deletion)
                and matches(secret, parameters.get("Filters") or ())
            ]
            first = SORTED_BY[parameters.get("SortBy") or "created-date"]
            backwards = parameters.get("SortOrder") == "desc"
            shown, more = page(
                found, lambda secret: (first(secret), secret.arn), parameters, MOST_LISTED, descending=backwards
            )
            listed = [
                {
                    **_described(secret),
                    "SecretVersionsToStages": {
                        each.id: list(each.stages) for each in secret.versions.values() if each.stages
                    },
                }
                for secret in shown
            ]
            return {"SecretList": [_without_none(each) for each in listed], **more}

    def tag(self, call: Call, parameters: dict[str, Any]) -> None:
        vault = self._vault(call.region)
        with vault.lock:
            secret = live(vault, parameters)
            self._change_tags(call, parameters, secret, {**secret.tags, **_tags(parameters["Tags"], secret.tags)})

    def untag(self, call: Call, parameters: dict[str, Any]) -> None:
        vault = self._vault(call.region)
        with vault.lock:
            secret = live(vault, parameters)
            left = {key: value for key, value in secret.tags.items() if key not in parameters["TagKeys"]}
            self._change_tags(call, parameters, secret, left)

    def _change_tags(self, call: Call, parameters: dict[str, Any], secret: Secret, tags: dict[str, str]) -> None:
        """
        Give a secret other tags.

        Raises:
            Refused: With them the caller could not do so again; API reference, TagResource.
        """
        before, secret.tags = secret.tags, tags
        try:
            self._may(call, parameters)
        except Refused:
            secret.tags = before
            raise
        secret.changed = self._clock.now()


def live(vault: Vault, parameters: Mapping[str, Any]) -> Secret:
    """
    The secret that a request names.

    Raises:
        Refused: There is none, or it is being deleted.
    """
    secret = vault.get(parameters["SecretId"])
    if secret.deletion:
        raise errors.deleted()
    return secret


def _again(there: Secret, token: str, string: str | None, binary: bytes | None) -> dict[str, Any]:
    """A secret of that name is there already: the same request once more is answered as before."""
    if there.deletion:
        raise errors.name_in_deletion()
    if (version := there.versions.get(token)) and version.holds(string, binary):
        return {"ARN": there.arn, "Name": there.name, "VersionId": token}
    raise errors.exists(there.name)


def _reencrypt(call: Call, secret: Secret) -> None:
    """Have the versions that are in use encrypted with the secret's key, as far as the caller may."""
    for version in secret.versions.values():
        in_use = version.has_value and REENCRYPTED & set(version.stages)
        if in_use and encryption.may_reencrypt(call, secret, version.id, version.key, secret.key):
            version.key = secret.key


def _described(secret: Secret) -> dict[str, Any]:
    """What DescribeSecret and ListSecrets both say."""
    rotation = secret.rotation
    told: dict[str, Any] = {
        "ARN": secret.arn,
        "Name": secret.name,
        "Description": secret.description or None,
        "KmsKeyId": secret.key,
        "CreatedDate": secret.created,
        "LastChangedDate": secret.changed,
        "LastAccessedDate": secret.accessed,
        "DeletedDate": secret.deletion,
        "OwningService": secret.owner or None,
        "PrimaryRegion": secret.primary_region or None,
        "Tags": [{"Key": key, "Value": value} for key, value in secret.tags.items()] or None,
    }
    if rotation is not None:
        told |= {
            "RotationEnabled": rotation.enabled,
            "RotationLambdaARN": rotation.function or None,
            "RotationRules": rotation.rules or None,
            "LastRotatedDate": rotation.last,
            "NextRotationDate": rotation.next[1] if rotation.next and rotation.enabled else None,
        }
    return told


def _tags(given: Iterable[Mapping[str, str]], there: Mapping[str, str] = {}) -> dict[str, str]:
    """
    Tags as they are given, for a secret that has some already.

    Raises:
        Refused: They are too many, or two have the same key.
    """
    keys = [tag.get("Key", "") for tag in given]
    if not all(keys):
        raise errors.invalid("You must provide a key for each tag.")
    if len(set(keys)) < len(keys):
        raise errors.invalid("The keys of tags must be different from each other.")
    if len({*there, *keys}) > MOST_TAGS:
        raise errors.invalid(f"A secret can have {MOST_TAGS} tags at most.")
    return {tag["Key"]: tag.get("Value", "") for tag in given}


def _without_none(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}
