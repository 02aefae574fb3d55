"""
What SNS, SQS and S3 keep under a customer's key is written and read with the rights of whoever calls.

Sources: SNS developer guide, "Key management" (kms:GenerateDataKey* and kms:Decrypt to publish); SQS developer guide, "Configuring KMS
permissions" (both to send, kms:Decrypt to receive); S3 user guide, "Using server-side encryption with AWS KMS keys" (kms:GenerateDataKey to
write, kms:Decrypt to read). The codes of SNS and SQS, and what
they say of rights, are those of their API references.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local import kms
from keyturn.local.authorization import decide_key, denial
from keyturn.local.call import Answer, Call, Handler, Refused
from keyturn.local.moto_state import backend

WRITE, READ = ("kms:GenerateDataKey", "kms:Decrypt"), ("kms:Decrypt",)
DENIED = {
    "sns": (
        "KMSAccessDenied",
        "The ciphertext references a key that doesn't exist or that you don't have access to.",
    ),
    "sqs": ("KmsAccessDenied", "The caller doesn't have the required KMS access."),
}
DISABLED = {
    "sns": ("KMSDisabled", "The request was rejected because the specified Amazon Web Services KMS key isn't enabled."),
    "sqs": ("KmsDisabled", "The request was rejected because the specified KMS key is not enabled."),
    "s3": ("KMS.DisabledException", "The request was rejected because the specified KMS key is not enabled."),
}


class Encrypted:
    """The operations in front of moto's."""

    def __init__(self, rest: Callable[[Call], Answer]) -> None:
        self._rest = rest

    def handlers(self) -> dict[str, Handler]:
        return {
            **{f"sns:{name}": self._publish for name in ("Publish", "PublishBatch")},
            **{f"sqs:{name}": self._send for name in ("SendMessage", "SendMessageBatch")},
            "sqs:ReceiveMessage": self._receive,
            "s3:PutObject": self._put,
            "s3:GetObject": self._get,
        }

    def _publish(self, call: Call, parameters: dict[str, Any]) -> Answer:
        arn = parameters.get("TopicArn") or parameters.get("TargetArn", "")
        topic = backend("sns", call.account, call.region).topics.get(arn)
        if topic is not None:
            _use(call, topic.kms_master_key_id, WRITE, {"aws:sns:topicArn": arn})
        return self._rest(call)

    def _send(self, call: Call, parameters: dict[str, Any]) -> Answer:
        return self._with_queue(call, parameters, WRITE)

    def _receive(self, call: Call, parameters: dict[str, Any]) -> Answer:
        return self._with_queue(call, parameters, READ)

    def _with_queue(self, call: Call, parameters: dict[str, Any], actions: tuple[str, ...]) -> Answer:
        name = parameters.get("QueueUrl", "").rpartition("/")[2]
        queue = backend("sqs", call.account, call.region).queues.get(name)
        if queue is not None:
            _use(call, queue.kms_master_key_id, actions, {"aws:sqs:arn": queue.queue_arn})
        return self._rest(call)

    def _put(self, call: Call, parameters: dict[str, Any]) -> Answer:
        bucket = self._bucket(call, parameters)
        if bucket is not None:
            wanted = call.headers.get("x-amz-server-side-encryption-aws-kms-key-id") or _default(bucket)
            _use(call, wanted, WRITE[:1], {"aws:s3:arn": f"{bucket.arn}/{parameters.get('Key', '')}"})
        return self._rest(call)

    def _get(self, call: Call, parameters: dict[str, Any]) -> Answer:
        bucket = self._bucket(call, parameters)
        found = bucket.keys.get(parameters.get("Key", "")) if bucket is not None else None
        if found is not None and found.kms_key_id:
            _use(call, found.kms_key_id, READ, {"aws:s3:arn": f"{bucket.arn}/{parameters['Key']}"})
        return self._rest(call)

    def _bucket(self, call: Call, parameters: dict[str, Any]) -> Any:
        return backend("s3", call.account, partition(call.region).name).buckets.get(parameters.get("Bucket"))


def _default(bucket: Any) -> str:
    rule = ((bucket.encryption or {}).get("Rule") or {}).get("ApplyServerSideEncryptionByDefault") or {}
    return str(rule.get("KMSMasterKeyID") or "") if rule.get("SSEAlgorithm") == "aws:kms" else ""


def _use(call: Call, named: str | None, actions: tuple[str, ...], context: dict[str, str]) -> None:
    """See whether the caller may use the key that something is under; without one there is nothing to see."""
    if not named:
        return
    key = kms.find(call.account, call.region, named)
    if key is None:
        return
    if not key.usable:
        code, text = DISABLED[call.service]
        raise Refused(code, text)
    if call.caller.free:
        return
    for action in actions:
        decision = decide_key(call.caller, action, key, region=call.region, context=context, via=call.service)
        if not decision.allowed:
            if call.service == "s3":
                raise Refused("AccessDenied", denial(call.caller.arn, action, key.arn, decision), 403)
            code, text = DENIED[call.service]
            raise Refused(code, text)
