"""
What a bucket's policy says of a call is decided by `keyturn.policy`.

moto asks its bucket for it and leaves conditions out of the answer, so that a policy which denies all but TLS would deny everything. The
bucket is made to ask here instead; whose call it is about is kept beside the call's thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from keyturn.local.authorization import request_context
from keyturn.local.call import Answer, Call
from keyturn.policy import Malformed, Request, evaluate

ABOUT_UPLOADS = {
    "x-amz-acl": "s3:x-amz-acl",
    "x-amz-server-side-encryption": "s3:x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id": "s3:x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-storage-class": "s3:x-amz-storage-class",
}
"""Condition keys that are headers of the request; service authorization reference, "Condition keys for Amazon S3"."""

_answering = threading.local()
_asking = threading.Lock()


class Buckets:
    """Passes calls on to moto, with an eye on bucket policies."""

    def __init__(self, rest: Callable[[Call], Answer]) -> None:
        self._rest = rest

    def __call__(self, call: Call) -> Answer:
        if call.service != "s3":
            return self._rest(call)
        _ask_here()
        _answering.call = call
        try:
            return self._rest(call)
        finally:
            _answering.call = None


def _ask_here() -> None:
    """Make moto's buckets ask here about the calls that come through here. Others are answered as ever."""
    from moto.s3 import models

    bucket: Any = models.FakeBucket
    with _asking:
        if getattr(bucket, "keyturn_asks", False):
            return
        stock = bucket.get_permission
        bucket.keyturn_asks = True

        def permission(held: Any, action: str, resource: str) -> Any:
            call: Call | None = getattr(_answering, "call", None)
            return stock(held, action, resource) if call is None else _permission(call, held, action, resource)

        bucket.get_permission = permission


def _permission(call: Call, bucket: Any, action: str, resource: str) -> Any:
    """What the bucket's policy says of a call, in moto's terms."""
    from moto.iam.access_control import PermissionResult

    if bucket.policy is None:
        return PermissionResult.NEUTRAL
    context = request_context(call.caller, call.region)
    context |= {key: call.headers[header] for header, key in ABOUT_UPLOADS.items() if header in call.headers}
    policy = bucket.policy.decode() if isinstance(bucket.policy, bytes) else bucket.policy
    try:
        decision = evaluate(Request(call.caller.arn, action, resource, context=context), resource_policy=policy)
    except Malformed:
        return PermissionResult.NEUTRAL
    answers = {"explicitly_denied": PermissionResult.DENIED, "allowed": PermissionResult.PERMITTED}
    return answers.get(decision.decision, PermissionResult.NEUTRAL)
