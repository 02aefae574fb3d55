"""
Which key policies KMS takes.

Source: KMS API reference, CreateKey and PutKeyPolicy (`MalformedPolicyDocumentException`, BypassPolicyLockoutSafetyCheck); the texts as
quoted in public bug reports of terraform-provider-aws and aws-cdk.
"""

from __future__ import annotations

from keyturn.local.call import Call, Refused
from keyturn.local.identities import missing_identities
from keyturn.policy import Faults, Sort, parse
from keyturn.policy.kms import keeps_administrator, refusals

LOCKOUT = "The new key policy will not allow you to update the key policy in the future."
INVALID_PRINCIPALS = "Policy contains a statement with one or more invalid principals."
MOST_BYTES = 32_768


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
    if any(missing_identities(call.account, policy)):
        raise _malformed(INVALID_PRINCIPALS)
    if not bypass and not keeps_administrator(policy, key=key, caller=call.caller.arn).allowed:
        raise _malformed(LOCKOUT)


def _malformed(message: str) -> Refused:
    return Refused("MalformedPolicyDocumentException", message)
