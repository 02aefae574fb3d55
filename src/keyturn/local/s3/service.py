"""The operations of S3 in front of moto's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keyturn.facts import policies
from keyturn.facts.partitions import partition
from keyturn.local.call import Answer, Call, Handler, Refused
from keyturn.local.moto_state import backend
from keyturn.local.s3.notifications import Admits, check
from keyturn.policy import Faults, Sort, parse
from keyturn.policy.public import public
from keyturn.policy.statement import Statement

WITH_LISTS = ("BucketOwnerPreferred", "ObjectWriter")
"""Object Ownership under which a bucket has access control lists; it has none by default."""
HARMLESS = ("private", "bucket-owner-full-control")
PUBLIC = ("public-read", "public-read-write", "authenticated-read")
"""Lists that let everybody in: a new bucket blocks them."""
"""Lists that say what holds without them."""


class S3:
    """The service."""

    def __init__(self, rest: Callable[[Call], Answer], admits: Admits) -> None:
        """
        Args:
            admits: Whether a function's policy lets S3 invoke it for a bucket.
        """
        self._rest = rest
        self._admits = admits

    def handlers(self) -> dict[str, Handler]:
        return {
            "s3:CreateBucket": self._create,
            "s3:PutBucketAcl": self._put_list,
            "s3:PutBucketPolicy": self._put_policy,
            "s3:PutBucketNotificationConfiguration": self._notify,
        }

    def _create(self, call: Call, parameters: dict[str, Any]) -> Answer:
        list_, ownership = call.headers.get("x-amz-acl"), call.headers.get("x-amz-object-ownership")
        if list_ and list_ not in HARMLESS and ownership not in WITH_LISTS:
            raise Refused(
                "InvalidBucketAclWithObjectOwnership",
                "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
            )
        if list_ in PUBLIC:
            raise Refused(
                "InvalidBucketAclWithBlockPublicAccessError",
                "Bucket cannot have public ACLs set with BlockPublicAccess enabled",
            )
        answer = self._rest(call)
        bucket = self._bucket(call, parameters) if answer.status < 300 else None
        if bucket is not None and bucket.public_access_block is None:
            bucket.public_access_block = _everything_blocked()
        return answer

    def _put_list(self, call: Call, parameters: dict[str, Any]) -> Answer:
        bucket = self._bucket(call, parameters)
        if bucket is not None and _ownership(bucket) not in WITH_LISTS:
            raise Refused("AccessControlListNotSupported", "The bucket does not allow ACLs")
        return self._rest(call)

    def _put_policy(self, call: Call, parameters: dict[str, Any]) -> Answer:
        found = parse(call.body.decode("utf-8", "replace"), Sort.RESOURCE)
        if isinstance(found, Faults):
            raise Refused("MalformedPolicy", f"Policy is not valid: {found[0]}")
        bucket = self._bucket(call, parameters)
        block = bucket.public_access_block if bucket is not None else None
        if block is not None and block.block_public_policy and isinstance(public(found), Statement):
            place = f"arn:{partition(call.region).name}:s3:::{bucket.name}"
            raise Refused.with_error(policies.public_policy_blocked(place, call.caller.arn))
        return self._rest(call)

    def _notify(self, call: Call, parameters: dict[str, Any]) -> Answer:
        bucket = self._bucket(call, parameters)
        if bucket is not None:
            check(call, bucket.name, parameters.get("NotificationConfiguration") or {}, self._admits)
        return self._rest(call)

    def _bucket(self, call: Call, parameters: dict[str, Any]) -> Any:
        return backend("s3", call.account, partition(call.region).name).buckets.get(parameters.get("Bucket"))


def _everything_blocked() -> Any:
    """What a new bucket blocks, since April 2023, until it is told otherwise; S3 user guide, "Blocking public access"."""
    from moto.s3.models import PublicAccessBlock

    return PublicAccessBlock("true", "true", "true", "true")


def _ownership(bucket: Any) -> str | None:
    rule: Any = getattr(bucket, "ownership_rule", None)
    return rule if isinstance(rule, str) or rule is None else str(rule.get("ObjectOwnership"))
