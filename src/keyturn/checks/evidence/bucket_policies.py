"""Bucket policies, and the ARNs of buckets, put together from references."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.graph import Graph, Ref, Resource, Text, Unknown


def policies_of(bucket: Resource, graph: Graph) -> Iterator[Resource]:
    """The bucket policies that are declared for a bucket: S3 keeps one, so there should be one at most."""
    for policy in graph.everywhere("AWS::S3::BucketPolicy"):
        if graph.follow(policy, "Bucket", types=("AWS::S3::Bucket",)) is bucket:
            yield policy


def unsure(bucket: Resource, graph: Graph) -> Unknown | None:
    """Why it is not known whether a bucket has a policy; None if it is known."""
    if unseen := graph.handed_on(bucket):
        return Unknown(unseen)
    for policy in graph.everywhere("AWS::S3::BucketPolicy"):
        if graph.follow(policy, "Bucket", types=("AWS::S3::Bucket",)) is None:
            named = policy.get("Bucket")
            if isinstance(named, Unknown) or isinstance(bucket.identity, Unknown):
                return Unknown(f"whether {policy} is for {bucket} is not known")
    return None


def below(bucket: Resource, path: str) -> str | Unknown:
    """The ARN of what is below a path in a bucket."""
    return f"{bucket.arn}{path}" if isinstance(bucket.arn, str) else Unknown(f"the name of {bucket} is not known")


def arn(bucket: Resource, *after: str | Ref, text: str = "") -> Text:
    """A bucket's ARN, and what comes after it: in parts, and as text."""
    return Text(f"{bucket.arn}{text}", (Ref(bucket.name, "Arn"), *after))
