"""
AWS Config delivers its records with a KMS key that it may not use.

A recorder that has the service-linked role AWSServiceRoleForConfig delivers as the service itself, `config.amazonaws.com`. It then needs
the key with which the objects, or the bucket, are encrypted. A recorder with a role of your own uses the key with that role's rights.

Fix: allow `config.amazonaws.com` kms:GenerateDataKey and kms:Decrypt in the key's policy, for this account.

Why it matters: the delivery channel is refused, so nothing is recorded, and rules have nothing to look at.

Scope: delivery channels with a key, or to a bucket with one, beside a recorder with the service-linked role

Noticed: at deployment, when the delivery channel is created

Recovery: put the statement into the key's policy (`aws kms put-key-policy`), then deploy again

Source: https://docs.aws.amazon.com/config/latest/developerguide/s3-kms-key-policy.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.buckets import KEY, bucket_named, key_of
from keyturn.checks.evidence.keys import Use, aws_managed, by_way_of_s3, may_use, own_account, some
from keyturn.facts import keys
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource

LINKED = ":role/aws-service-role/config.amazonaws.com/"


@check("AWS::Config::DeliveryChannel", verdict=Verdict.REFUSED)
def kms_key_denies_config(channel: Resource, graph: Graph) -> Iterator[Outcome]:
    recorders = tuple(graph.everywhere("AWS::Config::ConfigurationRecorder"))
    if not any(LINKED in str(recorder.get("RoleARN")) for recorder in recorders):
        return
    bucket = bucket_named(channel.get("S3BucketName"), graph)
    own = channel.get("S3KmsKeyArn") is not None
    use = Use(
        keys.CONFIG,
        channel.at("S3KmsKeyArn" if own else "S3BucketName"),
        "to deliver what it records",
        sends={"aws:SourceAccount": channel.account} | by_way_of_s3(),
        likely=some("config", channel, "recorder"),
        only=own_account(channel),
        error=_refused(channel),
    )
    if own:
        yield from may_use(channel, "S3KmsKeyArn", use=use, graph=graph)
    elif bucket and aws_managed(key_of(bucket)):
        yield Undecided(bucket.at(*KEY), "whether AWS Config can deliver with alias/aws/s3 is not documented")
    elif bucket:
        yield from may_use(bucket, *KEY, use=use, graph=graph, otherwise=key_of(bucket))


def _refused(channel: Resource) -> AwsError:
    """The answer of PutDeliveryChannel, as quoted in hashicorp/terraform-provider-aws#17898."""
    bucket, prefix = channel.get("S3BucketName"), channel.get("S3KeyPrefix")
    key = channel.get("S3KmsKeyArn")
    return AwsError(
        "InsufficientDeliveryPolicyException",
        f"Insufficient delivery policy to s3 bucket: {bucket}, unable to write to bucket, provided s3 key prefix is "
        f"'{'null' if prefix is None else prefix}', provided kms key is '{'null' if key is None else key}'.",
    )
