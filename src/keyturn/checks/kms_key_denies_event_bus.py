"""
An event bus or an archive is encrypted with a KMS key that EventBridge may not use.

EventBridge encrypts and decrypts events as itself, `events.amazonaws.com`, with the bus's ARN as encryption context.

Fix: allow `events.amazonaws.com` kms:DescribeKey, kms:GenerateDataKey and kms:Decrypt in the key's policy.

Why it matters: events that cannot be encrypted are not delivered, and an archive that cannot be decrypted cannot be replayed.

Scope: event buses and archives with a customer managed key

Noticed: when events are put on the bus, or at deployment; AWS does not document which

Recovery: put the statement into the key's policy (`aws kms put-key-policy`); until then events go to the bus's dead-letter queue, if it
has one

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-cmkey.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import Use, may_use, on_behalf_of, own_account
from keyturn.facts import keys
from keyturn.graph import Graph, Resource, Unknown

CONTEXT = "kms:EncryptionContext:aws:events:event-bus:arn"


@check("AWS::Events::EventBus", "AWS::Events::Archive", verdict=Verdict.DEAD)
def kms_key_denies_event_bus(holder: Resource, graph: Graph) -> Iterator[Outcome]:
    archive = holder.type == "AWS::Events::Archive"
    bus = holder.get("SourceArn") if archive else holder.arn
    sends = {
        **on_behalf_of(holder),
        "aws:SourceArn": Unknown("whether the bus, the archive or a rule is meant depends on the call"),
        CONTEXT: bus if isinstance(bus, str | Unknown) else Unknown("the bus is not named"),
    }
    use = Use(
        keys.EVENT_BUS,
        holder.at("KmsKeyIdentifier"),
        f"to encrypt events in {holder}",
        sends=sends,
        likely={"aws:SourceArn": str(bus)},
        only=own_account(holder),
    )
    yield from may_use(holder, "KmsKeyIdentifier", use=use, graph=graph)
