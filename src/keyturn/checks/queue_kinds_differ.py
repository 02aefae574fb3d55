"""
A FIFO queue is put together with what is not FIFO.

The dead-letter queue of a FIFO queue is a FIFO queue, that of a standard queue a standard one. A FIFO queue can be subscribed
to a FIFO topic only.

Fix: make both of the same kind.

Why it matters: the queue, or the subscription, is not created, and the stack is rolled back.

Scope: queues with a dead-letter queue, and subscriptions of queues, when both are declared here

Noticed: at deployment, when the queue or the subscription is created

Recovery: change the kind, which makes the queue anew, and deploy again

Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
  https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.facts.networks import OTHER_KIND, STANDARD_TOPIC
from keyturn.graph import Graph, Resource, Unknown

QUEUE, SUBSCRIPTION = "AWS::SQS::Queue", "AWS::SNS::Subscription"


@check(QUEUE, SUBSCRIPTION, verdict=Verdict.REFUSED)
def queue_kinds_differ(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    if resource.type == SUBSCRIPTION:
        queue = graph.follow(resource, "Endpoint", types=(QUEUE,))
        topic = graph.follow(resource, "TopicArn", types=("AWS::SNS::Topic",))
        if queue and topic and _is_fifo(queue) is True and _is_fifo(topic, "FifoTopic") is False:
            yield Finding(
                at=resource.at("Endpoint"),
                message=f"{queue} is a FIFO queue, and {topic} is not a FIFO topic",
                related=(Note(topic.at(), "the topic"),),
                error=STANDARD_TOPIC,
                hint="make both FIFO, or neither",
            )
        return
    path = ("RedrivePolicy", "deadLetterTargetArn")
    dead = graph.follow(resource, *path, types=(QUEUE,))
    if dead and {_is_fifo(resource), _is_fifo(dead)} == {True, False}:
        fifo, other = (resource, dead) if _is_fifo(resource) else (dead, resource)
        yield Finding(
            at=resource.at(*path),
            message=f"{fifo} is a FIFO queue, and {other} is not",
            related=(Note(dead.at(), "the dead-letter queue"),),
            error=OTHER_KIND,
            hint="make both FIFO, or neither",
        )


def _is_fifo(resource: Resource, name: str = "FifoQueue") -> bool | None:
    """None if it is not known."""
    value = resource.get(name)
    return None if isinstance(value, Unknown) else value in (True, "true")
