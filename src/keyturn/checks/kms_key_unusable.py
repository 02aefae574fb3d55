"""
A resource is encrypted with a KMS key that no service can encrypt with.

Services encrypt with symmetric keys that are enabled, and that are in their own region. Keys for signing, asymmetric keys, disabled keys
and keys of another region or partition are refused.

Fix: use a key of the default kind (`SYMMETRIC_DEFAULT`, `ENCRYPT_DECRYPT`) that is enabled, in the same region.

Why it matters: whatever is encrypted with it cannot be made; or it is made, and cannot be written to.

Scope: log groups, secrets, databases, tables, topics, queues, volumes, file systems and functions with a KMS key

Noticed: at deployment, when the resource is created

Recovery: use another key and deploy again; a database has to be made anew for it

Source: https://docs.aws.amazon.com/kms/latest/developerguide/symmetric-asymmetric.html
  https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.checks.evidence.keys import KEYS
from keyturn.facts.symmetric import KEY_PROPERTIES
from keyturn.graph import Graph, Resource, Value

LATE = ("AWS::SNS::Topic", "AWS::SQS::Queue")
"""They are made without a look at their key."""


@check(*KEY_PROPERTIES, verdict=Verdict.REFUSED)
def kms_key_unusable(holder: Resource, graph: Graph) -> Iterator[Outcome]:
    for name in KEY_PROPERTIES[holder.type]:
        path = tuple(name.split("."))
        key = graph.follow(holder, *path, types=KEYS)
        fault = _fault(key) if key else _elsewhere(holder.get(*path), holder)
        if fault:
            yield Finding(
                at=holder.at(*path),
                message=f"the key {fault}",
                related=(Note(key.at(), "declared here"),) if key else (),
                hint="use a symmetric key that is enabled, in the same region",
                verdict=Verdict.DEAD if holder.type in LATE else None,
            )


def _fault(key: Resource) -> str:
    """Why no service can encrypt with a key; empty if they can."""
    if str(key.get("Enabled")).lower() == "false":
        return "is disabled"
    if key.get("KeySpec") not in (None, "SYMMETRIC_DEFAULT") and isinstance(key.get("KeySpec"), str):
        return f"is of the kind {key.get('KeySpec')}"
    if key.get("KeyUsage") not in (None, "ENCRYPT_DECRYPT") and isinstance(key.get("KeyUsage"), str):
        return f"is for {key.get('KeyUsage')}"
    return ""


def _elsewhere(named: Value, holder: Resource) -> str:
    """Why a key that is named by its ARN cannot be used from where the resource is; empty if it can."""
    parts = named.split(":") if isinstance(named, str) else []
    if len(parts) < 6 or parts[0] != "arn" or parts[2] != "kms":
        return ""
    if parts[1] != holder.partition:
        return f"is in the partition {parts[1]}, and {holder} in {holder.partition}"
    return f"is in {parts[3]}, and {holder} in {holder.region}" if parts[3] not in (holder.region, "") else ""
