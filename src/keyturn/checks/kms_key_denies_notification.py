"""
A bucket notifies an encrypted topic or queue whose KMS key S3 may not use.

S3 sends its notifications as itself, `s3.amazonaws.com`, and sends a test message when notifications are turned on. It needs the key of
the topic or queue for it, and the policy of the AWS managed keys alias/aws/sns and alias/aws/sqs never lets it.

Fix: allow `s3.amazonaws.com` kms:GenerateDataKey* and kms:Decrypt in the key's policy, for this account; in place of an AWS managed key,
take one of your own.

Why it matters: the bucket is refused, or, when notifications are added to it later, the update; its error names neither the key nor KMS.

Scope: buckets with notifications to topics or queues that have a KMS key

Noticed: at deployment, when the bucket is created

Recovery: put the statement into the key's policy (`aws kms put-key-policy`), then deploy again

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import Use, may_use, on_behalf_of, own_account
from keyturn.facts import keys
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource

DESTINATIONS = (
    ("TopicConfigurations", "Topic", "AWS::SNS::Topic"),
    ("QueueConfigurations", "Queue", "AWS::SQS::Queue"),
)


@check("AWS::S3::Bucket", verdict=Verdict.REFUSED)
def kms_key_denies_notification(bucket: Resource, graph: Graph) -> Iterator[Outcome]:
    for group, property_, type_ in DESTINATIONS:
        listed = bucket.get("NotificationConfiguration", group)
        told: set[str] = set()
        for index in range(len(listed) if isinstance(listed, tuple) else 0):
            path = ("NotificationConfiguration", group, index, property_)
            destination = graph.follow(bucket, *path, types=(type_,))
            if destination is None or destination.name in told or destination.get("KmsMasterKeyId") is None:
                continue
            told.add(destination.name)
            use = Use(
                keys.S3_NOTIFICATION,
                bucket.at(*path),
                f"to notify {destination}",
                sends=on_behalf_of(bucket),
                only=own_account(bucket),
                error=AwsError("InvalidArgument", "Unable to validate the following destination configurations"),
            )
            yield from may_use(destination, "KmsMasterKeyId", use=use, graph=graph)
