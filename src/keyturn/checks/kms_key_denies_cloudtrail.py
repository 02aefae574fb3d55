"""
A trail or an event data store is encrypted with a KMS key that CloudTrail may not use.

CloudTrail calls KMS as itself, `cloudtrail.amazonaws.com`, with the trail's ARN as encryption context. It tries the key when the trail is
created, and refuses one whose policy does not let it make data keys. For event data stores it sends neither aws:SourceArn nor
aws:SourceAccount, so a statement that asks for these admits nobody.

Fix: allow CloudTrail to make data keys for the trails of this account.

Why it matters: there is no trail, and so no record of who did what, and the rest of the stack is rolled back.

Scope: trails and event data stores with a customer managed key

Noticed: at deployment, when the trail or the store is created; the error names the bucket and the key, and does not say which it was

Recovery: put the statement into the key's policy (`aws kms put-key-policy`), then deploy again

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import KEYS, Use, may_use, on_behalf_of
from keyturn.facts import cloudtrail, keys
from keyturn.graph import Graph, Ref, Resource, Text, Unknown


@check("AWS::CloudTrail::Trail", "AWS::CloudTrail::EventDataStore", verdict=Verdict.REFUSED)
def kms_key_denies_cloudtrail(record: Resource, graph: Graph) -> Iterator[Outcome]:
    if record.type == "AWS::CloudTrail::EventDataStore":
        use = Use(keys.EVENT_DATA_STORE, record.at("KmsKeyId"), f"to encrypt {record}")
        yield from may_use(record, "KmsKeyId", use=use, graph=graph)
        return
    trail = record.arn if isinstance(record.arn, str) else Unknown("the trail's name is not known")
    use = Use(
        keys.TRAIL,
        record.at("KMSKeyId"),
        f"to encrypt what {record} records",
        sends={**on_behalf_of(record), cloudtrail.ENCRYPTION_CONTEXT: trail},
        only={"ArnLike": {"aws:SourceArn": _trails(record)}},
        error=cloudtrail.key_refused(str(record.get("S3BucketName")), _key_arn(record, graph)),
    )
    yield from may_use(record, "KMSKeyId", use=use, graph=graph)


def _trails(trail: Resource) -> Text:
    """All trails of the account: the trail's own ARN would make key and trail depend on each other."""
    return Text(
        f"arn:{trail.partition}:cloudtrail:*:{trail.account}:trail/*",
        ("arn:", Ref("AWS::Partition"), ":cloudtrail:*:", Ref("AWS::AccountId"), ":trail/*"),
    )


def _key_arn(trail: Resource, graph: Graph) -> str:
    key = graph.follow(trail, "KMSKeyId", types=KEYS)
    return str(key.arn if key else trail.get("KMSKeyId"))
