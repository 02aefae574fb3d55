"""The end of secrets: in a month unless they are restored, or at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from keyturn.local.call import Call, Handler, Refused
from keyturn.local.clock import Clock
from keyturn.local.secretsmanager import errors
from keyturn.local.secretsmanager.secret import Secret
from keyturn.local.secretsmanager.vault import Vault

RECOVERY_DAYS = 30
"""How long a deleted secret can be restored unless said otherwise; 7 to 30."""


class Deletion:
    """Answers for the vault of whatever region is called."""

    def __init__(self, vault: Callable[[str], Vault], clock: Clock, restored: Callable[[Vault, Secret], None]) -> None:
        """
        Args:
            restored: Is told when a secret is not being deleted any more.
        """
        self._vault = vault
        self._clock = clock
        self._restored = restored

    def handlers(self) -> dict[str, Handler]:
        return {
            "secretsmanager:DeleteSecret": self.delete,
            "secretsmanager:RestoreSecret": self.restore,
        }

    def delete(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        force, days = parameters.get("ForceDeleteWithoutRecovery"), parameters.get("RecoveryWindowInDays")
        if force and days is not None:
            raise errors.invalid("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
        if days is not None and not 7 <= days <= 30:
            raise errors.invalid("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
        vault = self._vault(call.region)
        with vault.lock:
            now = self._clock.now()
            try:
                secret = vault.get(parameters["SecretId"])
            except Refused:
                if not force:
                    raise
                return _as_if_deleted(vault, parameters["SecretId"], now)
            if secret.replicas:
                raise errors.has_replicas(secret.arn, secret.replicas)
            if secret.deletion and not force:
                raise errors.deleted()
            if force:
                vault.remove(secret)
                secret.deletion, secret.rotation = now, None
            else:
                secret.deletion = now + timedelta(days=days or RECOVERY_DAYS)
                self.resume(vault, secret)
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
            if secret.deletion:
                secret.deletion = None
                self._restored(vault, secret)
            return {"ARN": secret.arn, "Name": secret.name}


def _as_if_deleted(vault: Vault, named: str, now: datetime) -> dict[str, Any]:
    """The answer for a secret that is not there and was to be deleted for good; API reference, ForceDeleteWithoutRecovery."""
    if not named.startswith("arn:"):
        return {"ARN": vault.new_arn(named), "Name": named, "DeletionDate": now}
    name = re.sub(r"-[A-Za-z0-9]{6}$", "", named.split(":secret:", 1)[-1])
    return {"ARN": named, "Name": name, "DeletionDate": now}
