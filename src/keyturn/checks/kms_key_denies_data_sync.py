"""
A resource data sync encrypts inventory with a KMS key that Systems Manager may not use.

Systems Manager writes the inventory into the bucket as itself, `ssm.amazonaws.com`.

Fix: allow `ssm.amazonaws.com` kms:GenerateDataKey in the key's policy, for this account.

Why it matters: no inventory arrives in the bucket.

Scope: resource data syncs to S3 with a KMS key of your own

Noticed: when the sync is created, or when nothing arrives; AWS does not document which

Recovery: put the statement into the key's policy (`aws kms put-key-policy`); the next sync delivers everything

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-inventory-resource-data-sync.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import Use, by_way_of_s3, may_use, own_account
from keyturn.facts import keys
from keyturn.graph import Graph, Resource


@check("AWS::SSM::ResourceDataSync", verdict=Verdict.DEAD)
def kms_key_denies_data_sync(sync: Resource, graph: Graph) -> Iterator[Outcome]:
    for path in (("S3Destination", "KMSKeyArn"), ("KMSKeyArn",)):
        use = Use(
            keys.DATA_SYNC,
            sync.at(*path),
            f"to write what {sync} collects",
            sends={"aws:SourceAccount": sync.account} | by_way_of_s3(),
            only=own_account(sync),
        )
        yield from may_use(sync, *path, use=use, graph=graph)
