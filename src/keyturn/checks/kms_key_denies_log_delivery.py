"""
Logs are delivered to a bucket whose KMS key the delivery may not use.

Flow logs, WAF logs, standard logs of CloudFront, logs of network load balancers and deliveries of CloudWatch Logs are written by
`delivery.logs.amazonaws.com`, server access logs of buckets by `logging.s3.amazonaws.com`. Into a bucket that encrypts with KMS they get
only if the key's policy admits them; the AWS managed key alias/aws/s3 does not.

Fix: allow the service the use of the key, for this account.

Why it matters: the bucket stays empty, and that shows only when somebody needs the logs.

Scope: flow logs, WAF logging, logs of distributions, network load balancers and buckets, and deliveries, to a bucket with default
encryption by KMS

Noticed: never, until the logs are needed; flow logs show it in their status

Recovery: put the statement into the key's policy (`aws kms put-key-policy`); what was not delivered is gone

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
  https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html
  https://docs.aws.amazon.com/waf/latest/developerguide/logging-s3.html
  https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.buckets import KEY, bucket_named, key_of
from keyturn.checks.evidence.keys import Use, by_way_of_s3, may_use, own_account, some
from keyturn.checks.evidence.load_balancers import access_logs
from keyturn.facts import keys
from keyturn.graph import Graph, Path, Resource

LOGGED = (
    "AWS::CloudFront::Distribution",
    "AWS::EC2::FlowLog",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::Logs::DeliveryDestination",
    "AWS::S3::Bucket",
    "AWS::WAFv2::LoggingConfiguration",
)


# That buckets with a KMS key take server access logs is what AWS's CDK takes for granted; the S3 guide says that they do not.
USERS = {
    "AWS::ElasticLoadBalancingV2::LoadBalancer": (keys.LOG_DELIVERY, Verdict.WEAK),
    "AWS::S3::Bucket": (keys.ACCESS_LOG, Verdict.WEAK),
}
"""Who writes, and with what verdict, where it is not log delivery for certain."""


@check(*LOGGED, verdict=Verdict.DEAD)
def kms_key_denies_log_delivery(logged: Resource, graph: Graph) -> Iterator[Outcome]:
    path = _destination(logged)
    bucket = bucket_named(logged.get(*path), graph) if path else None
    if bucket is None or key_of(bucket) is None:
        return
    user, verdict = USERS.get(logged.type, (keys.LOG_DELIVERY, None))
    use = Use(
        user,
        logged.at(*path),
        f"to deliver logs into {bucket}",
        sends={"aws:SourceAccount": logged.account} | by_way_of_s3(),
        likely=some("logs", logged, "delivery"),
        only=own_account(bucket),
        verdict=verdict,
    )
    yield from may_use(bucket, *KEY, use=use, graph=graph, otherwise=key_of(bucket))


def _destination(logged: Resource) -> Path:
    """The property that names the bucket; empty where logs go elsewhere, or are written by another service."""
    match logged.type:
        case "AWS::CloudFront::Distribution":
            return ("DistributionConfig", "Logging", "Bucket")
        case "AWS::EC2::FlowLog":
            return ("LogDestination",) if logged.get("LogDestinationType") == "s3" else ()
        case "AWS::Logs::DeliveryDestination":
            return ("DestinationResourceArn",)
        case "AWS::S3::Bucket":
            return ("LoggingConfiguration", "DestinationBucketName")
        case "AWS::WAFv2::LoggingConfiguration":
            return ("LogDestinationConfigs", 0)
    return access_logs(logged) if logged.get("Type") == "network" else ()
