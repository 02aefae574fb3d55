"""
A service is told to publish to a topic whose policy does not let it.

Services publish as themselves, and only the topic's policy can let them in. The policy that SNS gives a new topic lets in whoever acts for
the topic's owner; EventBridge, S3 and CloudTrail do not count. And a policy of one's own takes its place whole: alarms, which the first one
let in, are then let in no more.

Fix: allow the service `sns:Publish` in the topic's policy.

Why it matters: it is the alarms that get lost. Everything deploys, the rule fires, the alarm goes off, and nobody is told. S3 and
CloudTrail try the topic at once, and are refused.

Scope: topics declared beside what publishes to them

Noticed: at deployment for buckets and trails; else never, until somebody misses a message; in the history of the alarm, and in
FailedInvocations of the rule

Recovery: let the service in and deploy again; messages that were dropped are gone

Source: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
  https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.deliveries import may_deliver, one_per_source
from keyturn.checks.evidence.destinations import to_topic
from keyturn.graph import Graph, Resource


@check("AWS::SNS::Topic", verdict=Verdict.DEAD)
def topic_denies_publisher(topic: Resource, graph: Graph) -> Iterator[Outcome]:
    for delivery in one_per_source(to_topic(topic, graph)):
        yield from may_deliver(topic, delivery, graph)
