"""The operations on secrets themselves: made, described, changed, deleted, restored, tagged; and their policies."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from keyturn.local.call import Call, Handler
from keyturn.local.clock import Clock
from keyturn.local.secretsmanager import encryption, errors
from keyturn.local.secretsmanager.filters import matches, page
from keyturn.local.secretsmanager.secret import CURRENT, Secret
from keyturn.local.secretsmanager.values import Values, given_value
from keyturn.local.secretsmanager.vault import Vault
from keyturn.policy import Faults, Sort, parse

NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]{1,512}")
RECOVERY_DAYS = 30
"""How long a deleted secret can be restored unless said otherwise; 7 to 30."""
MOST_LISTED = 100
"""Secrets in an answer of ListSecrets; API reference."""


class Lifecycle:
    """Answers for the vault of whatever region is called."""

    def __init__(self, vault: Callable[[str], Vault], clock: Clock, values: Values) -> None:
        self._vault = vault
        self._clock = clock
        self._values = values

    def handlers(self) -> dict[str, Handler]:
        return {
            "secretsmanager:CreateSecret": self.create,
            "secretsmanager:UpdateSecret": self.update,
            "secretsmanager:DescribeSecret": self.describe,
            "secretsmanager:ListSecrets": self.list,
            "secretsmanager:DeleteSecret": self.delete,
            "secretsmanager:RestoreSecret": self.restore,
            "secretsmanager:TagResource": self.tag,
            "secretsmanager:UntagResource": self.untag,
            "secretsmanager:PutResourcePolicy": self.put_policy,
            "secretsmanager:GetResourcePolicy": self.get_policy,
            "secretsmanager:DeleteResourcePolicy": self.delete_policy,
            "secretsmanager:ValidateResourcePolicy": self.validate_policy,
        }

    def create(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        name = parameters.get("Name", "")
        if not NAME.fullmatch(name):
            raise errors.invalid(
                "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
            )
        if parameters.get("AddReplicaRegions"):
            raise NotImplementedError("the local AWS has no replicas of secrets")
        encryption.fits(call, parameters.get("KmsKeyId"))
        string, binary = given_value(parameters)
        token = parameters.get("ClientRequestToken") or str(uuid.uuid4())
        vault = self._vault(call.region)
        with vault.lock:
            if there := vault.named(name):
                return self._again(there, token, string, binary)
            now = self._clock.now()
            secret = Secret(
                arn=vault.new_arn(name),
                name=name,
                created=now,
                changed=now,
                description=parameters.get("Description"),
                key=parameters.get("KmsKeyId"),
                tags=_tags(parameters),
                owner=parameters.get("OwningService", ""),
            )
            if string is not None or binary is not None:
                version = self._values.write(call, secret, token, string, binary, [CURRENT])
                answer = {"VersionId": version.id}
            else:
                answer = {}
            vault.add(secret)
            return {"ARN": secret.arn, "Name": name, **answer}

    def _again(self, there: Secret, token: str, string: str | None, binary: bytes | None) -> dict[str, Any]:
        """A secret of that name is there already: the same request once more is answered as before."""
        if there.deletion:
            raise errors.name_in_deletion()
        if (version := there.versions.get(token)) and version.holds(string, binary):
            return {"ARN": there.arn, "Name": there.name, "VersionId": token}
        raise errors.exists(there.name)

    def update(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = self._live(call, parameters)
            if "Description" in parameters:
                secret.description = parameters["Description"]
            if "KmsKeyId" in parameters:
                secret.key = parameters["KmsKeyId"] or None
            secret.changed = self._clock.now()
            answer = {"ARN": secret.arn, "Name": secret.name}
            string, binary = given_value(parameters)
            if string is not None or binary is not None:
                token = parameters.get("ClientRequestToken")
                answer["VersionId"] = self._values.write(call, secret, token, string, binary, [CURRENT]).id
            return answer

    def describe(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            stages = {version.id: list(version.stages) for version in secret.versions.values() if version.stages}
            return {**_described(secret), "VersionIdsToStages": stages or None}

    def list(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            found = [
                secret
                for secret in vault
                if (parameters.get("IncludePlannedDeletion") or not secret.deletion)
                and matches(secret, parameters.get("Filters", ()))
            ]
            found.sort(key=lambda secret: secret.created, reverse=parameters.get("SortOrder") == "desc")
            shown, more = page(found, parameters, MOST_LISTED)
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

    def delete(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        force, days = parameters.get("ForceDeleteWithoutRecovery"), parameters.get("RecoveryWindowInDays")
        if force and days is not None:
            raise errors.invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
        if days is not None and not 7 <= days <= 30:
            raise errors.invalid("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
        vault = self._vault(call.region)
        with vault.lock:
            now = self._clock.now()
            secret = vault.get(parameters["SecretId"])
            if secret.deletion and not force:
                raise errors.deleted()
            if force:
                vault.remove(secret)
                secret.deletion = now
            else:
                secret.deletion = now + timedelta(days=days or RECOVERY_DAYS)
                self.resume(vault, secret)
            secret.rotation = None if force else secret.rotation
            return {"ARN": secret.arn, "Name": secret.name, "DeletionDate": secret.deletion}

    def _remove(self, vault: Vault, secret: Secret) -> None:
        with vault.lock:
            if secret.deletion and secret.deletion <= self._clock.now():
                vault.remove(secret)

    def resume(self, vault: Vault, secret: Secret) -> None:
        """Have a secret removed when its time has come."""
        if secret.deletion is not None:
            self._clock.at(secret.deletion, lambda: self._remove(vault, secret))

    def restore(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            secret.deletion = None
            return {"ARN": secret.arn, "Name": secret.name}

    def tag(self, call: Call, parameters: dict[str, Any]) -> None:
        secret = self._live(call, parameters)
        secret.tags |= _tags(parameters)
        secret.changed = self._clock.now()

    def untag(self, call: Call, parameters: dict[str, Any]) -> None:
        secret = self._live(call, parameters)
        for key in parameters.get("TagKeys", ()):
            secret.tags.pop(key, None)
        secret.changed = self._clock.now()

    def put_policy(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        secret = self._live(call, parameters)
        found = parse(parameters["ResourcePolicy"], Sort.RESOURCE)
        if isinstance(found, Faults):
            raise errors.malformed_policy(f"This resource policy contains a syntax error: {found[0]}")
        secret.policy = parameters["ResourcePolicy"]
        return {"ARN": secret.arn, "Name": secret.name}

    def get_policy(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        secret = self._live(call, parameters)
        return {"ARN": secret.arn, "Name": secret.name, "ResourcePolicy": secret.policy}

    def delete_policy(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        secret = self._live(call, parameters)
        secret.policy = None
        return {"ARN": secret.arn, "Name": secret.name}

    def validate_policy(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        found = parse(parameters["ResourcePolicy"], Sort.RESOURCE)
        faults = found if isinstance(found, Faults) else ()
        return {
            "PolicyValidationPassed": not faults,
            "ValidationErrors": [{"CheckName": "SYNTAX", "ErrorMessage": str(fault)} for fault in faults],
        }

    def _live(self, call: Call, parameters: dict[str, Any]) -> Secret:
        secret = self._vault(call.region).get(parameters["SecretId"])
        if secret.deletion:
            raise errors.deleted()
        return secret


def _described(secret: Secret) -> dict[str, Any]:
    """What DescribeSecret and ListSecrets both say."""
    rotation = secret.rotation
    told: dict[str, Any] = {
        "ARN": secret.arn,
        "Name": secret.name,
        "Description": secret.description,
        "KmsKeyId": secret.key,
        "CreatedDate": secret.created,
        "LastChangedDate": secret.changed,
        "LastAccessedDate": secret.accessed,
        "DeletedDate": secret.deletion,
        "OwningService": secret.owner or None,
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


def _tags(parameters: dict[str, Any]) -> dict[str, str]:
    if not all(tag.get("Key") for tag in parameters.get("Tags") or ()):
        raise errors.invalid("You must provide a key for each tag.")
    return {tag["Key"]: tag.get("Value", "") for tag in parameters.get("Tags") or ()}


def _without_none(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}
