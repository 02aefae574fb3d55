"""
Where a bucket sends its notifications: S3 tries each place when it is told of it.

Source: S3 user guide, "Granting permissions to publish event notification messages to a destination".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from keyturn.facts import keys
from keyturn.local import kms
from keyturn.local.call import Call, Refused
from keyturn.local.moto_state import backend
from keyturn.policy import Malformed, Request, evaluate

PRINCIPAL = "s3.amazonaws.com"
Admits = Callable[[str, str, str], bool]
"""Whether a function, by its ARN, admits a service principal for a resource, by its ARN."""


def check(call: Call, bucket: str, wanted: Mapping[str, Any], admits: Admits) -> None:
    """
    See whether S3 may send to all of them.

    Raises:
        Refused: It may not, or one does not exist.
    """
    place = f"arn:aws:s3:::{bucket}"
    answers = [_may_publish(call, topic, place) for topic in _all(wanted, "TopicConfigurations", "TopicArn")]
    answers += [_may_send(call, queue, place) for queue in _all(wanted, "QueueConfigurations", "QueueArn")]
    functions = _all(wanted, "LambdaFunctionConfigurations", "LambdaFunctionArn")
    answers += [admits(function, PRINCIPAL, place) for function in functions]
    if not all(answers):
        raise Refused("InvalidArgument", "Unable to validate the following destination configurations")


def _all(wanted: Mapping[str, Any], group: str, name: str) -> Iterator[str]:
    for each in wanted.get(group) or ():
        yield str(each[name])


def _may_publish(call: Call, arn: str, bucket: str) -> bool:
    topic = backend("sns", call.account, arn.split(":")[3]).topics.get(arn)
    if topic is None:
        return False
    key = getattr(topic, "kms_master_key_id", None)
    return _lets(call, topic.policy, "sns:Publish", arn, bucket) and _may_use(call, key, arn, bucket)


def _may_send(call: Call, arn: str, bucket: str) -> bool:
    held = backend("sqs", call.account, arn.split(":")[3])
    queue = held.queues.get(arn.rpartition(":")[2])
    if queue is None:
        return False
    return _lets(call, queue.policy, "sqs:SendMessage", arn, bucket) and _may_use(
        call, queue.kms_master_key_id, arn, bucket
    )


def _lets(call: Call, policy: Any, action: str, arn: str, bucket: str) -> bool:
    context = {"aws:SourceArn": bucket, "aws:SourceAccount": call.account}
    try:
        return (
            bool(policy) and evaluate(Request(PRINCIPAL, action, arn, context=context), resource_policy=policy).allowed
        )
    except Malformed:
        return False


def _may_use(call: Call, named: str | None, destination: str, bucket: str) -> bool:
    """Whether S3 may use the key of a topic or a queue, if that has one."""
    if not named:
        return True
    key = kms.find(call.account, destination.split(":")[3], named)
    if key is None or not key.usable:
        return False
    context = {"aws:SourceArn": bucket, "aws:SourceAccount": call.account}
    return all(key.decide(PRINCIPAL, action, context=context).allowed for action in keys.S3_NOTIFICATION.needs)
