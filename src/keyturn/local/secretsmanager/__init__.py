"""
Secrets Manager, all of it our own: moto's rotation and labels are wrong in ways that hide faults (see docs/local.md).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local.authorization import Target
from keyturn.local.call import Call, Handler, Refused
from keyturn.local.clock import Clock
from keyturn.local.secretsmanager import requests, targets
from keyturn.local.secretsmanager.chronicle import Chronicle
from keyturn.local.secretsmanager.deletion import Deletion
from keyturn.local.secretsmanager.lifecycle import Lifecycle
from keyturn.local.secretsmanager.password import random_password
from keyturn.local.secretsmanager.policies import Policies
from keyturn.local.secretsmanager.quotas import Rates
from keyturn.local.secretsmanager.replication import Replication
from keyturn.local.secretsmanager.rotation import Functions, Manager, Rotator
from keyturn.local.secretsmanager.secret import Secret
from keyturn.local.secretsmanager.values import Values
from keyturn.local.secretsmanager.vault import Vault


class SecretsManager:
    """The service, for all regions of one account."""

    def __init__(
        self, account: str, clock: Clock, functions: Functions, may: Callable[[Call, Mapping[str, Any]], None]
    ) -> None:
        """
        Args:
            may: Raises Refused where a caller may not make another call, which theirs stands for.
        """
        self.chronicle = Chronicle(clock.now)
        self._account = account
        self._lock = threading.RLock()
        self._vaults: dict[str, Vault] = {}
        self._rates = Rates(clock)
        self._rotator = Rotator(self.vault, clock, functions, self.chronicle.tell, may)
        self._values = Values(self.vault, clock.now, self._rotator.written, may)
        self._replication = Replication(self.vault)
        self._lifecycle = Lifecycle(self.vault, clock, self._values, self._replication, may)
        self._deletion = Deletion(self.vault, clock, self._rotator.restored)
        self._policies = Policies(self.vault, may)

    def vault(self, region: str) -> Vault:
        if found := self._vaults.get(region):
            return found
        prefix = f"arn:{partition(region).name}:secretsmanager:{region}:{self._account}:secret:"
        return self._vaults.setdefault(region, Vault(prefix, self._lock))

    def kept(self) -> dict[str, Vault]:
        """What is to be there again: the vaults by region."""
        return self._vaults

    def resume(self, kept: dict[str, Vault]) -> None:
        """Take up what was kept: secrets are rotated, and gone, when they are due."""
        self._vaults.update(kept)
        for vault in kept.values():
            vault.lock = self._lock
            for secret in vault:
                self._rotator.resume(vault, secret)
                self._deletion.resume(vault, secret)

    def all(self) -> Iterator[Secret]:
        """The secrets of all regions."""
        for vault in tuple(self._vaults.values()):
            yield from vault

    def handlers(self) -> dict[str, Handler]:
        operations = {
            **self._values.handlers(),
            **self._lifecycle.handlers(),
            **self._deletion.handlers(),
            **self._policies.handlers(),
            **self._replication.handlers(),
            **self._rotator.handlers(),
            "secretsmanager:GetRandomPassword": random_password,
        }
        return {action: self._guarded(handler) for action, handler in operations.items()}

    def _guarded(self, handler: Handler) -> Handler:
        """Answers what may be asked, so often and of that secret."""

        def answer(call: Call, parameters: dict[str, Any]) -> Any:
            requests.check(call, parameters)
            self._rates.count(call.operation, call.region)
            if call.operation not in requests.READS:
                requests.may_change(call.operation, parameters, self._found(call, parameters))
            return handler(call, parameters)

        return answer

    def _found(self, call: Call, parameters: Mapping[str, Any]) -> Secret | None:
        """The secret that a call is about."""
        try:
            return self.vault(call.region).get(parameters.get("SecretId", ""))
        except Refused:
            return None

    def create(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        """Make a secret for another service, which names it and tags it as nobody else may; as CreateSecret."""
        return self._lifecycle.create(call, parameters)

    def remove(self, secret: Secret) -> None:
        """Remove a secret of another service's at once, and its replicas."""
        with self._lock:
            self._replication.forget(secret)
            self.vault(secret.region).remove(secret)

    def manage(self, owner: str, manager: Manager) -> None:
        """Leave the rotation of the secrets that a service owns to it."""
        self._rotator.manage(owner, manager)

    def stop(self) -> None:
        self._rotator.stop()

    def target(self, call: Call, parameters: Mapping[str, Any]) -> Target | None:
        """What a call is about, for authorization."""
        named = parameters.get("SecretId", "")
        found = self._found(call, parameters) if named else None
        return targets.target(call, parameters, self.vault(call.region).new_arn, found)
