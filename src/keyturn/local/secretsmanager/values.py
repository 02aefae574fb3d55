"""The operations on values: reading them, writing them, moving labels between them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from keyturn.local.call import Call, Handler, Refused
from keyturn.local.secretsmanager import encryption, errors
from keyturn.local.secretsmanager.filters import matches
from keyturn.local.secretsmanager.pages import page
from keyturn.local.secretsmanager.quotas import MOST_BYTES, MOST_LABELS, MOST_VERSIONS
from keyturn.local.secretsmanager.secret import CURRENT, PREVIOUS, Secret, Version
from keyturn.local.secretsmanager.vault import Vault

MOST_LISTED = 100
"""Versions in an answer of ListSecretVersionIds; API reference."""
MOST_AT_ONCE = 20
"""Secrets in a BatchGetSecretValue; API reference."""


class Values:
    """Answers for the vault of whatever region is called."""

    def __init__(
        self,
        vault: Callable[[str], Vault],
        now: Callable[[], datetime],
        written: Callable[[Secret, Version], None],
        may: Callable[[Call, Mapping[str, Any]], None],
    ) -> None:
        """
        Args:
            vault: By region.
            written: Is told when a value was written or AWSCURRENT was moved by hand.
            may: Raises Refused where a caller may not make another call, which theirs stands for.
        """
        self._vault = vault
        self._now = now
        self._written = written
        self._may = may

    def handlers(self) -> dict[str, Handler]:
        return {
            "secretsmanager:GetSecretValue": self.get,
            "secretsmanager:BatchGetSecretValue": self.batch_get,
            "secretsmanager:PutSecretValue": self.put,
            "secretsmanager:UpdateSecretVersionStage": self.move,
            "secretsmanager:ListSecretVersionIds": self.list,
        }

    def get(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            if secret.deletion:
                raise errors.deleted()
            version = _asked_for(secret, parameters)
            encryption.may_decrypt(call, secret, version.id, version.key)
            # Only the day is kept: API reference, DescribeSecret, LastAccessedDate.
            day = self._now().replace(hour=0, minute=0, second=0, microsecond=0)
            (secret.replica or secret).accessed = version.accessed = day
            return {
                "ARN": secret.arn,
                "Name": secret.name,
                "VersionId": version.id,
                "SecretString": version.string,
                "SecretBinary": version.binary,
                "VersionStages": list(version.stages),
                "CreatedDate": version.created,
            }

    def batch_get(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        """Each secret is read with the caller's right to read that one; by filters, with the right to list them, too."""
        names, filters = parameters.get("SecretIdList") or [], parameters.get("Filters")
        if bool(names) == bool(filters):
            raise errors.invalid("Either 'SecretIdList' or 'Filters' must be provided, but not both.")
        if not filters and parameters.get("MaxResults"):
            raise errors.invalid("To use 'MaxResults', you must also use 'Filters'.")
        more: dict[str, str] = {}
        if filters:
            self._may(replace(call, operation="ListSecrets"), {})
            vault = self._vault(call.region)
            with vault.lock:
                found = [secret for secret in vault if not secret.deletion and matches(secret, filters)]
                shown, more = page(
                    found, lambda secret: (secret.created.isoformat(), secret.arn), parameters, MOST_AT_ONCE
                )
                names = [secret.arn for secret in shown]
        values, failures = [], []
        for name in names:
            wanted = {"SecretId": name}
            try:
                self._may(replace(call, operation="GetSecretValue"), wanted)
                values.append(self.get(call, wanted))
            except Refused as refused:
                failures.append({"SecretId": name, "ErrorCode": refused.code, "Message": refused.message})
        return {"SecretValues": values, "Errors": failures, **more}

    def put(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            if secret.deletion:
                raise errors.deleted()
            string, binary = given_value(parameters)
            if string is None and binary is None:
                raise errors.impossible("You must provide either SecretString or SecretBinary.")
            stages = parameters.get("VersionStages") or [CURRENT]
            version = self.write(call, secret, parameters.get("ClientRequestToken"), string, binary, stages)
            return {
                "ARN": secret.arn,
                "Name": secret.name,
                "VersionId": version.id,
                "VersionStages": list(version.stages),
            }

    def write(
        self,
        call: Call,
        secret: Secret,
        token: str | None,
        string: str | None,
        binary: bytes | None,
        stages: list[str],
    ) -> Version:
        """
        Write a value as a version of its own. The same value for the same token is written once; the lock is the caller's to hold.

        Raises:
            Refused: The token has another value, or the key cannot be used.
        """
        token = token or str(uuid.uuid4())
        encryption.may_encrypt(call, secret, token)
        version = secret.versions.get(token)
        if version is not None and version.has_value:
            if not version.holds(string, binary):
                raise errors.token_used(token, secret.arn)
            return version
        now = self._now()
        secret.prune(now, room=1)
        if sum(each.has_value for each in secret.versions.values()) >= MOST_VERSIONS:
            raise errors.over_quota()
        _fit(secret, stages)
        if version is None:
            version = secret.versions[token] = Version(token, now)
        version.string, version.binary, version.key, version.created = string, binary, secret.key, now
        for stage in stages:
            secret.label(version, stage)
        secret.changed = now
        self._written(secret, version)
        return version

    def move(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            if secret.deletion:
                raise errors.deleted()
            stage = parameters["VersionStage"]
            to, away = parameters.get("MoveToVersionId"), parameters.get("RemoveFromVersionId")
            holder = secret.holder(stage)
            for named in (to, away):
                if named is not None and named not in secret.versions:
                    raise Refused(
                        "ResourceNotFoundException", "Secrets Manager can't find the specified secret version."
                    )
            if holder is not None and holder.id != to and away is None:
                raise errors.invalid(
                    f"The parameter RemoveFromVersionId can't be empty. Staging label {stage} is currently attached to version"
                    f" {holder.id}, so you must explicitly reference that version in RemoveFromVersionId."
                )
            if to is None and away is None:
                raise errors.invalid("You must specify MoveToVersionId, RemoveFromVersionId, or both.")
            if away is not None and (holder is None or holder.id != away):
                raise errors.invalid(
                    f"The parameter RemoveFromVersionId must match the version that has the staging label {stage}."
                )
            if to is None and stage == CURRENT:
                raise errors.invalid(
                    "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed."
                )
            if to is None:
                secret.unlabel(stage)
            else:
                _fit(secret, [stage])
                secret.label(secret.versions[to], stage)
            secret.changed = self._now()
            return {"ARN": secret.arn, "Name": secret.name}

    def list(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        vault = self._vault(call.region)
        with vault.lock:
            secret = vault.get(parameters["SecretId"])
            found = [
                version
                for version in secret.versions.values()
                if version.has_value and (version.stages or parameters.get("IncludeDeprecated"))
            ]
            shown, more = page(found, lambda each: (each.created.isoformat(), each.id), parameters, MOST_LISTED)
            return {
                "ARN": secret.arn,
                "Name": secret.name,
                "Versions": [_listed(version) for version in shown],
                **more,
            }


def _listed(version: Version) -> dict[str, Any]:
    """As ListSecretVersionIds tells of a version."""
    return {
        "VersionId": version.id,
        "CreatedDate": version.created,
        "KmsKeyIds": [version.key or "DefaultEncryptionKey"],
        **({"VersionStages": list(version.stages)} if version.stages else {}),
        **({"LastAccessedDate": version.accessed} if version.accessed else {}),
    }


def _fit(secret: Secret, stages: list[str]) -> None:
    """
    See whether there may be these labels, too.

    Raises:
        Refused: There are too many.
    """
    comes = {PREVIOUS} if CURRENT in stages and secret.holder(CURRENT) else set()
    if len(secret.labels | set(stages) | comes) > MOST_LABELS:
        raise errors.over_quota()


def given_value(parameters: dict[str, Any]) -> tuple[str | None, bytes | None]:
    """
    The value that a request brings.

    Raises:
        Refused: It brings two, or one that is too long.
    """
    string, binary = parameters.get("SecretString"), parameters.get("SecretBinary")
    if string is not None and binary is not None:
        raise errors.invalid(
            "You can't specify both a binary secret value and a string secret value in the same secret."
        )
    size = len(string.encode()) if string is not None else len(binary or b"")
    if size > MOST_BYTES:
        raise errors.invalid(f"The secret value is too large: {size} bytes, at most {MOST_BYTES} are allowed.")
    return string, binary


def _asked_for(secret: Secret, parameters: dict[str, Any]) -> Version:
    """The version that a request names by its id, its label, or both; the current one otherwise."""
    named, stage = parameters.get("VersionId"), parameters.get("VersionStage")
    if named is None:
        version = secret.holder(stage or CURRENT)
        if version is None or not version.has_value:
            raise errors.no_value("staging label", stage or CURRENT)
        return version
    version = secret.versions.get(named)
    if version is not None and stage is not None and stage not in version.stages:
        raise errors.impossible("You provided a VersionStage that is not associated to the provided VersionId.")
    if version is None or not version.has_value:
        raise errors.no_value("VersionId", named)
    return version
