"""
A service is told to send to a queue whose policy does not let it.

SNS, EventBridge and S3 send as themselves, and only the queue's policy can let them in. A queue without a policy lets in its owner alone. A
queue may be subscribed to a topic all the same: SNS does not try.

Fix: allow the service `sqs:SendMessage` in the queue's policy, for this topic, rule or bucket.

Why it matters: the topic and the rule report success to whoever publishes, and the queue stays empty. S3 tries the queue at once, and is
refused.

Scope: queues declared beside the topics, rules and buckets that send to them, dead-letter queues of rules and subscriptions too

Noticed: at deployment for buckets; else never, until somebody misses a message; in NumberOfNotificationsFailed of the topic and
FailedInvocations of the rule

Recovery: let the service in and deploy again; messages that were dropped are gone

Source: https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html
  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
  https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.deliveries import may_deliver, one_per_source
from keyturn.checks.evidence.destinations import to_queue
from keyturn.graph import Graph, Resource


@check("AWS::SQS::Queue", verdict=Verdict.DEAD)
def queue_denies_sender(queue: Resource, graph: Graph) -> Iterator[Outcome]:
    for delivery in one_per_source(to_queue(queue, graph)):
        yield from may_deliver(queue, delivery, graph)
