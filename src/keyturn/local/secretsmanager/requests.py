"""Requests that Secrets Manager does not take, whatever there is: as its model and its documentation have them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from keyturn.local import protocol
from keyturn.local.call import Call, Refused
from keyturn.local.constraints import violations
from keyturn.local.malformed import malformed
from keyturn.local.secretsmanager import errors
from keyturn.local.secretsmanager.secret import Secret

NAME = re.compile(r"[A-Za-z0-9/_+=.@!-]+")
VALUES = ("SecretString", "SecretBinary")
WITH_TOKEN = ("PutSecretValue", "RotateSecret")
"""Operations that need a ClientRequestToken; others need one when they bring a value."""
READS = frozenset(
    {
        "BatchGetSecretValue",
        "CreateSecret",
        "DescribeSecret",
        "GetRandomPassword",
        "GetResourcePolicy",
        "GetSecretValue",
        "ListResourcePolicies",
        "ListSecretVersionIds",
        "ListSecrets",
        "StopReplicationToReplica",
        "ValidateResourcePolicy",
    }
)
"""Operations that change no secret that is there, and the one that is a replica's own."""
BY_ITS_SERVICE = frozenset({"PutSecretValue", "UpdateSecret", "UpdateSecretVersionStage"})
"""What only the service may do to a secret that it manages."""
RESERVED = "aws:"
"""What no key of a tag begins with that is not AWS's own."""


_EXTERNAL = "managed external secrets are kept and rotated by partners of AWS, none of which is on this machine"
NOT_HERE = {
    "Type": _EXTERNAL,
    "ExternalSecretRotationMetadata": _EXTERNAL,
    "ExternalSecretRotationRoleArn": _EXTERNAL,
    "CrossAccountPrimaryARN": "it has one account, so there are no replicas of another's secrets",
}
"""Parameters of what is not modelled, and why."""


def check(call: Call, parameters: Mapping[str, Any]) -> None:
    """
    See whether a request is one that can be answered.

    Raises:
        Refused: It is not.
        NotImplementedError: It is, on AWS.
    """
    operation = call.operation
    if told := violations(parameters, _shape(operation)):
        raise malformed(call) or Refused("ValidationException", told)
    for other in NOT_HERE.keys() & parameters.keys():
        raise NotImplementedError(f"the local AWS does not have {other}: {NOT_HERE[other]}")
    name, named = parameters.get("Name"), parameters.get("SecretId", "")
    if name is not None and not NAME.fullmatch(name):
        raise errors.bad_name()
    if named and not named.startswith("arn:") and not NAME.fullmatch(named):
        raise errors.bad_name()
    if any((tag.get("Key") or "").lower().startswith(RESERVED) for tag in parameters.get("Tags") or ()):
        raise errors.invalid(f"The key of a tag can't begin with {RESERVED}, which is reserved for AWS.")
    if not all(each.get("Key") and each.get("Values") for each in parameters.get("Filters") or ()):
        raise errors.invalid("A filter must have a Key and Values.")
    needs_token = operation in WITH_TOKEN or (
        operation in ("CreateSecret", "UpdateSecret") and any(value in parameters for value in VALUES)
    )
    if needs_token and parameters.get("ClientRequestToken") is None:
        raise errors.no_token(rotating=operation == "RotateSecret")


def may_change(operation: str, parameters: Mapping[str, Any], secret: Secret | None) -> None:
    """
    See whether an operation may change a secret that it names.

    Raises:
        Refused: It is a replica, of which only the key may be changed; or another service's.
    """
    if secret is None:
        return  # The operation says so itself, or does not mind.
    only_key = operation == "UpdateSecret" and parameters.keys() <= {"SecretId", "KmsKeyId", "ClientRequestToken"}
    if secret.replica and not only_key:
        raise errors.on_replica()
    forced = operation == "DeleteSecret" and parameters.get("ForceDeleteWithoutRecovery")
    if secret.owner and (operation in BY_ITS_SERVICE or forced):
        raise errors.managed()


@cache
def _shape(operation: str) -> Any:
    return protocol.model("secretsmanager").operation_model(operation).input_shape
