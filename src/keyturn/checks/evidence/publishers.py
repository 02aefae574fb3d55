"""Services that put messages into topics and queues as themselves, and so need the key of an encrypted one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from keyturn.check import Verdict
from keyturn.checks.evidence.keys import Use, on_behalf_of, own_account
from keyturn.facts import keys
from keyturn.facts.keys import KeyUser
from keyturn.graph import Graph, Path, Resource, Value
from keyturn.memory import memoized

QUEUE, TOPIC = "AWS::SQS::Queue", "AWS::SNS::Topic"
ALARM_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")

Each = TypeVar("Each")


def to_topic(topic: Resource, graph: Graph) -> Iterable[Use]:
    """Each service that publishes to a topic, where it is told to; S3, which tries the topic at once, is not among them."""
    return _to_topics(graph).get(topic, ())


def to_queue(queue: Resource, graph: Graph) -> Iterable[Use]:
    """Each service that sends to a queue, where it is told to; S3, which tries the queue at once, is not among them."""
    return _to_queues(graph).get(queue, ())


def by_target(found: Iterable[tuple[Resource, Each]]) -> Mapping[Resource, list[Each]]:
    """What is found, by the resource that it is for."""
    sorted_: dict[Resource, list[Each]] = {}
    for target, each in found:
        sorted_.setdefault(target, []).append(each)
    return sorted_


@memoized
def _to_topics(graph: Graph) -> Mapping[Resource, list[Use]]:
    return by_target((*_published(graph), *_less_certain(graph)))


@memoized
def _to_queues(graph: Graph) -> Mapping[Resource, list[Use]]:
    return by_target(_sent(graph))


def _published(graph: Graph) -> Iterator[tuple[Resource, Use]]:
    path: Path
    for alarm in graph.everywhere("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"):
        for path, value in in_lists(alarm, *ALARM_ACTIONS):
            if topic := graph.find(value, TOPIC):
                purpose = f"to publish alarms to {topic}"
                only = own_account(topic)
                yield topic, Use(keys.ALARM, alarm.at(*path), purpose, sends=on_behalf_of(alarm), only=only)
    for rule, path, value in rule_targets(graph):
        if topic := graph.find(value, TOPIC):
            yield topic, Use(keys.RULE_TO_TOPIC, rule.at(*path), f"to publish events to {topic}")
    for trail in graph.everywhere("AWS::CloudTrail::Trail"):
        name = trail.get("SnsTopicName")
        own = (
            each for each in graph.everywhere(TOPIC) if each.attributes.get("TopicName") == name and _near(each, trail)
        )
        if topic := graph.find(name, TOPIC) or next(own, None):
            yield topic, Use(keys.TRAIL_TO_TOPIC, trail.at("SnsTopicName"), f"to tell {topic} of new log files")
    for rule in graph.everywhere("AWS::SES::ReceiptRule"):
        for index, action in items(rule, "Rule", "Actions"):
            for kind in action if isinstance(action, Mapping) else ():
                path = ("Rule", "Actions", index, kind, "TopicArn")
                if topic := graph.find(rule.get(*path), TOPIC):
                    yield topic, Use(keys.MAIL_TO_TOPIC, rule.at(*path), f"to tell {topic} of mail")


def _sent(graph: Graph) -> Iterator[tuple[Resource, Use]]:
    for topic, holder, path, value in subscriptions("sqs", graph):
        if queue := graph.find(value, QUEUE):
            sends = on_behalf_of(topic) if topic else {}
            purpose = f"to deliver messages to {queue}"
            yield queue, Use(keys.TOPIC_TO_QUEUE, holder.at(*path), purpose, sends=sends)
    for rule, path, value in rule_targets(graph):
        if queue := graph.find(value, QUEUE):
            purpose = f"to send events to {queue}"
            yield queue, Use(keys.RULE_TO_QUEUE, rule.at(*path), purpose, sends=on_behalf_of(rule))
    for rule in graph.everywhere("AWS::Events::Rule"):
        for index, _ in items(rule, "Targets"):
            path = ("Targets", index, "DeadLetterConfig", "Arn")
            if queue := graph.find(rule.get(*path), QUEUE):
                purpose = f"to keep events that could not be delivered in {queue}"
                yield queue, Use(keys.RULE_TO_QUEUE, rule.at(*path), purpose, sends=on_behalf_of(rule))
    for subscription in graph.everywhere("AWS::SNS::Subscription"):
        path = ("RedrivePolicy", "deadLetterTargetArn")
        if queue := graph.find(subscription.get(*path), QUEUE):
            purpose = f"to keep messages that could not be delivered in {queue}"
            # The page tells of subscribed queues only; that it holds for these too is what AWS's CDK takes for granted.
            yield queue, Use(keys.TOPIC_TO_QUEUE, subscription.at(*path), purpose, verdict=Verdict.WEAK)


def _less_certain(graph: Graph) -> Iterator[tuple[Resource, Use]]:
    """Services of which a page says that they publish as themselves, but none how they use the topic's key."""
    for budget in graph.everywhere("AWS::Budgets::Budget"):
        for index, _ in items(budget, "NotificationsWithSubscribers"):
            for number, _ in items(budget, "NotificationsWithSubscribers", index, "Subscribers"):
                path: Path = ("NotificationsWithSubscribers", index, "Subscribers", number, "Address")
                if topic := graph.find(budget.get(*path), TOPIC):
                    yield topic, _perhaps(keys.BUDGET, budget, path, topic)
    for rule in graph.everywhere("AWS::CodeStarNotifications::NotificationRule"):
        for index, _ in items(rule, "Targets"):
            path = ("Targets", index, "TargetAddress")
            if topic := graph.find(rule.get(*path), TOPIC):
                yield topic, _perhaps(keys.DEVELOPER_NOTIFICATION, rule, path, topic)
    for subscription in graph.everywhere("AWS::RDS::EventSubscription"):
        if topic := graph.find(subscription.get("SnsTopicArn"), TOPIC):
            yield topic, _perhaps(keys.DATABASE_EVENT, subscription, ("SnsTopicArn",), topic)


def _perhaps(user: KeyUser, told: Resource, path: Path, topic: Resource) -> Use:
    return Use(user, told.at(*path), f"to publish to {topic}", verdict=Verdict.WEAK)


def _near(one: Resource, other: Resource) -> bool:
    return (one.account, one.region) == (other.account, other.region)


def rule_targets(graph: Graph) -> Iterator[tuple[Resource, Path, Value]]:
    """Targets that EventBridge reaches as itself: with a role of the user's, it would be that role that uses the key."""
    for rule in graph.everywhere("AWS::Events::Rule"):
        for index, _ in items(rule, "Targets"):
            if rule.get("Targets", index, "RoleArn") is None:
                path = ("Targets", index, "Arn")
                yield rule, path, rule.get(*path)


def subscriptions(protocol: str, graph: Graph) -> Iterator[tuple[Resource | None, Resource, Path, Value]]:
    """Subscriptions by one protocol: the topic if it is declared here, where the subscription stands, and who is subscribed."""
    for each in graph.everywhere("AWS::SNS::Subscription"):
        if each.get("Protocol") == protocol:
            topic = graph.follow(each, "TopicArn", types=("AWS::SNS::Topic",))
            yield topic, each, ("Endpoint",), each.get("Endpoint")
    for topic in graph.everywhere("AWS::SNS::Topic"):
        for index, _ in items(topic, "Subscription"):
            if topic.get("Subscription", index, "Protocol") == protocol:
                path = ("Subscription", index, "Endpoint")
                yield topic, topic, path, topic.get(*path)


def in_lists(resource: Resource, *names: str) -> Iterator[tuple[Path, Value]]:
    """Where each item of some lists stands, and what it is."""
    for name in names:
        for index, value in items(resource, name):
            yield (name, index), value


def items(resource: Resource, *path: str | int) -> Iterator[tuple[int, Value]]:
    """A list's items and their places; none where there is no list."""
    value = resource.get(*path)
    return enumerate(value) if isinstance(value, tuple) else iter(())
