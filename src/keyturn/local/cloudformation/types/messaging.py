"""AWS::SNS and AWS::SQS."""

from __future__ import annotations

import json
from typing import Any

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


def _subscribe(place: Place, properties: Properties) -> Result:
    settings = pick(properties, "TopicArn", "Protocol", "Endpoint")
    attributes = _attributes(properties, ("FilterPolicy", "RawMessageDelivery", "RedrivePolicy", "FilterPolicyScope"))
    arn = place.client("sns").subscribe(**settings, Attributes=attributes, ReturnSubscriptionArn=True)[
        "SubscriptionArn"
    ]
    return Result(arn, {"Arn": arn})


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
    "AWS::SNS::Topic": Kind(_create_topic, _delete_topic),
    "AWS::SNS::TopicPolicy": Kind(_put_topic_policy, _delete_topic_policy),
    "AWS::SNS::Subscription": Kind(_subscribe, _unsubscribe),
    "AWS::SQS::Queue": Kind(_create_queue, _delete_queue),
    "AWS::SQS::QueuePolicy": Kind(_put_queue_policy, _delete_queue_policy),
}
