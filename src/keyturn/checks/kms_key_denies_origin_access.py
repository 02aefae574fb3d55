"""
CloudFront serves a bucket whose KMS key it may not use.

With origin access control CloudFront reads the bucket as itself, `cloudfront.amazonaws.com`, and so decrypts with its own rights.

Fix: allow `cloudfront.amazonaws.com` kms:Decrypt in the key's policy. Restrict it to the distribution (aws:SourceArn) once its id is known:
a key that refers to the distribution would depend on it.

Why it matters: every viewer gets 403, with a bucket policy that is right.

Scope: distributions with an origin access control to a bucket with default encryption by a KMS key

Noticed: when the first object is asked for

Recovery: put the statement into the key's policy (`aws kms put-key-policy`)

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.buckets import KEY, bucket_named, key_of
from keyturn.checks.evidence.keys import Use, by_way_of_s3, may_use, on_behalf_of, some
from keyturn.facts import keys
from keyturn.graph import Graph, Resource, Unknown

CHOSEN = Unknown("CloudFront chooses the id of the distribution")


@check("AWS::CloudFront::Distribution", verdict=Verdict.DEAD)
def kms_key_denies_origin_access(distribution: Resource, graph: Graph) -> Iterator[Outcome]:
    origins = distribution.get("DistributionConfig", "Origins")
    for index in range(len(origins) if isinstance(origins, tuple) else 0):
        origin = ("DistributionConfig", "Origins", index)
        bucket = bucket_named(distribution.get(*origin, "DomainName"), graph)
        if bucket is None or key_of(bucket) is None or not distribution.get(*origin, "OriginAccessControlId"):
            continue
        use = Use(
            keys.ORIGIN_ACCESS,
            distribution.at(*origin, "OriginAccessControlId"),
            f"to read {bucket}",
            # A distribution that is there already may be named by its id, which is not the one that is minted here.
            sends=on_behalf_of(distribution) | by_way_of_s3() | {"aws:SourceArn": CHOSEN},
            likely=on_behalf_of(distribution)
            if isinstance(distribution.arn, str)
            else some("cloudfront", distribution, "distribution/E", everywhere=True),
        )
        yield from may_use(bucket, *KEY, use=use, graph=graph, otherwise=key_of(bucket))
