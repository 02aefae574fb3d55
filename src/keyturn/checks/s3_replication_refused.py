"""
A bucket's replication is configured as S3 does not accept it.

Replication needs versioning on both sides, and the destination has to be there first. A rule with a `Filter` is of the second version of
the rules, which have to say what becomes of delete markers. Objects encrypted with KMS are replicated only when the rule selects them and
names the key at the destination, both. Replication in fifteen minutes comes with metrics.

Fix: turn versioning on, let the bucket depend on its destination, and complete the rule.

Why it matters: the bucket is not created, and the stack is rolled back.

Scope: buckets with a replication configuration; the destination where it is declared beside them

Noticed: at deployment, when the bucket is created

Recovery: complete the configuration and deploy again

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html
  https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
  https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.order import may_overtake
from keyturn.facts import replication
from keyturn.graph import Graph, Path, Resource, Unknown

BUCKET = "AWS::S3::Bucket"
STATUS = ("VersioningConfiguration", "Status")


@check(BUCKET, verdict=Verdict.REFUSED)
def s3_replication_refused(bucket: Resource, graph: Graph) -> Iterator[Outcome]:
    rules = bucket.get("ReplicationConfiguration", "Rules")
    if not isinstance(rules, tuple):
        return
    if (finding := _versioned(bucket, bucket)) is not None:
        yield finding
    for index in range(len(rules)):
        rule: Path = ("ReplicationConfiguration", "Rules", index)
        yield from _destination(bucket, (*rule, "Destination", "Bucket"), graph)
        yield from _rule(bucket, rule)


def _versioned(bucket: Resource, source: Resource) -> Finding | None:
    status = bucket.get(*STATUS)
    if status == "Enabled" or isinstance(status, Unknown):
        return None
    return Finding(
        at=bucket.at(*STATUS),
        message=f"{bucket} keeps no versions, which replication needs",
        related=()
        if bucket is source
        else (Note(source.at("ReplicationConfiguration"), f"{source} is replicated to it"),),
        error=replication.SOURCE_NOT_VERSIONED if bucket is source else replication.DESTINATION_NOT_VERSIONED,
        fix=Fix("turn versioning on", bucket.at("VersioningConfiguration"), replace={"Status": "Enabled"}),
    )


def _destination(bucket: Resource, path: Path, graph: Graph) -> Iterator[Finding]:
    destination = graph.follow(bucket, *path, types=(BUCKET,))
    if destination is None or destination is bucket:
        return
    if (finding := _versioned(destination, bucket)) is not None:
        yield finding
    if "ReplicationConfiguration" not in bucket.afterwards and may_overtake(bucket, destination, graph):
        yield Finding(
            at=bucket.at(*path),
            message=f"{bucket} does not wait for {destination}, to which it is replicated",
            related=(Note(destination.at(), "the destination"),),
            error=replication.DESTINATION_MISSING,
            hint=f"let {bucket} depend on {destination}",
        )


def _rule(bucket: Resource, rule: Path) -> Iterator[Finding]:
    def has(*path: str) -> bool:
        return bucket.get(*rule, *path) is not None

    if has("Filter") and not has("DeleteMarkerReplication"):
        yield Finding(
            at=bucket.at(*rule),
            message="a rule with a Filter does not say whether delete markers are replicated",
            error=replication.DELETE_MARKERS,
            fix=Fix("replicate none", bucket.at(*rule, "DeleteMarkerReplication"), replace={"Status": "Disabled"}),
        )
    if has("Filter") and has("Prefix"):
        yield Finding(
            at=bucket.at(*rule, "Prefix"),
            message="a rule has a Filter and a Prefix, which are of two versions of rules",
            hint="put the prefix into the filter",
        )
    selects = bucket.get(*rule, "SourceSelectionCriteria", "SseKmsEncryptedObjects", "Status")
    key = has("Destination", "EncryptionConfiguration", "ReplicaKmsKeyID")
    if key and selects is None:
        yield Finding(
            at=bucket.at(*rule, "Destination", "EncryptionConfiguration"),
            message="a rule names a key for the replicas, and does not select objects encrypted with KMS",
            error=replication.KMS_NOT_SELECTED,
            hint="give the rule SourceSelectionCriteria with SseKmsEncryptedObjects",
        )
    if selects == "Enabled" and not key:
        yield Finding(
            at=bucket.at(*rule, "SourceSelectionCriteria", "SseKmsEncryptedObjects"),
            message="a rule selects objects encrypted with KMS, and names no key for the replicas",
            error=replication.KEY_MISSING,
            hint="give its destination EncryptionConfiguration with ReplicaKmsKeyID",
        )
    if bucket.get(*rule, "Destination", "ReplicationTime", "Status") == "Enabled" and not has("Destination", "Metrics"):
        yield Finding(
            at=bucket.at(*rule, "Destination", "ReplicationTime"),
            message="replication in fifteen minutes comes with metrics, and the rule has none",
            hint="give its destination Metrics with a Status of Enabled",
        )
