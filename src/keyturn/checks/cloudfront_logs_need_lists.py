"""
A distribution writes its logs into a bucket that has no access control lists.

CloudFront's standard logs are let into a bucket by its access control list, which CloudFront adds to when the distribution is created. New
buckets have no such lists: their Object Ownership is `BucketOwnerEnforced` unless it is set to something else.

Fix: set the bucket's Object Ownership to `BucketOwnerPreferred`.

Why it matters: the distribution is refused, after minutes, and the stack is rolled back.

Scope: distributions with `Logging` whose bucket is declared beside them

Noticed: at deployment, when the distribution is created

Recovery: set the bucket's Object Ownership and deploy again

Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.buckets import bucket_named
from keyturn.checks.s3_acl_disabled import WITH_LISTS
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource, Unknown

ERROR = AwsError("InvalidArgument", "The S3 bucket that you specified for CloudFront logs does not enable ACL access")


@check("AWS::CloudFront::Distribution", verdict=Verdict.REFUSED)
def cloudfront_logs_need_lists(distribution: Resource, graph: Graph) -> Iterator[Outcome]:
    path = ("DistributionConfig", "Logging", "Bucket")
    bucket = bucket_named(distribution.get(*path), graph)
    if bucket is None:
        return
    ownership = bucket.get("OwnershipControls", "Rules", 0, "ObjectOwnership")
    if isinstance(ownership, Unknown) or ownership in WITH_LISTS:
        return
    yield Finding(
        at=distribution.at(*path),
        message=f"{bucket} has no access control list, by which CloudFront is let in to write logs",
        related=(Note(bucket.at("OwnershipControls"), "the bucket"),),
        error=ERROR,
        fix=Fix(
            "set Object Ownership to BucketOwnerPreferred",
            bucket.at("OwnershipControls"),
            replace={"Rules": ({"ObjectOwnership": "BucketOwnerPreferred"},)},
        ),
    )
