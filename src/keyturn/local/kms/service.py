"""The operations of KMS in front of moto's: key policies are looked at before they are taken, keys that are not usable are not used."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local.call import Answer, Call, Handler, Refused
from keyturn.local.kms import grants, policies
from keyturn.local.kms.keys import ENABLED, Key, find
from keyturn.policy.kms import default_key_policy

BY_ID = (
    "CancelKeyDeletion",
    "DescribeKey",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "ListGrants",
    "ListResourceTags",
    "RevokeGrant",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateKeyDescription",
)
"""Operations on a key that is named by its id or its ARN; moto understands the id alone in some."""

NOT_WHILE_DELETED = frozenset(
    {
        "DisableKey",
        "DisableKeyRotation",
        "EnableKey",
        "EnableKeyRotation",
        "ScheduleKeyDeletion",
        "UpdateKeyDescription",
    }
)
"""Those of them that a key does not take that is to be deleted; KMS developer guide, "Key states of AWS KMS keys"."""

USING = (
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "Sign",
    "Verify",
    "VerifyMac",
)
"""Operations that use a key, and need it to be enabled."""


class Kms:
    """The service."""

    def __init__(self, rest: Callable[[Call], Answer]) -> None:
        self._rest = rest

    def handlers(self) -> dict[str, Handler]:
        return {
            **{f"kms:{name}": self._by_id for name in BY_ID},
            **{f"kms:{name}": self._use for name in USING},
            "kms:CreateGrant": self._grant,
            "kms:CreateKey": self._create,
            "kms:PutKeyPolicy": self._put_policy,
        }

    def _create(self, call: Call, parameters: dict[str, Any]) -> Answer:
        bypass = bool(parameters.get("BypassPolicyLockoutSafetyCheck"))
        place = partition(call.region).name
        policy = parameters.get("Policy") or json.dumps(default_key_policy(call.account, place))
        policies.check(call, policy, f"arn:{place}:kms:{call.region}:{call.account}:key/new", bypass=bypass)
        return self._rest(_with(call, {**parameters, "Policy": policy}))

    def _put_policy(self, call: Call, parameters: dict[str, Any]) -> Answer:
        key = self._key(call, parameters)
        policies.check(
            call, parameters["Policy"], key.arn, bypass=bool(parameters.get("BypassPolicyLockoutSafetyCheck"))
        )
        return self._rest(_with(call, {**parameters, "KeyId": key.id, "PolicyName": "default"}))

    def _by_id(self, call: Call, parameters: dict[str, Any]) -> Answer:
        # The one name that a key policy can have may be left out; moto wants it.
        named = {"PolicyName": "default"} if call.operation == "GetKeyPolicy" else {}
        key = self._key(call, parameters)
        if call.operation in NOT_WHILE_DELETED and key.state == "PendingDeletion":
            raise _pending(key)
        return self._rest(_with(call, {**named, **parameters, "KeyId": key.id}))

    def _use(self, call: Call, parameters: dict[str, Any]) -> Answer:
        self._usable(call, parameters)
        return self._rest(call)

    def _grant(self, call: Call, parameters: dict[str, Any]) -> Answer:
        key = self._usable(call, parameters)
        return self._rest(_with(call, {**grants.check(parameters), "KeyId": key.id}))

    def _usable(self, call: Call, parameters: dict[str, Any]) -> Key:
        key = self._key(call, parameters)
        if key.state == "PendingDeletion":
            raise _pending(key)
        if key.state != ENABLED:
            raise Refused("DisabledException", f"{key.arn} is disabled.")
        return key

    def _key(self, call: Call, parameters: dict[str, Any]) -> Key:
        named = parameters.get("KeyId", "")
        key = find(call.account, call.region, named)
        if key is not None:
            return key
        where = f"arn:{partition(call.region).name}:kms:{call.region}:{call.account}"
        if named.startswith("alias/"):
            raise Refused("NotFoundException", f"Alias {where}:{named} is not found.")
        if named.startswith("arn:"):
            raise Refused("NotFoundException", f"Key '{named}' does not exist")
        raise Refused("NotFoundException", f"Key '{where}:key/{named}' does not exist")


def _pending(key: Key) -> Refused:
    return Refused("KMSInvalidStateException", f"{key.arn} is pending deletion.")


def _with(call: Call, parameters: dict[str, Any]) -> Call:
    """The same call with other parameters, as plain JSON: no operation here takes or gives bytes."""
    return Call(
        call.method,
        call.path,
        call.headers,
        json.dumps(parameters).encode(),
        call.service,
        call.region,
        call.caller,
        call.operation,
    )
