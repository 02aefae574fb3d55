"""
One vocabulary: what Terraform's AWS provider and Pulumi's call things, and what CloudFormation calls them.

Pulumi's classic AWS provider is made from Terraform's, so that one table serves both. It is data: what a name means stands in the
modules here, how a value is rewritten in `keyturn.read.convert`.

Source: the providers' schemas (pulumi-aws 7.51) and CloudFormation's resource specification, read 2026-11-24.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from keyturn.read.names import (
    cloudfront,
    databases,
    functions,
    messaging,
    network,
    operations,
    security,
    storage,
    stores,
    web,
    workloads,
)
from keyturn.read.names.kind import Kind

KINDS = (
    *network.KINDS,
    *security.KINDS,
    *databases.KINDS,
    *functions.KINDS,
    *storage.KINDS,
    *messaging.KINDS,
    *stores.KINDS,
    *web.KINDS,
    *cloudfront.KINDS,
    *operations.KINDS,
    *workloads.KINDS,
)

_FORMER = re.compile(r"(aws:s3/\w+)V2(:\w+)V2")
"""What Pulumi 6 calls the resources around a bucket, and 7 still takes: `aws:s3/bucketV2:BucketV2`."""

_BY_NAME: dict[str, list[Kind]] = {}
for _kind in KINDS:
    for _name in (_kind.terraform, _kind.pulumi):
        _BY_NAME.setdefault(_name, []).append(_kind)


def kind(name: str, properties: Mapping[str, object]) -> Kind | None:
    """
    What a resource is, by Terraform's type (`aws_kms_key`) or Pulumi's token (`aws:kms/key:Key`); None if the table has no row.

    Args:
        properties: The resource's own, for types that are several here: an `aws_security_group_rule` goes in or out.
    """
    given = {snake(key): value for key, value in properties.items()}
    for candidate in _BY_NAME.get(name, []) or _BY_NAME.get(_FORMER.sub(r"\1\2", name), []):
        if all(given.get(key) == value for key, value in candidate.when.items()) and (
            not candidate.given or given.get(candidate.given) is not None
        ):
            return candidate
    return None


def snake(name: str) -> str:
    """A name as Terraform and Pulumi's Python write it: `vpcId` -> `vpc_id`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
