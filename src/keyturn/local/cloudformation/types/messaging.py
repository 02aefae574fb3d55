"""AWS::SNS and AWS::SQS."""

from __future__ import annotations

import json
from typing import Any

from keyturn.local.cloudformation.types.api import put_again
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, document, pick


def _attributes(properties: Properties, names: tuple[str, ...]) -> dict[str, str]:
    """Settings as both services take them: all of them text."""
    return {name: _text(properties[name]) for name in names if properties.get(name) is not None}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _create_topic(place: Place, properties: Properties) -> Result:
    sns = place.client("sns")
    fifo = _text(properties.get("FifoTopic", "false")) == "true"
    name = place.name(properties.get("TopicName"), 256)
    attributes = _attributes(properties, ("DisplayName", "KmsMasterKeyId", "FifoTopic", "ContentBasedDeduplication"))
    if fifo and not name.endswith(".fifo"):
        name += ".fifo"
    arn = sns.create_topic(Name=name, Attributes=attributes, Tags=place.tagged(properties))["TopicArn"]
    place.began(arn)
    for each in properties.get("Subscription") or ():
        sns.subscribe(TopicArn=arn, Protocol=each["Protocol"], Endpoint=each["Endpoint"])
    return Result(arn, {"TopicArn": arn, "TopicName": name})


TOPIC = ("DisplayName", "KmsMasterKeyId", "ContentBasedDeduplication")


def _update_topic(place: Place, arn: str, old: Properties, new: Properties) -> Result:
    sns = place.client("sns")
    before, after = _attributes(old, TOPIC), _attributes(new, TOPIC)
    for name in TOPIC:
        if before.get(name) != after.get(name):
            sns.set_topic_attributes(TopicArn=arn, AttributeName=name, AttributeValue=after.get(name, ""))
    held = {_reader(each["Protocol"], each["Endpoint"]): each for each in _subscriptions(sns, arn)}
    was, wanted = (
        {_reader(each["Protocol"], each["Endpoint"]) for each in some.get("Subscription") or ()} for some in (old, new)
    )
    for protocol, endpoint in sorted(wanted - was):
        sns.subscribe(TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
    for gone in was - wanted:
        if found := held.get(gone):
            sns.unsubscribe(SubscriptionArn=found["SubscriptionArn"])
    return Result(arn)


def _reader(protocol: str, endpoint: str) -> tuple[str, str]:
    return str(protocol), str(endpoint)


def _subscriptions(sns: Any, topic: str) -> list[dict[str, str]]:
    pages = sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    return [each for page in pages for each in page["Subscriptions"]]


def _delete_topic(place: Place, arn: str, properties: Properties) -> None:
    place.client("sns").delete_topic(TopicArn=arn)


def _put_topic_policy(place: Place, properties: Properties) -> Result:
    for arn in properties["Topics"]:
        place.client("sns").set_topic_attributes(
            TopicArn=arn, AttributeName="Policy", AttributeValue=document(properties["PolicyDocument"])
        )
    return Result(place.name(None))


def _delete_topic_policy(place: Place, identity: str, properties: Properties) -> None:
    """SNS has no topic without a policy; the one that it makes by itself lets the owner in."""
    for arn in properties["Topics"]:
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["sns:Publish", "sns:Subscribe"],
            "Resource": arn,
            "Condition": {"StringEquals": {"AWS:SourceOwner": place.account}},
        }
        policy = json.dumps({"Version": "2008-10-17", "Statement": [statement]})
        place.client("sns").set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


SUBSCRIPTION = ("FilterPolicyScope", "FilterPolicy", "RawMessageDelivery", "RedrivePolicy")


def _subscribe(place: Place, properties: Properties) -> Result:
    settings = pick(properties, "TopicArn", "Protocol", "Endpoint")
    attributes = _attributes(properties, SUBSCRIPTION)
    arn = place.client("sns").subscribe(**settings, Attributes=attributes, ReturnSubscriptionArn=True)[
        "SubscriptionArn"
    ]
    return Result(arn, {"Arn": arn})


def _update_subscription(place: Place, arn: str, old: Properties, new: Properties) -> Result:
    before, after = _attributes(old, SUBSCRIPTION), _attributes(new, SUBSCRIPTION)
    none = {"RawMessageDelivery": "false", "FilterPolicyScope": "MessageAttributes"}
    for name in SUBSCRIPTION:
        if before.get(name) != after.get(name):
            value = after.get(name, none.get(name, "{}"))
            place.client("sns").set_subscription_attributes(
                SubscriptionArn=arn, AttributeName=name, AttributeValue=value
            )
    return Result(arn)


def _unsubscribe(place: Place, arn: str, properties: Properties) -> None:
    place.client("sns").unsubscribe(SubscriptionArn=arn)


QUEUE = (
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
    "KmsMasterKeyId",
    "KmsDataKeyReusePeriodSeconds",
    "SqsManagedSseEnabled",
    "FifoQueue",
    "ContentBasedDeduplication",
    "RedrivePolicy",
    "RedriveAllowPolicy",
)


def _create_queue(place: Place, properties: Properties) -> Result:
    sqs = place.client("sqs")
    name = place.name(properties.get("QueueName"), 80)
    attributes = _attributes(properties, QUEUE)
    if attributes.get("FifoQueue") == "true" and not name.endswith(".fifo"):
        name += ".fifo"
    tags = {tag["Key"]: tag["Value"] for tag in place.tagged(properties)}
    url = sqs.create_queue(QueueName=name, Attributes=attributes, tags=tags)["QueueUrl"]
    return Result(url, {"Arn": place.arn("sqs", name), "QueueName": name, "QueueUrl": url})


UNSET = {
    "DelaySeconds": "0",
    "MaximumMessageSize": "262144",
    "MessageRetentionPeriod": "345600",
    "ReceiveMessageWaitTimeSeconds": "0",
    "VisibilityTimeout": "30",
    "KmsDataKeyReusePeriodSeconds": "300",
    "SqsManagedSseEnabled": "true",
}
"""What an attribute is that is not given any more; empty text where it is not there then."""


def _update_queue(place: Place, url: str, old: Properties, new: Properties) -> Result:
    sqs = place.client("sqs")
    before, after = _attributes(old, QUEUE), _attributes(new, QUEUE)
    gone = {name: UNSET.get(name, "") for name in before.keys() - after.keys()}
    if other := gone | {name: value for name, value in after.items() if before.get(name) != value}:
        sqs.set_queue_attributes(QueueUrl=url, Attributes=other)
    was, tags = ({tag["Key"]: tag["Value"] for tag in place.tagged(some)} for some in (old, new))
    if left := sorted(was.keys() - tags.keys()):
        sqs.untag_queue(QueueUrl=url, TagKeys=left)
    if tags != was and tags:
        sqs.tag_queue(QueueUrl=url, Tags=tags)
    return Result(url)


def _delete_queue(place: Place, url: str, properties: Properties) -> None:
    place.client("sqs").delete_queue(QueueUrl=url)


def _put_queue_policy(place: Place, properties: Properties) -> Result:
    for url in properties["Queues"]:
        policy = document(properties["PolicyDocument"])
        place.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return Result(place.name(None))


def _delete_queue_policy(place: Place, identity: str, properties: Properties) -> None:
    for url in properties["Queues"]:
        place.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})


KINDS = {
    "AWS::SNS::Topic": Kind(_create_topic, _delete_topic, _update_topic),
    "AWS::SNS::TopicPolicy": put_again(_put_topic_policy, _delete_topic_policy, "Topics"),
    "AWS::SNS::Subscription": Kind(_subscribe, _unsubscribe, _update_subscription),
    "AWS::SQS::Queue": Kind(_create_queue, _delete_queue, _update_queue),
    "AWS::SQS::QueuePolicy": put_again(_put_queue_policy, _delete_queue_policy, "Queues"),
}
