"""
A service publishes to an encrypted topic whose KMS key it may not use.

A message is encrypted under the topic's key when it is published, with the rights of whoever publishes. A service such as CloudWatch or
EventBridge does so as itself; that the topic's own policy admits it is not enough. The AWS managed key alias/aws/sns admits no service.

Fix: allow the service kms:GenerateDataKey* and kms:Decrypt in the policy of the topic's key. For EventBridge without a condition on
aws:SourceArn or aws:SourceAccount, which it does not send to KMS.

Why it matters: it is the alarms that get lost. Everything deploys, the alarm goes off, and nobody is told.

Scope: topics with a KMS key to which alarms, EventBridge rules, trails, receipt rules, budgets or database events are published

Noticed: never, until somebody misses a message; in the history of the alarm, and in FailedInvocations of the rule

Recovery: put the statement into the key's policy (`aws kms put-key-policy`); messages that were dropped are gone

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import may_use, one_per_service
from keyturn.checks.evidence.publishers import to_topic
from keyturn.graph import Graph, Resource


@check("AWS::SNS::Topic", verdict=Verdict.DEAD)
def kms_key_denies_publisher(topic: Resource, graph: Graph) -> Iterator[Outcome]:
    if topic.get("KmsMasterKeyId") is None:
        return
    for use in one_per_service(to_topic(topic, graph)):
        yield from may_use(topic, "KmsMasterKeyId", use=use, graph=graph)
