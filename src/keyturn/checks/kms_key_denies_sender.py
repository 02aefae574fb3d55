"""
A service sends to an encrypted queue whose KMS key it may not use.

A message is encrypted under the queue's key when it arrives, with the rights of whoever sends it. SNS and EventBridge send as themselves;
that the queue's own policy admits them is not enough. The AWS managed key alias/aws/sqs admits no service.

Fix: allow the service kms:GenerateDataKey* and kms:Decrypt in the policy of the queue's key.

Why it matters: everything deploys, the topic and the rule report success to whoever publishes, and the queue stays empty.

Scope: queues with a KMS key that are subscribed to a topic, or are the target or the dead-letter queue of an EventBridge rule

Noticed: never, until somebody misses a message; in NumberOfNotificationsFailed of the topic and FailedInvocations of the rule

Recovery: put the statement into the key's policy (`aws kms put-key-policy`); messages that were dropped are gone

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import may_use, one_per_service
from keyturn.checks.evidence.publishers import to_queue
from keyturn.graph import Graph, Resource


@check("AWS::SQS::Queue", verdict=Verdict.DEAD)
def kms_key_denies_sender(queue: Resource, graph: Graph) -> Iterator[Outcome]:
    if queue.get("KmsMasterKeyId") is None:
        return
    for use in one_per_service(to_queue(queue, graph)):
        yield from may_use(queue, "KmsMasterKeyId", use=use, graph=graph)
