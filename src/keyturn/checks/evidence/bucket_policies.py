"""Bucket policies, and the ARNs of buckets, put together from references."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.graph import Graph, Ref, Resource, Text


def policies_of(bucket: Resource, graph: Graph) -> Iterator[Resource]:
    """The bucket policies that are declared for a bucket: S3 keeps one, so there should be one at most."""
    for policy in graph.everywhere("AWS::S3::BucketPolicy"):
        if graph.follow(policy, "Bucket", types=("AWS::S3::Bucket",)) is bucket:
            yield policy


def arn(bucket: Resource, *after: str | Ref, text: str = "") -> Text:
    """A bucket's ARN, and what comes after it: in parts, and as text."""
    return Text(f"{bucket.arn}{text}", (Ref(bucket.name, "Arn"), *after))
