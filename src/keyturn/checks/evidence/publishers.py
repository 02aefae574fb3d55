"""Services that put messages into topics and queues as themselves, and so need the key of an encrypted one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.check import Verdict
from keyturn.checks.evidence.keys import Use, on_behalf_of, own_account
from keyturn.facts import keys
from keyturn.graph import Graph, Path, Resource, Value

ALARM_ACTIONS = ("AlarmActions", "OKActions", "InsufficientDataActions")


def to_topic(topic: Resource, graph: Graph) -> Iterator[Use]:
    """Each service that publishes to a topic, where it is told to; S3, which tries the topic at once, is not among them."""
    path: Path
    for alarm in graph.of_type("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"):
        for path, value in in_lists(alarm, *ALARM_ACTIONS):
            if graph.find(value, topic.type) is topic:
                yield Use(
                    keys.ALARM,
                    alarm.at(*path),
                    f"to publish alarms to {topic}",
                    sends=on_behalf_of(alarm),
                    only=own_account(topic),
                )
    for rule, path, value in rule_targets(graph):
        if graph.find(value, topic.type) is topic:
            yield Use(keys.RULE_TO_TOPIC, rule.at(*path), f"to publish events to {topic}")
    for trail in graph.of_type("AWS::CloudTrail::Trail"):
        if (named := trail.get("SnsTopicName")) in (topic.arn, topic.attributes.get("TopicName")) and named is not None:
            yield Use(keys.TRAIL_TO_TOPIC, trail.at("SnsTopicName"), f"to tell {topic} of new log files")
    for rule in graph.of_type("AWS::SES::ReceiptRule"):
        for index, action in items(rule, "Rule", "Actions"):
            for kind in action if isinstance(action, Mapping) else ():
                path = ("Rule", "Actions", index, kind, "TopicArn")
                if graph.find(rule.get(*path), topic.type) is topic:
                    yield Use(keys.MAIL_TO_TOPIC, rule.at(*path), f"to tell {topic} of mail")
    yield from _less_certain(topic, graph)


def to_queue(queue: Resource, graph: Graph) -> Iterator[Use]:
    """Each service that sends to a queue, where it is told to; S3, which tries the queue at once, is not among them."""
    for topic, holder, path, value in subscriptions("sqs", graph):
        if graph.find(value, queue.type) is queue:
            sends = on_behalf_of(topic) if topic else {}
            yield Use(keys.TOPIC_TO_QUEUE, holder.at(*path), f"to deliver messages to {queue}", sends=sends)
    for rule, path, value in rule_targets(graph):
        if graph.find(value, queue.type) is queue:
            yield Use(keys.RULE_TO_QUEUE, rule.at(*path), f"to send events to {queue}", sends=on_behalf_of(rule))
    for rule in graph.of_type("AWS::Events::Rule"):
        for index, _ in items(rule, "Targets"):
            path = ("Targets", index, "DeadLetterConfig", "Arn")
            if graph.find(rule.get(*path), queue.type) is queue:
                purpose = f"to keep events that could not be delivered in {queue}"
                yield Use(keys.RULE_TO_QUEUE, rule.at(*path), purpose, sends=on_behalf_of(rule))
    for subscription in graph.of_type("AWS::SNS::Subscription"):
        path = ("RedrivePolicy", "deadLetterTargetArn")
        if graph.find(subscription.get(*path), queue.type) is queue:
            purpose = f"to keep messages that could not be delivered in {queue}"
            # The page tells of subscribed queues only; that it holds for these too is what AWS's CDK takes for granted.
            yield Use(keys.TOPIC_TO_QUEUE, subscription.at(*path), purpose, verdict=Verdict.WEAK)


def _less_certain(topic: Resource, graph: Graph) -> Iterator[Use]:
    """Services of which a page says that they publish as themselves, but none how they use the topic's key."""
    for budget in graph.of_type("AWS::Budgets::Budget"):
        for index, _ in items(budget, "NotificationsWithSubscribers"):
            for number, _ in items(budget, "NotificationsWithSubscribers", index, "Subscribers"):
                path: Path = ("NotificationsWithSubscribers", index, "Subscribers", number, "Address")
                if graph.find(budget.get(*path), topic.type) is topic:
                    yield Use(keys.BUDGET, budget.at(*path), f"to publish to {topic}", verdict=Verdict.WEAK)
    for rule in graph.of_type("AWS::CodeStarNotifications::NotificationRule"):
        for index, _ in items(rule, "Targets"):
            path = ("Targets", index, "TargetAddress")
            if graph.find(rule.get(*path), topic.type) is topic:
                yield Use(keys.DEVELOPER_NOTIFICATION, rule.at(*path), f"to publish to {topic}", verdict=Verdict.WEAK)
    for subscription in graph.of_type("AWS::RDS::EventSubscription"):
        if graph.find(subscription.get("SnsTopicArn"), topic.type) is topic:
            yield Use(
                keys.DATABASE_EVENT, subscription.at("SnsTopicArn"), f"to publish to {topic}", verdict=Verdict.WEAK
            )


def rule_targets(graph: Graph) -> Iterator[tuple[Resource, Path, Value]]:
    """Targets that EventBridge reaches as itself: with a role of the user's, it would be that role that uses the key."""
    for rule in graph.of_type("AWS::Events::Rule"):
        for index, _ in items(rule, "Targets"):
            if rule.get("Targets", index, "RoleArn") is None:
                path = ("Targets", index, "Arn")
                yield rule, path, rule.get(*path)


def subscriptions(protocol: str, graph: Graph) -> Iterator[tuple[Resource | None, Resource, Path, Value]]:
    """Subscriptions by one protocol: the topic if it is declared here, where the subscription stands, and who is subscribed."""
    for each in graph.of_type("AWS::SNS::Subscription"):
        if each.get("Protocol") == protocol:
            topic = graph.follow(each, "TopicArn", types=("AWS::SNS::Topic",))
            yield topic, each, ("Endpoint",), each.get("Endpoint")
    for topic in graph.of_type("AWS::SNS::Topic"):
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
