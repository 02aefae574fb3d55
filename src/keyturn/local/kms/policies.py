"""
Which key policies KMS takes.

Source: KMS API reference, CreateKey and PutKeyPolicy (`MalformedPolicyDocumentException`, BypassPolicyLockoutSafetyCheck); the texts as
quoted in public bug reports of terraform-provider-aws and aws-cdk.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from keyturn.local.call import Call, Refused
from keyturn.local.moto_state import backend
from keyturn.policy import Faults, Sort, parse
from keyturn.policy.kms import keeps_administrator, refusals

LOCKOUT = "The new key policy will not allow you to update the key policy in the future."
SERVICE_LINKED = ":role/aws-service-role/"
"""In the ARNs of roles that services make for themselves, in most accounts long ago."""
INVALID_PRINCIPALS = "Policy contains a statement with one or more invalid principals."
MOST_BYTES = 32_768

_IDENTITY = re.compile(r"arn:([a-z0-9-]+):iam::(\d{12}):(role|user)/(?:.*/)?([^/]+)")


def check(call: Call, policy: str, key: str, *, bypass: bool) -> None:
    """
    See whether KMS takes a key policy.

    Args:
        key: The key's ARN.
        bypass: Whether the caller need not be able to change it again.

    Raises:
        Refused: It does not.
    """
    if len(policy.encode()) > MOST_BYTES:
        raise Refused("LimitExceededException", f"The key policy exceeds the maximum size of {MOST_BYTES} bytes.")
    if isinstance(parse(policy, Sort.RESOURCE), Faults) or refusals(policy):
        raise _malformed("Policy contains a syntax error.")
    if any(_is_missing(call, arn) for arn in _principals(json.loads(policy))):
        raise _malformed(INVALID_PRINCIPALS)
    if not bypass and not keeps_administrator(policy, key=key, caller=call.caller.arn).allowed:
        raise _malformed(LOCKOUT)


def _malformed(message: str) -> Refused:
    return Refused("MalformedPolicyDocumentException", message)


def _principals(policy: Any) -> Iterator[str]:
    """Whom a policy names."""
    statements = policy.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        named = statement.get("Principal", {})
        found = named.get("AWS", []) if isinstance(named, dict) else []
        yield from [found] if isinstance(found, str) else found


def _is_missing(call: Call, arn: str) -> bool:
    """Whether it is a role or user of this account that does not exist; of other accounts nothing is known."""
    found = _IDENTITY.fullmatch(arn)
    if found is None or found[2] != call.account or SERVICE_LINKED in arn:
        return False
    iam = backend("iam", call.account, found[1])
    everyone = iam.users.values() if found[3] == "user" else iam.roles.values()
    return all(each.arn != arn for each in everyone)
