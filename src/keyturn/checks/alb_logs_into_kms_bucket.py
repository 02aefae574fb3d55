"""
An application load balancer writes its access logs into a bucket that encrypts with KMS.

Elastic Load Balancing cannot use a KMS key for access logs, whatever the key's policy says: the only encryption it supports there is S3's
own (SSE-S3). It tries to write when logging is turned on.

Fix: let the bucket encrypt with S3's own keys, `SSEAlgorithm: AES256`; keep a bucket of its own for these logs.

Why it matters: the load balancer is refused, and the error speaks of the bucket's permissions, where nothing is wrong.

Scope: application load balancers with access logs to a bucket whose default encryption is aws:kms

Noticed: at deployment, when logging is turned on

Recovery: change the bucket's default encryption, then deploy again

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.buckets import ALGORITHM, KEY, bucket_named, uses_kms
from keyturn.checks.evidence.load_balancers import access_logs
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource, Unknown


@check("AWS::ElasticLoadBalancingV2::LoadBalancer", verdict=Verdict.REFUSED)
def alb_logs_into_kms_bucket(balancer: Resource, graph: Graph) -> Iterator[Outcome]:
    path = access_logs(balancer)
    if not path or balancer.get("Type") not in (None, "application"):
        return
    bucket = bucket_named(balancer.get(*path), graph)
    if bucket is None:
        return
    kms = uses_kms(bucket)
    if isinstance(kms, Unknown):
        yield Undecided(bucket.at(*ALGORITHM), kms.because)
    elif kms:
        rule = ALGORITHM[:-1]
        yield Finding(
            at=bucket.at(*ALGORITHM),
            message=f"{balancer} cannot write access logs into a bucket that encrypts with KMS",
            related=(Note(balancer.at(*path), f"written here, by {balancer}"),),
            error=AwsError(
                "InvalidConfigurationRequest",
                f"Access Denied for bucket: {bucket.identity}. Please check S3bucket permission",
            ),
            fix=Fix(
                "encrypt with S3's own keys",
                bucket.at(*rule),
                replace={"SSEAlgorithm": "AES256"},
                risk="all else in the bucket loses the key, too",
            ),
            hint="" if bucket.get(*KEY) is None else "S3's own keys are the only ones that these logs can have",
        )
