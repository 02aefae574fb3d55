"""
The filters of an event source mapping are encrypted with a KMS key that Lambda may not use.

Lambda decrypts the filters when events arrive, as itself, `lambda.amazonaws.com`.

Fix: allow `lambda.amazonaws.com` kms:Decrypt in the key's policy, for this account.

Why it matters: without its filters the mapping delivers nothing, as far as is known; AWS's CDK adds the statement, the guide does not
tell what happens without it.

Scope: event source mappings with a KMS key

Noticed: when the first event arrives

Recovery: put the statement into the key's policy (`aws kms put-key-policy`)

Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import Use, may_use, own_account
from keyturn.facts import keys
from keyturn.graph import Graph, Resource, Unknown

CONTEXTS = ("aws-crypto-ec:aws:lambda:EventSourceArn", "aws:lambda:EventSourceArn")


@check("AWS::Lambda::EventSourceMapping", verdict=Verdict.WEAK)
def kms_key_denies_event_filter(mapping: Resource, graph: Graph) -> Iterator[Outcome]:
    source = mapping.get("EventSourceArn")
    arn = source if isinstance(source, str) else Unknown("the event source is not known")
    use = Use(
        keys.EVENT_FILTER,
        mapping.at("KmsKeyArn"),
        "to read the filters",
        sends={"aws:SourceAccount": mapping.account, **{f"kms:EncryptionContext:{name}": arn for name in CONTEXTS}},
        only=own_account(mapping),
    )
    yield from may_use(mapping, "KmsKeyArn", use=use, graph=graph)
