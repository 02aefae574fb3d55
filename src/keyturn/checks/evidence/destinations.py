"""What services deliver to topics and queues as themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from keyturn.check import Verdict
from keyturn.checks.evidence import publishers
from keyturn.checks.evidence.deliveries import Delivery
from keyturn.checks.evidence.functions import function_named
from keyturn.checks.evidence.keys import Circumstances, Use, on_behalf_of
from keyturn.checks.evidence.resource_policies import FUNCTION, QUEUE, TOPIC
from keyturn.facts import keys, messaging
from keyturn.graph import Graph, Path, Ref, Resource, Text, Value
from keyturn.memory import memoized

_SOURCES = {"sns.amazonaws.com": ("sns", "*"), "events.amazonaws.com": ("events", "rule/*")}
"""How the ARNs of those on whose behalf they deliver end."""
_NOTIFICATIONS = (
    ("TopicConfigurations", "Topic", TOPIC, messaging.PUBLISH),
    ("QueueConfigurations", "Queue", QUEUE, messaging.SEND),
    ("LambdaConfigurations", "Function", FUNCTION, messaging.INVOKE),
)


def to_topic(topic: Resource, graph: Graph) -> Iterator[Delivery]:
    """Each service that publishes to a topic as itself."""
    for use in publishers.to_topic(topic, graph):
        yield _delivery(use, messaging.PUBLISH, topic)
    yield from from_buckets(topic, messaging.PUBLISH, graph)


def to_queue(queue: Resource, graph: Graph) -> Iterator[Delivery]:
    """Each service that sends to a queue as itself."""
    for use in publishers.to_queue(queue, graph):
        yield _delivery(use, messaging.SEND, queue)
    yield from from_buckets(queue, messaging.SEND, graph)


def from_buckets(target: Resource, action: str, graph: Graph) -> Iterable[Delivery]:
    """The notifications of buckets to a topic, a queue or a function: S3 tries each when it is turned on."""
    return _notified(graph).get((target, action), ())


@memoized
def _notified(graph: Graph) -> Mapping[tuple[Resource, str], list[Delivery]]:
    found: dict[tuple[Resource, str], list[Delivery]] = {}
    for bucket in graph.everywhere("AWS::S3::Bucket"):
        for group, property_, type_, action in _NOTIFICATIONS:
            for index, _ in publishers.items(bucket, "NotificationConfiguration", group):
                path = ("NotificationConfiguration", group, index, property_)
                value = bucket.get(*path)
                target = function_named(value, graph) if type_ == FUNCTION else graph.find(value, type_)
                if target:
                    found.setdefault((target, action), []).append(_notification(bucket, path, target, action))
    return found


def _notification(bucket: Resource, path: Path, target: Resource, action: str) -> Delivery:
    return Delivery(
        keys.S3_NOTIFICATION.principal,
        action,
        bucket.at(*path),
        f"to notify {target} of what happens in {bucket}",
        sends=on_behalf_of(bucket),
        silent_on=_silent_on(keys.S3_NOTIFICATION.principal),
        only={"StringEquals": {"aws:SourceAccount": Text(bucket.account, (Ref("AWS::AccountId"),))}},
        error=messaging.S3_DESTINATION_REFUSED,
        verdict=Verdict.REFUSED,
    )


def _delivery(use: Use, action: str, target: Resource) -> Delivery:
    by, source = use.user.principal, use.site.resource
    owner = {"aws:SourceOwner": target.account}
    tried = use.user is keys.TRAIL_TO_TOPIC
    return Delivery(
        by,
        action,
        use.site,
        use.purpose,
        sends={**use.sends, **(owner if use.user is keys.ALARM else {})},
        likely={**_on_behalf_of(source), **owner},
        silent_on=_silent_on(by),
        only=_only(by, action, target),
        error=messaging.TRAIL_TOPIC_REFUSED if tried else None,
        verdict=Verdict.REFUSED if tried else use.verdict,
    )


def _on_behalf_of(source: Resource) -> Circumstances:
    """What is likely to be sent: for a subscription SNS names its topic."""
    topic = source.get("TopicArn")
    return {**on_behalf_of(source), **({"aws:SourceArn": topic} if isinstance(topic, str) else {})}


def _silent_on(service: str) -> frozenset[str]:
    return frozenset({"aws:sourceowner"} if service in messaging.OWNER_IS_SENT_BY_NONE_OF else ())


def _only(service: str, action: str, target: Resource) -> dict[str, Value]:
    """For which of the account's own a service is let in; for none in particular where its page gives no such condition."""
    if service not in _SOURCES or action == messaging.PUBLISH:
        return {}
    name, end = _SOURCES[service]
    text = f"arn:{target.partition}:{name}:{target.region}:{target.account}:{end}"
    places = ("arn:", Ref("AWS::Partition"), f":{name}:", Ref("AWS::Region"), ":", Ref("AWS::AccountId"), f":{end}")
    return {"ArnLike": {"aws:SourceArn": Text(text, places)}}
