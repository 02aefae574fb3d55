"""
The keys that secrets are encrypted with: used with the rights of whoever reads or writes.

Source: Secrets Manager user guide, "Secret encryption and decryption in AWS Secrets Manager": GenerateDataKey and Decrypt to write,
Decrypt to read, with the encryption context `SecretARN` and `SecretVersionId`, through Secrets Manager.
"""

from __future__ import annotations

from dataclasses import replace

from keyturn.local import kms
from keyturn.local.authorization import decide_key
from keyturn.local.call import Call, Refused
from keyturn.local.secretsmanager import errors
from keyturn.local.secretsmanager.secret import Replica, Secret

SERVICE = "secretsmanager"
OWN_KEY = "alias/aws/secretsmanager"
"""The service's own key, which all of the account may use through it."""


def key(named: str | None) -> str | None:
    """The key that a request names; None for the service's own, however it is named."""
    return None if not named or named.endswith(OWN_KEY) else named


def fits(call: Call, named: str | None) -> None:
    """
    See whether a key is of the kind that secrets can have.

    Raises:
        Refused: It is not symmetric.
    """
    found = kms.find(call.account, call.region, named) if named else None
    if found is not None and found.spec != kms.SYMMETRIC:
        raise errors.key_unusable(encrypting=True)


def may_encrypt(call: Call, secret: Secret, version: str) -> None:
    """
    See whether a caller may write a value.

    Raises:
        Refused: They may not use the key, or it cannot be used.
    """
    _use(call, secret, version, secret.key, ("kms:GenerateDataKey", "kms:Decrypt"))


def may_decrypt(call: Call, secret: Secret, version: str, key: str | None) -> None:
    """
    See whether a caller may read a value.

    Args:
        key: The one that the version was encrypted with.

    Raises:
        Refused: As for `may_encrypt`.
    """
    _use(call, secret, version, key, ("kms:Decrypt",))


def may_reencrypt(call: Call, secret: Secret, version: str, before: str | None, after: str | None) -> bool:
    """
    Whether a caller may have a value encrypted with another key than before.

    Source: API reference, UpdateSecret, KmsKeyId: whoever has no right to kms:Encrypt leaves the versions that there are as they are.
    """
    try:
        _use(call, secret, version, before, ("kms:Decrypt",))
        _use(call, secret, version, after, ("kms:GenerateDataKey", "kms:Encrypt"))
    except Refused:
        return False
    return True


def why_not_replicated(call: Call, secret: Secret, replica: Replica) -> str:
    """
    What keeps a caller from replicating a secret, as its status tells; empty when nothing does.

    Source: API reference, ReplicateSecretToRegions: kms:Decrypt on the secret's key, kms:GenerateDataKey and kms:Encrypt on the other.
    """
    there = replace(call, region=replica.region)
    try:
        for version in secret.versions.values():
            _use(call, secret, version.id, version.key, ("kms:Decrypt",))
        _use(there, replica.secret(), "", replica.key, ("kms:GenerateDataKey", "kms:Encrypt"))
    except Refused as refused:
        return f"Replication failed: {refused.message}"
    return ""


def _use(call: Call, secret: Secret, version: str, named: str | None, actions: tuple[str, ...]) -> None:
    if named is None:
        return
    found = kms.find(call.account, call.region, named)
    if found is None or not found.usable:
        raise errors.key_unusable(encrypting=len(actions) > 1)
    if call.caller.free:
        return
    context = {"SecretARN": secret.arn, "SecretVersionId": version}
    for action in actions:
        if not decide_key(call.caller, action, found, region=call.region, context=context, via=SERVICE).allowed:
            raise errors.kms_denied()
