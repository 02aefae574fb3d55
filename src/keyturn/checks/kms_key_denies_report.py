"""
S3 writes a report that is encrypted with a KMS key it may not use.

Inventories are written by S3 as itself, `s3.amazonaws.com`, and Storage Lens exports by `storage-lens.s3.amazonaws.com`.

Fix: allow the service kms:GenerateDataKey in the key's policy, for this account.

Why it matters: no report arrives, and nothing says so.

Scope: inventories and Storage Lens exports that are encrypted with SSE-KMS

Noticed: never, until somebody looks for the report

Recovery: put the statement into the key's policy (`aws kms put-key-policy`); the next report is written as usual

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html
  https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage_lens_encrypt_permissions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.buckets import KEY, bucket_named, key_of
from keyturn.checks.evidence.keys import Use, aws_managed, by_way_of_s3, may_use, on_behalf_of, own_account
from keyturn.facts import keys
from keyturn.graph import Graph, Resource

LENS = ("StorageLensConfiguration", "DataExport", "S3BucketDestination", "Encryption", "SSEKMS", "KeyId")


@check("AWS::S3::Bucket", "AWS::S3::StorageLens", verdict=Verdict.DEAD)
def kms_key_denies_report(reported: Resource, graph: Graph) -> Iterator[Outcome]:
    if reported.type == "AWS::S3::StorageLens":
        use = Use(
            keys.STORAGE_LENS,
            reported.at(*LENS),
            "to write the export",
            sends={"aws:SourceAccount": reported.account} | by_way_of_s3(),
            only=own_account(reported),
        )
        yield from may_use(reported, *LENS, use=use, graph=graph)
        return
    listed = reported.get("InventoryConfigurations")
    for index in range(len(listed) if isinstance(listed, tuple) else 0):
        path = ("InventoryConfigurations", index, "Destination", "BucketArn")
        bucket = bucket_named(reported.get(*path), graph)
        if bucket is None or key_of(bucket) is None:
            continue
        if aws_managed(key_of(bucket)):
            yield Undecided(bucket.at(*KEY), "whether S3 can write inventories with alias/aws/s3 is not documented")
            continue
        use = Use(
            keys.S3_INVENTORY,
            reported.at(*path),
            f"to write the inventory of {reported}",
            sends=on_behalf_of(reported) | by_way_of_s3(),
            only=own_account(reported),
        )
        yield from may_use(bucket, *KEY, use=use, graph=graph, otherwise=key_of(bucket))
