"""
Mail that SES receives is encrypted with a KMS key that SES may not use.

SES encrypts mail before it puts it into the bucket, and calls KMS for it as itself, `ses.amazonaws.com`.

Fix: allow `ses.amazonaws.com` kms:Encrypt and kms:GenerateDataKey* in the key's policy, for this account.

Why it matters: mail that cannot be encrypted is not stored, and the sender may be told that it could not be delivered.

Scope: receipt rules with an S3 action that has a KMS key of your own; alias/aws/ses needs nothing

Noticed: when the first mail arrives, or at deployment; AWS does not document which

Recovery: put the statement into the key's policy (`aws kms put-key-policy`); mail that was not stored is gone

Source: https://docs.aws.amazon.com/ses/latest/dg/receiving-email-permissions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import Use, aws_managed, may_use, on_behalf_of, own_account, some
from keyturn.facts import keys
from keyturn.graph import Graph, Resource, Unknown

# https://docs.aws.amazon.com/kms/latest/developerguide/services-ses.html
_CHOSEN = ("rule-name", "message-id")


@check("AWS::SES::ReceiptRule", verdict=Verdict.DEAD)
def kms_key_denies_mail(rule: Resource, graph: Graph) -> Iterator[Outcome]:
    actions = rule.get("Rule", "Actions")
    for index in range(len(actions) if isinstance(actions, tuple) else 0):
        path = ("Rule", "Actions", index, "S3Action", "KmsKeyArn")
        if aws_managed(rule.get(*path)):
            continue
        context = {f"kms:EncryptionContext:aws:ses:{name}": Unknown("it differs from mail to mail") for name in _CHOSEN}
        use = Use(
            keys.MAIL_TO_BUCKET,
            rule.at(*path),
            "to encrypt mail",
            sends={**on_behalf_of(rule), **context, "kms:EncryptionContext:aws:ses:source-account": rule.account},
            likely=some("ses", rule, "receipt-rule-set/rules:receipt-rule/rule"),
            only=own_account(rule),
        )
        yield from may_use(rule, *path, use=use, graph=graph)
