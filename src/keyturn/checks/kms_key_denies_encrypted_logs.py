"""
An encrypted state machine or event bus writes logs whose KMS key log delivery may not use.

What they log is encrypted with their own key until it is delivered, and `delivery.logs.amazonaws.com`, which delivers it, decrypts it as
itself.

Fix: allow `delivery.logs.amazonaws.com` kms:Decrypt and kms:GenerateDataKey in the key's policy.

Why it matters: the logs stay empty, while everything else works.

Scope: state machines and event buses with logging and a customer managed key

Noticed: never, until the logs are needed

Recovery: put the statement into the key's policy (`aws kms put-key-policy`); what was not delivered is gone

Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-bus-logs.html
  https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import Use, may_use
from keyturn.facts import keys
from keyturn.graph import Graph, Path, Resource, Unknown

PLACES: dict[str, tuple[Path, Path, Path]] = {
    "AWS::Events::EventBus": (("KmsKeyIdentifier",), ("LogConfig",), ("LogConfig", "Level")),
    "AWS::StepFunctions::StateMachine": (
        ("EncryptionConfiguration", "KmsKeyId"),
        ("LoggingConfiguration",),
        ("LoggingConfiguration", "Level"),
    ),
}
"""Where the key, the logging and its level stand."""
SOURCE = "kms:EncryptionContext:SourceArn"


@check(*PLACES, verdict=Verdict.DEAD)
def kms_key_denies_encrypted_logs(writer: Resource, graph: Graph) -> Iterator[Outcome]:
    key, logging, level = PLACES[writer.type]
    if writer.get(*logging) is None or writer.get(*level) in (None, "OFF"):
        return
    use = Use(
        keys.ENCRYPTED_LOG_DELIVERY,
        writer.at(*logging),
        f"to deliver the logs of {writer}",
        sends={SOURCE: Unknown("which ARN of a log source is sent is not known")},
        likely={SOURCE: f"arn:{writer.partition}:logs:{writer.region}:{writer.account}:delivery"},
    )
    yield from may_use(writer, *key, use=use, graph=graph)
