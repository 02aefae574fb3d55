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

from keyturn.check import Finding, Note, Outcome, Undecided, Verdict, check
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
        if elsewhere := _elsewhere(holder.get(*path), holder):
            yield Undecided(holder.at(*path), elsewhere)
        elif key and (fault := _fault(key)):
            yield Finding(
                at=holder.at(*path),
                message=f"the key {fault}",
                related=(Note(key.at(), "declared here"),),
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
    """Why a key that is named by its ARN may be out of reach; empty if it is not. Where the stack will be is for its user to say."""
    parts = named.split(":") if isinstance(named, str) else []
    if len(parts) < 6 or parts[0] != "arn" or parts[2] != "kms" or parts[3] in (holder.region, ""):
        return ""
    return (
        f"the key is in {parts[3]}, and can be used there only; --region says that the stack will be in {holder.region}"
    )
