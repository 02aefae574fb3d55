"""
What topics, queues, buses, rules, schedules and streams are known by.

Source: "Return values" of each type in CloudFormation's template reference, and the services' resource tables in AWS's Service
Authorization Reference; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.facts.scheduler import DEFAULT_GROUP
from keyturn.graph import Unknown, Value
from keyturn.read.functions import concat
from keyturn.read.identity.shape import Fields, Form, Shape


def _called(property_: str, flag: str) -> Form:
    """The name of a topic or queue: that of a FIFO one which AWS names ends in `.fifo`."""

    def form(fields: Fields) -> Value:
        chosen = property_ not in fields.properties and fields.properties.get(flag) in (True, "true")
        return concat((fields.name, ".fifo")) if chosen else fields.name

    return form


def _after(start: str, name: Form) -> Form:
    return lambda fields: concat((fields.render(start), fields.render(name)))


_TOPIC = _called("TopicName", "FifoTopic")
_QUEUE = _called("QueueName", "FifoQueue")


def _bus(fields: Fields) -> Value:
    """The name of the rule's bus, empty for the default one; it may be given as an ARN."""
    bus = fields.properties.get("EventBusName", "default")
    if not isinstance(bus, str):
        return bus
    name = bus.rpartition("/")[2]
    return "" if name == "default" else name if name != bus else bus


def _rule_ref(fields: Fields) -> Value:
    bus = _bus(fields)
    return fields.name if bus == "" else concat((bus, "|", fields.name))


def _rule_arn(fields: Fields) -> Value:
    bus = _bus(fields)
    return concat(
        (
            fields.render("arn:{partition}:events:{region}:{account}:rule/"),
            *(() if bus == "" else (bus, "/")),
            fields.name,
        )
    )


def _schedule_arn(fields: Fields) -> Value:
    group = fields.properties.get("GroupName", DEFAULT_GROUP)
    return concat((fields.render("arn:{partition}:scheduler:{region}:{account}:schedule/"), group, "/", fields.name))


def _subscription(fields: Fields) -> Value:
    return concat((fields.property("TopicArn"), ":", fields.mint("uuid")))


def _creation_time(fields: Fields) -> Value:
    return Unknown(f"AWS sets the time of {fields.logical}")


SHAPES: Mapping[str, Shape] = {
    "SNS::Topic": Shape(
        name="TopicName",
        ref="{arn}",
        arn=_after("arn:{partition}:sns:{region}:{account}:", _TOPIC),
        attributes={"TopicArn": "{arn}", "TopicName": _TOPIC},
    ),
    "SNS::Subscription": Shape(ref=_subscription, arn=_subscription, attributes={"Arn": "{arn}"}),
    "SNS::TopicPolicy": Shape(attributes={"Id": "{ref}"}),
    "SNS::TopicInlinePolicy": Shape(ref="{TopicArn}"),
    "SQS::Queue": Shape(
        name="QueueName",
        ref=_after("https://sqs.{region}.{suffix}/{account}/", _QUEUE),
        arn=_after("arn:{partition}:sqs:{region}:{account}:", _QUEUE),
        limit=75,
        attributes={"Arn": "{arn}", "QueueName": _QUEUE, "QueueUrl": "{ref}"},
    ),
    "SQS::QueuePolicy": Shape(attributes={"Id": "{ref}"}),
    "Events::Rule": Shape(name="Name", ref=_rule_ref, arn=_rule_arn, limit=64, attributes={"Arn": "{arn}"}),
    "Events::EventBus": Shape(
        name="Name",
        arn="arn:{partition}:events:{region}:{account}:event-bus/{name}",
        attributes={"Arn": "{arn}", "Name": "{name}"},
    ),
    "Events::Archive": Shape(
        name="ArchiveName",
        arn="arn:{partition}:events:{region}:{account}:archive/{name}",
        limit=48,
        attributes={"Arn": "{arn}", "ArchiveName": "{name}"},
    ),
    "Scheduler::Schedule": Shape(name="Name", arn=_schedule_arn, limit=64, attributes={"Arn": "{arn}"}),
    "Scheduler::ScheduleGroup": Shape(
        name="Name",
        arn="arn:{partition}:scheduler:{region}:{account}:schedule-group/{name}",
        limit=64,
        attributes={"Arn": "{arn}", "CreationDate": _creation_time},
    ),
    "Kinesis::Stream": Shape(
        name="Name",
        arn="arn:{partition}:kinesis:{region}:{account}:stream/{name}",
        limit=128,
        attributes={"Arn": "{arn}"},
    ),
    "KinesisFirehose::DeliveryStream": Shape(
        name="DeliveryStreamName",
        arn="arn:{partition}:firehose:{region}:{account}:deliverystream/{name}",
        limit=64,
        attributes={"Arn": "{arn}"},
    ),
}
