"""
Secrets Manager, all of it our own: moto's rotation and labels are wrong in ways that hide faults (see docs/local.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local.authorization import Target
from keyturn.local.call import Call, Handler, Refused
from keyturn.local.clock import Clock
from keyturn.local.secretsmanager.chronicle import Chronicle
from keyturn.local.secretsmanager.lifecycle import Lifecycle
from keyturn.local.secretsmanager.password import random_password
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
        self._vaults: dict[str, Vault] = {}
        self._rotator = Rotator(self.vault, clock, functions, self.chronicle.tell)
        self._values = Values(self.vault, clock.now, self._rotator.written, may)
        self._lifecycle = Lifecycle(self.vault, clock, self._values)

    def vault(self, region: str) -> Vault:
        prefix = f"arn:{partition(region).name}:secretsmanager:{region}:{self._account}:secret:"
        return self._vaults.setdefault(region, Vault(prefix))

    def kept(self) -> dict[str, Vault]:
        """What is to be there again: the vaults by region."""
        return self._vaults

    def resume(self, kept: dict[str, Vault]) -> None:
        """Take up what was kept: secrets are rotated, and gone, when they are due."""
        self._vaults.update(kept)
        for vault in kept.values():
            for secret in vault:
                self._rotator.resume(vault, secret)
                self._lifecycle.resume(vault, secret)

    def all(self) -> Iterator[Secret]:
        """The secrets of all regions."""
        for vault in tuple(self._vaults.values()):
            yield from vault

    def handlers(self) -> dict[str, Handler]:
        return {
            **self._values.handlers(),
            **self._lifecycle.handlers(),
            **self._rotator.handlers(),
            "secretsmanager:GetRandomPassword": random_password,
        }

    def manage(self, owner: str, manager: Manager) -> None:
        """Leave the rotation of the secrets that a service owns to it."""
        self._rotator.manage(owner, manager)

    def stop(self) -> None:
        self._rotator.stop()

    def target(self, call: Call, parameters: Mapping[str, Any]) -> Target | None:
        """What a call is about, for authorization."""
        if call.operation in ("GetRandomPassword", "ListSecrets", "BatchGetSecretValue"):
            return Target()
        if call.operation == "CreateSecret":
            name = parameters.get("Name", "")
            prefix = f"arn:{partition(call.region).name}:secretsmanager:{call.region}:{self._account}:secret:"
            tags = {f"aws:RequestTag/{tag['Key']}": tag.get("Value", "") for tag in parameters.get("Tags") or ()}
            return Target(f"{prefix}{name}-??????", context={"secretsmanager:Name": name, **tags})
        named = parameters.get("SecretId", "")
        try:
            secret = self.vault(call.region).get(named)
        except Refused:
            return Target(named) if named.startswith("arn:") else None
        context = {"secretsmanager:SecretId": secret.arn}
        context |= {
            f"{key}/{name}": value
            for name, value in secret.tags.items()
            for key in ("aws:ResourceTag", "secretsmanager:ResourceTag")
        }
        if stage := parameters.get("VersionStage"):
            context["secretsmanager:VersionStage"] = stage
        if version := parameters.get("VersionId"):
            context["secretsmanager:VersionId"] = version
        if secret.rotation and secret.rotation.function:
            context["secretsmanager:resource/AllowRotationLambdaArn"] = secret.rotation.function
        return Target(secret.arn, policy=secret.policy, context=context)
