"""Buckets: which one a value names, and how it encrypts what is put into it."""

from __future__ import annotations

from keyturn.graph import Graph, Path, Resource, Unknown, Value

BUCKET = "AWS::S3::Bucket"
_DEFAULT: Path = ("BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault")
KEY: Path = (*_DEFAULT, "KMSMasterKeyID")
"""Where a bucket names its key."""
ALGORITHM: Path = (*_DEFAULT, "SSEAlgorithm")


def bucket_named(value: Value, graph: Graph) -> Resource | None:
    """The bucket that a name, an ARN or one of its host names stands for; None if it is not declared here."""
    if found := graph.find(value, BUCKET):
        return found
    if not isinstance(value, str):
        return None
    arn_of_folder = value.partition("/")[0]
    return graph.find(arn_of_folder, BUCKET) or next(
        (bucket for bucket in graph.everywhere(BUCKET) if _host_of(bucket, value)), None
    )


def _host_of(bucket: Resource, value: str) -> bool:
    hosts = ("DomainName", "RegionalDomainName", "DualStackDomainName")
    return any(bucket.attributes.get(host) == value for host in hosts)


def uses_kms(bucket: Resource) -> bool | Unknown:
    """Whether a bucket encrypts by default with a KMS key, AWS's or one's own."""
    algorithm = bucket.get(*ALGORITHM)
    return algorithm if isinstance(algorithm, Unknown) else algorithm in ("aws:kms", "aws:kms:dsse")


def key_of(bucket: Resource) -> Value:
    """What names the key that a bucket encrypts with; the alias of S3's own where it says none, None where no key is used."""
    kms = uses_kms(bucket)
    if isinstance(kms, Unknown):
        return kms
    return (bucket.get(*KEY) or "alias/aws/s3") if kms else None
